"""Rows for a report, right and wrong, with what points at a person taken out unless it was chosen."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.answers import ClassAnswers
from core.data import row_ids
from core.data.personal import is_personal_name, masked
from core.tasks import input_column
from dashboard.plain import shortened, upright
from dashboard.report.facts import Facts
from dashboard.report.wish import Wish
from dashboard.words import tr

LONGEST = 320
MOST_RUNS = 4


@dataclass(frozen=True)
class Example:
    """A held-out row: its text, what is right, and what each run answered (and whether that is right)."""

    text: str
    beside: tuple[tuple[str, str], ...]
    target: str
    answers: tuple[tuple[str, bool], ...]
    sure: str


@dataclass(frozen=True)
class Examples:
    """Right and wrong rows of the best run, and how they came to be chosen."""

    right: tuple[Example, ...]
    wrong: tuple[Example, ...]
    wrong_in_all: int
    runs: tuple[str, ...]


def examples(facts: Facts, wish: Wish) -> Examples:
    """Right rows drawn by a fixed seed, wrong rows with the surest first, at most two of each pair of classes."""
    best = facts.answers[facts.best.id]
    said, right = np.array(best.answers), np.array(best.answers) == np.array(best.targets)
    sure = best.scores.max(axis=1)
    drawn = np.random.default_rng(0).permutation(np.flatnonzero(right))[: wish.examples]
    wrong = _spread(np.flatnonzero(~right)[np.argsort(-sure[~right], kind="stable")], best, said, wish.examples)
    shown = facts.runs[:MOST_RUNS]
    table = _Rows(facts, wish, [facts.answers[run.id] for run in shown])
    return Examples(
        right=tuple(table.example(best, i) for i in drawn),
        wrong=tuple(table.example(best, i) for i in wrong),
        wrong_in_all=int((~right).sum()),
        runs=tuple(facts.names[run.id] for run in shown),
    )


def _spread(rows: np.ndarray, best: ClassAnswers, said: np.ndarray, most: int) -> list[int]:
    """The first `most` rows, with at most two of each true class and answer."""
    seen: dict[tuple[str, str], int] = {}
    kept = []
    for i in rows:
        pair = (best.targets[i], str(said[i]))
        seen[pair] = seen.get(pair, 0) + 1
        if seen[pair] <= 2 and len(kept) < most:
            kept.append(int(i))
    return kept


class _Rows:
    """The rows' texts and chosen columns by row id, and every run's answers."""

    def __init__(self, facts: Facts, wish: Wish, answers: list[ClassAnswers]) -> None:
        self._wish = wish
        self._text = input_column(facts.best.config)
        self._frame = facts.frame
        self._place = {row: i for i, row in enumerate(row_ids(facts.frame))} if wish.examples else {}
        self._said = [dict(zip(one.row_ids, one.answers, strict=True)) for one in answers]

    def example(self, best: ClassAnswers, i: int) -> Example:
        row, target = best.row_ids[i], best.targets[i]
        place = self._place.get(row)
        found = self._frame.iloc[place] if place is not None else None
        answers = tuple((shortened(upright(said.get(row, "–")), 60), said.get(row) == target) for said in self._said)
        return Example(
            text=self._shown(found),
            beside=self._beside(found),
            target=shortened(upright(target), 60),
            answers=answers,
            sure=f"{float(best.scores[i].max()):.0%}",
        )

    def _shown(self, row: "pd.Series | None") -> str:
        if row is None or self._text not in row:
            return "–"
        if is_personal_name(self._text) and self._text not in self._wish.columns:
            return tr("left out: the column looks personal")
        text = upright(str(row[self._text]))
        return shortened(text if self._wish.as_written else masked(text), LONGEST)

    def _beside(self, row: "pd.Series | None") -> tuple[tuple[str, str], ...]:
        if row is None:
            return ()
        chosen = [name for name in self._wish.columns if name in row and name != self._text]
        return tuple((shortened(upright(name), 40), shortened(upright(str(row[name])), 80)) for name in chosen)
