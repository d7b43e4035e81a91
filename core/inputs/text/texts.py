"""TextInputs: texts, their encoding mended and spaces tidied; duplicates when a reader takes them for equal."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import pandas as pd

from core.data.checks.suggest import Suggestion, is_named, profile_of
from core.data.rows.clean import INVISIBLE, applied, is_blank, key_of, mended_text, normal
from core.data.sentences import shortened
from core.errors import ConfigError
from core.inputs.base import Brought, Check, OneColumn, OpenHoldings
from core.inputs.text import checks, twins

MAX_CHARACTERS = 100_000
"""Length limit of one text that somebody sends."""
COMES_BACK, SHORT = 3, 60
"""Texts of at most so many characters that come back so often on average are names of classes."""
NO_TEXT = "no text"
"""Why a text is not read in which there is nothing to see."""


class TextInputs(OneColumn):
    """Text inputs; see `core.inputs.base.Inputs`."""

    name: ClassVar[str] = "text"
    noun: ClassVar[str] = "text"
    checks: ClassVar[tuple[Check, ...]] = (
        checks.empty_texts,
        checks.numbers_as_texts,
        checks.same_text_everywhere,
        checks.long_texts,
        checks.unreadable_texts,
        checks.broken_characters,
        checks.near_twins,
    )
    tidying: ClassVar[Mapping[str, Callable[[str], str]]] = {"fix_encoding": mended_text, "normalise": normal}

    def suggested(self, frame: pd.DataFrame, roles: Suggestion, target: str | None) -> str | None:
        """The column with the longest and most varied words."""
        return roles.text

    def telling(self, frame: pd.DataFrame, roles: Suggestion) -> int:
        """Above tables, but where the same few words come back: those are classes, written in several words."""
        profile = profile_of(frame, roles.text) if roles.text else None
        if profile is None or is_named(profile, "text"):
            return 2
        comes_back = len(profile.values) / profile.distinct
        return 0 if comes_back >= COMES_BACK and profile.length <= SHORT else 2

    def is_blank(self, column: pd.Series) -> pd.Series:
        """Whether there is nothing to see in each text."""
        return is_blank(column)

    def quoted(self, cell: str) -> str:
        """The beginning of the text, in quotes."""
        return f"'{shortened(cell)}'"

    def keys(self, cells: pd.Series, frame: pd.DataFrame) -> pd.Series:
        """Deduplication keys: the texts without differences of Unicode form, spaces and case."""
        return applied(key_of, cells)

    def units(self, keys: pd.Series) -> pd.Series:
        """Units: the least key of those whose words are nearly the same."""
        return pd.Series(twins.units(list(keys)), index=keys.index, dtype=object)

    @contextmanager
    def brought(self, cells: Sequence[Any], _known: OpenHoldings) -> Iterator[Brought]:
        """The texts as they were sent; none where there is nothing to see. Raises ConfigError for one too long."""
        texts = tuple("" if cell is None else str(cell) for cell in cells)
        longest = max(map(len, texts), default=0)
        if longest > MAX_CHARACTERS:
            raise ConfigError(
                f"A text has {longest:,} characters; the limit is {MAX_CHARACTERS:,}.", "Shorten it, or divide it."
            )
        yield as_brought(texts)


def as_brought(texts: Sequence[str | None]) -> Brought:
    """These texts as inputs of a request: none where there is nothing to see, and a problem in its place."""
    seen = tuple(text if text and text.strip(INVISIBLE) else None for text in texts)
    return Brought(seen, tuple(NO_TEXT if text is None else "" for text in seen))
