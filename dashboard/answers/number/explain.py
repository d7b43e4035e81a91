"""Explanation of a numeric prediction: attributions in the target's own unit."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.explanations import AlikeRows, ClassWord, Explanation, FaithfulnessCheck, ModelWords, Push, Reason
from core.explanations.orders import WhyOrder
from dashboard import charts
from dashboard.access.store import store
from dashboard.answers.number.asked import NumberReplies
from dashboard.answers.number.scale import Scale, scale_of
from dashboard.answers.words_side import words_side
from dashboard.charts import WordPush
from dashboard.charts.pushed_text import pushed_text, two_sides
from dashboard.language.formats import MINUS, count, share
from dashboard.language.plain import plain, plain_in_chart, shortened
from dashboard.language.words import joined, listed, tr
from storage import Run

SHOWN = 12
TENTHS = 10
"""Rows are drawn from each tenth of the answers, so that small and large numbers are looked at alike."""


def ask(run: Run, cell: str, _replies: NumberReplies, method: str) -> WhyOrder:
    """Nothing is to be chosen: the number itself is explained."""
    return WhyOrder(run=run.id, cell=cell, method=method)


def sentence(run: Run, found: Explanation) -> str:
    """What the words did to the number; safe Markdown."""
    scale = scale_of(store(), run)
    return tr(
        "With all its words blanked, the model answers {blank}; with them, **{full}**, which is {more}. The coloured "
        "words made the difference.",
        blank=plain(scale(found.blank)),
        full=plain(scale(found.value)),
        more=_more(scale, found.value - found.blank),
    )


def picture_sentence(run: Run, found: Reason) -> str:
    """What the places on a picture did to the number; safe Markdown."""
    scale = scale_of(store(), run)
    return tr(
        "With all of it covered, the model answers {blank}; with nothing covered, **{full}**, which is {more}. The "
        "coloured places made the difference.",
        blank=plain(scale(found.blank)),
        full=plain(scale(found.value)),
        more=_more(scale, found.value - found.blank),
    )


def record_sentence(run: Run, found: Reason) -> str:
    """What the columns of a record did to the number; safe Markdown."""
    scale = scale_of(store(), run)
    return tr(
        "To rows that it learned from, the model answers {blank} on average; to this record, **{full}**, which is "
        "{more}. These columns made the difference.",
        blank=plain(scale(found.blank)),
        full=plain(scale(found.value)),
        more=_more(scale, found.value - found.blank),
    )


def columns_chart(run: Run, columns: Sequence[WordPush], _found: Reason) -> charts.Chart:
    """The strongest columns of one record."""
    reading = tr(
        "+1 means that this value raises the answer by 1 against other rows' values; together they make up the "
        "difference. The thin line is where the mean over many such rows lies, 95 times of 100. It shows this model's "
        "habit, not what is true in the world."
    )
    return _pushes(columns, scale_of(store(), run), tr("The strongest columns"), reading, of_columns=True)


def sides(_found: Reason) -> str:
    """What the two colours mean; HTML."""
    return two_sides(tr("pushes the number up"), tr("pushes it down"))


def _more(scale: Scale, difference: float) -> str:
    amount = plain(scale(abs(difference)))
    return tr("{n} higher", n=amount) if difference >= 0 else tr("{n} lower", n=amount)


def coloured(run: Run, found: Explanation, text: str) -> tuple[str, str]:
    """The text with its words coloured, and what the colours mean; HTML."""
    scale = scale_of(store(), run)
    return pushed_text(found, text, scale.signed), sides(found)


def chart(run: Run, words: Sequence[Push], _found: Explanation) -> charts.Chart:
    """The strongest words of one text."""
    drawn = [WordPush(one.text, one.push) for one in words]
    reading = tr(
        "A word at +1 raises the answer by 1, a word at \u22121 lowers it by 1; together they make up the difference. "
        "It shows this model's habit, not what is true in the world."
    )
    return _pushes(drawn, scale_of(store(), run), tr("The strongest words"), reading)


def _pushes(
    words: Sequence[WordPush], scale: Scale, title: str, reading: str, *, of_columns: bool = False
) -> charts.Chart:
    return charts.pushes(
        words,
        tr("the number"),
        title=title,
        reading=reading,
        said=scale.signed,
        told=scale.signed,
        axis=tr("Down ← push → Up"),
        of_columns=of_columns,
    )


def shown(run: Run, value: float) -> str:
    """What a model answers, as a check shows it."""
    return scale_of(store(), run)(value)


def moved(run: Run, check: FaithfulnessCheck, found: Reason) -> str:
    """By how much leaving out what is strongest moved the answer."""
    return scale_of(store(), run).signed(check.without_top - found.value).replace(MINUS, "-")  # an arrow goes by it


def matters(check: FaithfulnessCheck, found: Reason) -> bool:
    """Whether what is named matters more than the rest, by a twentieth of all that words did."""
    towards = np.sign(found.difference) or 1.0
    top, chance = (towards * (found.value - value) for value in (check.without_top, check.without_random))
    return bool(top > chance + 0.05 * abs(found.difference))


def alike(run: Run, found: AlikeRows, _replies: NumberReplies) -> str:
    """Between which numbers the most alike rows lie."""
    scale = scale_of(store(), run)
    numbers = np.array([float(row.target) for row in found.rows])
    return tr(
        "The {n} most alike rows, out of {all} that it learned from, have numbers from {low} to {high}; their mean is "
        "**{mean}**.",
        n=count(len(found.rows)),
        all=count(found.searched),
        low=plain(scale(numbers.min())),
        high=plain(scale(numbers.max())),
        mean=plain(scale(numbers.mean())),
    )


def target_title() -> str:
    """What the column with the alike rows' right answers is called."""
    return tr("Its number")


def sample(n: int) -> str:
    """How many rows are looked at where `n` of each tenth of the answers are."""
    return tr("{n} rows", n=count(TENTHS * n))


def shape_axis(run: Run, _label: str) -> tuple[str, bool]:
    """Name of the axis of a mean answer with its unit, and whether it is a share."""
    unit = scale_of(store(), run).unit
    return (tr("Mean answer, {unit}", unit=plain_in_chart(unit, 20)) if unit else tr("Mean answer")), False


def words(run: Run, found: ModelWords) -> None:
    """The words that push the number up, and those that push it down."""
    scale, only = scale_of(store(), run), found.classes[0]
    st.markdown(_which(only.words_for, only.words_against))
    left, right = st.columns(2, gap="large")

    def draw(drawn: Sequence[WordPush], title: str, reading: str) -> charts.Chart:
        return _pushes(drawn, scale, title, reading)

    with left:
        words_side(only.words_for, tr("Words that push the number up"), f"words-for-{run.id}", draw)
    with right:
        words_side(only.words_against, tr("Words that push it down"), f"words-against-{run.id}", draw)
    st.caption(
        tr(
            "From {rows} test rows, drawn alike from small and large answers. Only words that stand in at least 3 "
            "of these are named. By integrated gradients; in the middle row {error} of the difference stayed "
            "unexplained.",
            rows=count(found.rows),
            error=share(found.error),
        )
    )


def _which(up: Sequence[ClassWord], down: Sequence[ClassWord]) -> str:
    raised, lowered = (listed(f"**{plain(shortened(one.word, 30))}**" for one in side[:3]) for side in (up, down))
    if not raised and not lowered:
        return tr("No word stands in enough rows to be named. Look at more rows.")
    parts = [tr("Most of all, these words raise its answers: {words}.", words=raised)] if raised else []
    parts += [tr("These lower them: {words}.", words=lowered)] if lowered else []
    return joined(parts)
