"""Rows of a report whose answers are classes: right ones by chance, and the surest mistakes."""

import numpy as np

from core.answers import ClassAnswers
from dashboard.language.plain import shortened, upright
from dashboard.language.words import tr
from dashboard.report.examples import MOST_RUNS, Examples, ReportExample, ReportRows
from dashboard.report.facts import Facts


def examples(facts: Facts, rows: ReportRows, most: int) -> Examples:
    """Right rows drawn by a fixed seed, wrong rows with the surest first, at most two of each pair of classes."""
    best = facts.answers[facts.best.id]
    said, right = np.array(best.answers), np.array(best.answers) == np.array(best.targets)
    sure = best.scores.max(axis=1)
    drawn = np.random.default_rng(0).permutation(np.flatnonzero(right))[:most]
    wrong = _spread(np.flatnonzero(~right)[np.argsort(-sure[~right], kind="stable")], best, said, most)
    shown = facts.runs[:MOST_RUNS]
    every = [dict(zip(one.row_ids, one.answers, strict=True)) for one in (facts.answers[run.id] for run in shown)]
    surest = tr("Answered wrong, the surest mistakes first ({n} in all)", n=int((~right).sum()))
    return Examples(
        groups=(
            (tr("Answered right, drawn by chance"), tuple(_example(rows, best, i, every) for i in drawn)),
            (surest, tuple(_example(rows, best, i, every) for i in wrong)),
        ),
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


def _example(rows: ReportRows, best: ClassAnswers, i: int, every: list[dict[str, str]]) -> ReportExample:
    row, target = best.row_ids[i], best.targets[i]
    return ReportExample(
        text=rows.text(row),
        picture=rows.picture(row),
        beside=rows.beside(row),
        target=shortened(upright(target), 60),
        answers=tuple((shortened(upright(said.get(row, "–")), 60), said.get(row) == target) for said in every),
        note=tr("{share} sure", share=f"{float(best.scores[i].max()):.0%}"),
    )
