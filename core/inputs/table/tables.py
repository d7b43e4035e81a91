"""TableInputs: several columns of a row together, which are duplicates when all their values are equal."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import pandas as pd

from core.config.tasks import ReadsTable, TaskSettings
from core.data.checks.suggest import Suggestion
from core.data.rows.columns import column_named
from core.data.sentences import shortened
from core.errors import ConfigError
from core.inputs.base import Brought, Check, OpenHoldings
from core.inputs.table import checks
from core.inputs.table.cells import cell_of, cells_of, opened, read
from core.inputs.table.kinds import kinds_suggested

MAX_CHARACTERS = 100_000
"""Length limit of one row that somebody sends."""
NO_VALUES = "no value in any column"
"""Why a row is not read in which every column is empty."""
MOST_QUOTED = 80


class TableInputs:
    """Table inputs; see `core.inputs.base.Inputs`. A cell is a row's columns as JSON: see `core.inputs.table.cells`."""

    name: ClassVar[str] = "table"
    noun: ClassVar[str] = "record"
    checks: ClassVar[tuple[Check, ...]] = (
        checks.no_columns,
        checks.empty_records,
        checks.left_without,
        checks.unread_cells,
        checks.constants,
        checks.ids,
        checks.many_classes,
        checks.gives_it_away,
        checks.twins,
    )
    tidying: ClassVar[Mapping[str, Callable[[str], str]]] = {}

    def suggested(self, frame: pd.DataFrame, roles: Suggestion, target: str | None) -> dict[str, str] | None:
        """What each column but the target is read as; None where none can be read."""
        found = kinds_suggested(frame, roles, target)
        return dict(found) if read(found) else None

    def telling(self, frame: pd.DataFrame, roles: Suggestion) -> int:
        """Priority among the kinds of inputs that fit: below texts, as whoever brings texts mostly wants them read."""
        return 1

    def columns(self, settings: TaskSettings) -> tuple[str, ...]:
        """The columns that are not left out."""
        return tuple(read(_settings(settings).columns))

    def cells(self, frame: pd.DataFrame, settings: TaskSettings) -> pd.Series:
        """JSON of each row's columns."""
        for name in self.columns(settings):
            column_named(frame, name, self.noun)
        return cells_of(frame, _settings(settings).columns)

    def sent(self, row: Mapping[str, Any], settings: TaskSettings) -> str:
        """JSON of the row's columns, read as training read them; a column that it lacks is missing.

        Raises ConfigError where it has none of them.
        """
        wanted = self.columns(settings)
        if not set(row) & set(wanted):
            raise ConfigError(
                f"A row has none of the columns that the model reads: {', '.join(wanted[:20])}. "
                f"It has: {', '.join(map(str, row)) or 'nothing'}.",
                "Name each value by its column.",
            )
        return cell_of(row, _settings(settings).columns)

    def row(self, cell: str, settings: TaskSettings) -> dict[str, Any]:
        """Values by column."""
        return dict.fromkeys(self.columns(settings)) | opened(cell)

    def is_blank(self, column: pd.Series) -> pd.Series:
        """Whether every column is missing in each row."""
        return column.fillna("").astype(str) == ""

    def quoted(self, cell: str) -> str:
        """The first of its values."""
        return shortened(", ".join(f"{name} {value}" for name, value in opened(cell).items()), MOST_QUOTED)

    def keys(self, cells: pd.Series, frame: pd.DataFrame) -> pd.Series:
        """Deduplication keys: the cells, which are one form of equal values already."""
        return cells

    def units(self, keys: pd.Series) -> pd.Series:
        """Units: the keys. Rows of one customer that differ are kept together by splitting by group."""
        return keys

    @contextmanager
    def brought(self, cells: Sequence[Any], _known: OpenHoldings) -> Iterator[Brought]:
        """The rows as they were sent. Raises ConfigError for one too long."""
        found = tuple(cells)
        longest = max(map(len, found), default=0)
        if longest > MAX_CHARACTERS:
            raise ConfigError(
                f"A row has {longest:,} characters; the limit is {MAX_CHARACTERS:,}.", "Shorten its values."
            )
        yield as_brought(found)


def as_brought(cells: Sequence[str]) -> Brought:
    """These cells as inputs of a request: none where every column is missing, and a problem in its place."""
    return Brought(tuple(cell or None for cell in cells), tuple("" if cell else NO_VALUES for cell in cells))


def _settings(settings: TaskSettings) -> ReadsTable:
    assert isinstance(settings, ReadsTable)  # noqa: S101  # its task says that it reads tables
    return settings
