"""Rows of a report whose answers are numbers: some drawn by chance, and those that are furthest off."""

import numpy as np

from core.answers import NumberAnswers
from dashboard.answers.number.scale import Scale
from dashboard.language.words import tr
from dashboard.report.examples import MOST_RUNS, Examples, ReportExample, ReportRows
from dashboard.report.facts import Facts


def examples(facts: Facts, rows: ReportRows, most: int) -> Examples:
    """Rows drawn by a fixed seed, and the rows that the best run is furthest off on."""
    best, scale = facts.answers[facts.best.id], facts.told[facts.best.id].scale
    drawn = np.random.default_rng(0).permutation(len(best))[:most]
    far = np.argsort(-np.abs(best.errors), kind="stable")[:most]
    shown = facts.runs[:MOST_RUNS]
    every = [_by_row(facts.answers[run.id]) for run in shown]
    return Examples(
        groups=(
            (tr("Drawn by chance"), tuple(_example(rows, best, i, every, scale) for i in drawn)),
            (tr("The answers that are furthest off"), tuple(_example(rows, best, i, every, scale) for i in far)),
        ),
        runs=tuple(facts.names[run.id] for run in shown),
        legend=""
        if best.low is None
        else tr("✓: the right number lies in the answer's prediction interval. ✗: it does not."),
    )


def _by_row(answers: NumberAnswers) -> dict[str, tuple[float, bool | None]]:
    """Each row's answer, and whether the truth lies in its prediction interval; None where there is none."""
    held = [None] * len(answers)
    if answers.low is not None and answers.high is not None:
        held = ((answers.low <= answers.targets) & (answers.targets <= answers.high)).tolist()
    return dict(zip(answers.row_ids, zip(answers.values.tolist(), held, strict=True), strict=True))


def _example(
    rows: ReportRows, best: NumberAnswers, i: int, every: list[dict[str, tuple[float, bool | None]]], scale: Scale
) -> ReportExample:
    row = best.row_ids[i]
    found = [said.get(row) for said in every]
    return ReportExample(
        text=rows.text(row),
        picture=rows.picture(row),
        beside=rows.beside(row),
        target=scale(float(best.targets[i])),
        answers=tuple((scale(one[0]), one[1]) if one else ("–", None) for one in found),
        note=_range(best, i, scale),
    )


def _range(best: NumberAnswers, i: int, scale: Scale) -> str:
    if best.low is None or best.high is None:
        return ""
    return tr("interval {span}", span=scale.span(float(best.low[i]), float(best.high[i])))
