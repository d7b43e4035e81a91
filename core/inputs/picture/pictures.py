"""PictureInputs: pictures, which are duplicates when their bytes or what is seen on them are equal."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

import pandas as pd

from core.data.checks.suggest import Suggestion
from core.inputs.base import Brought, Check, OneColumn, OpenHoldings
from core.inputs.picture import checks, twins
from core.inputs.picture.brought import brought
from core.inputs.picture.columns import measured, picture_columns


class PictureInputs(OneColumn):
    """Picture inputs; see `core.inputs.base.Inputs`. A cell is a reference, whose bytes stand elsewhere."""

    name: ClassVar[str] = "picture"
    noun: ClassVar[str] = "picture"
    checks: ClassVar[tuple[Check, ...]] = (
        checks.no_pictures,
        checks.plain_pictures,
        checks.small_pictures,
        checks.near_twins,
        checks.other_camera,
    )
    tidying: ClassVar[Mapping[str, Callable[[str], str]]] = {}

    def suggested(self, frame: pd.DataFrame, roles: Suggestion, target: str | None) -> str | None:
        """The first column that holds pictures."""
        return next(iter(picture_columns(frame)), None)

    def telling(self, frame: pd.DataFrame, roles: Suggestion) -> int:
        """Above all others: nothing but a picture looks like one."""
        return 3

    def is_blank(self, column: pd.Series) -> pd.Series:
        """Whether there is no picture in each cell."""
        return column.fillna("").astype(str) == ""

    def quoted(self, cell: str) -> str:
        """A picture cannot be written; a finding's examples show it."""
        return "one of them"

    def keys(self, cells: pd.Series, frame: pd.DataFrame) -> pd.Series:
        """Deduplication keys: the reference, or one that near-duplicates share."""
        frame = frame.reset_index(drop=True).loc[cells.index]
        pictures = list(cells)
        hashes, contrast = measured(frame, "perceptual_hash"), measured(frame, "contrast")
        if hashes is None or contrast is None:
            return cells
        usable = (contrast >= twins.PLAIN_CONTRAST).fillna(False).to_numpy(bool)
        pairs = twins.near_pairs([one if isinstance(one, str) else None for one in hashes], usable)
        return pd.Series(twins.keys(pictures, pairs), index=cells.index, dtype=object)

    def units(self, keys: pd.Series) -> pd.Series:
        """Units: the keys, which near-duplicates share already."""
        return keys

    def brought(self, cells: Sequence[Any], known: OpenHoldings) -> AbstractContextManager[Brought]:
        """Pictures as base64, or references to those that are `known`."""
        return brought(cells, known)
