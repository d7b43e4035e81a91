"""Example rows of a report, with personal data masked unless it was chosen otherwise."""

from dataclasses import dataclass

import pandas as pd

from core.data import row_ids
from core.data.checks.personal import is_personal_name, masked
from core.tasks import input_columns, inputs_in
from dashboard.answers import room
from dashboard.inputs import room_of
from dashboard.language.plain import shortened, upright
from dashboard.language.words import tr
from dashboard.report.facts import Facts
from dashboard.report.wish import ReportOptions

LONGEST = 320
MOST_RUNS = 4


@dataclass(frozen=True)
class ReportExample:
    """Held-out row: its text, its target, and each run's answer (with whether it is right, or None).

    `note` says how far the first run's answer can be relied on; `picture` is a thumbnail, of a picture.
    """

    text: str
    beside: tuple[tuple[str, str], ...]
    target: str
    answers: tuple[tuple[str, bool | None], ...]
    note: str
    picture: str = ""


@dataclass(frozen=True)
class Examples:
    """Example rows of the best run in groups, each with its heading, and the legend of the signs behind answers."""

    groups: tuple[tuple[str, tuple[ReportExample, ...]], ...]
    runs: tuple[str, ...]
    legend: str = ""


def examples(facts: Facts, options: ReportOptions) -> Examples:
    """Example rows of the best run, chosen by the room of its kind of answers."""
    found: Examples = room(facts.kind, "examples").examples(facts, ReportRows(facts, options), options.examples)
    return found


class ReportRows:
    """Lookup of rows' texts, thumbnails and chosen columns by row id, masked for the report."""

    def __init__(self, facts: Facts, options: ReportOptions) -> None:
        self._options = options
        self._columns = input_columns(facts.best.config)
        self._frame = facts.frame
        self._inputs = inputs_in(facts.frame, facts.best.config) if set(self._columns) <= set(facts.frame) else None
        self._shown = room_of(facts.best.config, "report")
        self._pictures = facts.pictures
        self._place = {row: i for i, row in enumerate(row_ids(facts.frame))} if options.examples else {}

    def text(self, row_id: str) -> str:
        """Input text of the row, masked and shortened; a dash where the row is gone."""
        cell = self._input(row_id)
        if cell is None:
            return "–"
        hidden = [one for one in self._columns if is_personal_name(one) and one not in self._options.columns]
        if len(hidden) == len(self._columns):
            return tr("left out: the column looks personal")
        text: str = self._shown.text(upright(cell), hidden)
        return shortened(text if self._options.as_written else masked(text), LONGEST)

    def picture(self, row_id: str) -> str:
        """Thumbnail of the row's picture, a data URI; "" where the model reads no pictures."""
        cell = self._input(row_id)
        if cell is None or self.text(row_id):
            return ""
        thumbnail: str = self._shown.picture(cell, self._pictures)
        return thumbnail

    def beside(self, row_id: str) -> tuple[tuple[str, str], ...]:
        """Chosen columns of the row, as pairs of name and value."""
        row = self._row(row_id)
        if row is None:
            return ()
        chosen = [name for name in self._options.columns if name in row and name not in self._columns]
        return tuple((shortened(upright(name), 40), shortened(upright(str(row[name])), 80)) for name in chosen)

    def _input(self, row_id: str) -> str | None:
        place = self._place.get(row_id)
        return None if place is None or self._inputs is None else str(self._inputs.iloc[place])

    def _row(self, row_id: str) -> "pd.Series | None":
        place = self._place.get(row_id)
        return None if place is None else self._frame.iloc[place]
