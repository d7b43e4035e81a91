"""Texts as inputs: encoding mended, spaces tidied; equal when they are equal to a reader."""

from collections.abc import Callable, Mapping
from typing import ClassVar

import pandas as pd

from core.data.clean import applied, is_blank, key_of, mended_text, normal
from core.inputs.base import Check
from core.inputs.text import checks


class Texts:
    """Text inputs; see `core.inputs.base.Inputs`."""

    name: ClassVar[str] = "text"
    noun: ClassVar[str] = "text"
    checks: ClassVar[tuple[Check, ...]] = (
        checks.empty_texts,
        checks.numbers_as_texts,
        checks.same_text_everywhere,
        checks.long_texts,
        checks.broken_characters,
    )
    tidying: ClassVar[Mapping[str, Callable[[str], str]]] = {"fix_encoding": mended_text, "normalise": normal}

    def is_blank(self, column: pd.Series) -> pd.Series:
        """Whether there is nothing to see in each text."""
        return is_blank(column)

    def keys(self, cells: pd.Series, frame: pd.DataFrame) -> pd.Series:
        """The texts without differences of Unicode form, spaces and case."""
        return applied(key_of, cells)
