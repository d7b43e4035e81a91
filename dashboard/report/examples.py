"""Rows for a report, with what points at a person taken out unless it was chosen."""

from dataclasses import dataclass

import pandas as pd

from core.data import row_ids
from core.data.checks.personal import is_personal_name, masked
from core.tasks import input_column
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
    """A held-out row: its text, what is right, and what each run answered (and whether that is right, or None).

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
    """Rows of the best run in groups, each with its heading, and what the signs behind answers mean."""

    groups: tuple[tuple[str, tuple[ReportExample, ...]], ...]
    runs: tuple[str, ...]
    legend: str = ""


def examples(facts: Facts, wish: ReportOptions) -> Examples:
    """Rows that show how the best run answers, chosen as its kind of answers asks for."""
    found: Examples = room(facts.kind, "examples").examples(facts, ReportRows(facts, wish), wish.examples)
    return found


class ReportRows:
    """The rows' texts and chosen columns by row id."""

    def __init__(self, facts: Facts, wish: ReportOptions) -> None:
        self._wish = wish
        self._text = input_column(facts.best.config)
        self._frame = facts.frame
        self._shown = room_of(facts.best.config, "report")
        self._pictures = facts.pictures
        self._place = {row: i for i, row in enumerate(row_ids(facts.frame))} if wish.examples else {}

    def text(self, row_id: str) -> str:
        """What the model read, shortened; a dash where the row is gone."""
        row = self._row(row_id)
        if row is None or self._text not in row:
            return "–"
        if is_personal_name(self._text) and self._text not in self._wish.columns:
            return tr("left out: the column looks personal")
        text: str = self._shown.text(upright(str(row[self._text])))
        return shortened(text if self._wish.as_written else masked(text), LONGEST)

    def picture(self, row_id: str) -> str:
        """A thumbnail of what the model looked at, a data URI; nothing where it reads no pictures."""
        row = self._row(row_id)
        if row is None or self._text not in row or self.text(row_id):
            return ""
        thumbnail: str = self._shown.picture(str(row[self._text]), self._pictures)
        return thumbnail

    def beside(self, row_id: str) -> tuple[tuple[str, str], ...]:
        """The columns that were chosen to stand beside it."""
        row = self._row(row_id)
        if row is None:
            return ()
        chosen = [name for name in self._wish.columns if name in row and name != self._text]
        return tuple((shortened(upright(name), 40), shortened(upright(str(row[name])), 80)) for name in chosen)

    def _row(self, row_id: str) -> "pd.Series | None":
        place = self._place.get(row_id)
        return None if place is None else self._frame.iloc[place]
