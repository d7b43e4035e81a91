"""Explanation of a class prediction: probabilities, odds, and rows with the same label."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.explanations import AlikeRows, ClassWords, Explanation, FaithfulnessCheck, ModelWords, Push, Reason
from core.explanations.orders import WhyOrder
from dashboard import charts
from dashboard.answers.one_class.asked import ClassReplies
from dashboard.answers.words_side import words_side
from dashboard.charts import WordPush
from dashboard.charts.pushed_text import legend, pushed_text
from dashboard.language.formats import count, share
from dashboard.language.plain import apart, plain, plain_in_chart, shortened
from dashboard.language.words import listed, tr
from storage import Run


def ask(run: Run, cell: str, replies: ClassReplies, method: str) -> WhyOrder:
    """Which class is to be explained: the answer unless told otherwise."""
    best = replies.best[0]
    ranked = sorted(replies.labels, key=lambda label: -replies.scores[0][replies.labels.index(label)])
    label = st.selectbox(
        tr("What speaks for"),
        ranked,
        format_func=apart(ranked, partial(shortened, longest=60)),
        key=f"why-label-{run.id}-{best}",
        help=tr("The model's answer, or another class: what would have spoken for it?"),
    )
    return WhyOrder(run=run.id, cell=cell, method=method, label=label)


def sentence(_run: Run, found: Explanation) -> str:
    """What the words did to the probability; safe Markdown."""
    return tr(
        "With all its words blanked, the model gives this text {blank} for **{label}**; with them, {full}. "
        "The coloured words made the difference.",
        blank=likely(found.blank),
        label=plain(shortened(found.label, 60)),
        full=likely(found.value),
    )


def coloured(_run: Run, found: Explanation, text: str) -> tuple[str, str]:
    """The text with its words coloured, and what the colours mean; HTML."""
    return pushed_text(found, text), sides(found)


def likely(probability: float) -> str:
    """A probability, never said to be certain."""
    if probability > 0.9995:
        return tr("over 99.9%")
    return tr("under 0.1%") if probability < 0.0005 else share(probability)


def picture_sentence(_run: Run, found: Reason) -> str:
    """What the places on a picture did to the probability; safe Markdown."""
    return tr(
        "With all of it covered, the model gives this picture {blank} for **{label}**; with nothing covered, {full}. "
        "The coloured places made the difference.",
        blank=likely(found.blank),
        label=plain(shortened(found.label, 60)),
        full=likely(found.value),
    )


def record_sentence(_run: Run, found: Reason) -> str:
    """What the columns of a record did to the probability; safe Markdown."""
    return tr(
        "To rows that it learned from, the model gives **{label}** {blank} on average; to this record, {full}. "
        "These columns made the difference.",
        blank=likely(found.blank),
        label=plain(shortened(found.label, 60)),
        full=likely(found.value),
    )


def columns_chart(_run: Run, columns: Sequence[WordPush], found: Reason) -> charts.Chart:
    """The strongest columns of one record."""
    return charts.pushes(
        columns,
        found.label,
        title=tr("The strongest columns"),
        reading=tr(
            "× 3 means that this value makes the class three times as likely, set against all other classes together, "
            "than other rows' values do; ÷ 3 means a third as likely. The thin line is where the mean over many such "
            "rows lies, 95 times of 100. It shows this model's habit, not what is true in the world."
        ),
        of_columns=True,
    )


def sides(found: Reason) -> str:
    """What the two colours mean; HTML."""
    return legend(shortened(found.label, 60))


def chart(_run: Run, words: Sequence[Push], found: Explanation) -> charts.Chart:
    """The strongest words of one text."""
    drawn = [WordPush(one.text, one.push) for one in words]
    return charts.pushes(
        drawn,
        found.label,
        title=tr("The strongest words"),
        reading=tr(
            "× 3 means that the word makes the class three times as likely, set against all other classes together; "
            "÷ 3 means a third as likely. It shows this model's habit, not what is true in the world."
        ),
    )


def shown(_run: Run, value: float) -> str:
    """What a model answers, as a check shows it."""
    return likely(value)


def moved(_run: Run, check: FaithfulnessCheck, found: Reason) -> str:
    """By how much leaving out what is strongest moved the answer."""
    return tr("{points} points", points=f"{(check.without_top - found.value) * 100:+.1f}")


def matters(check: FaithfulnessCheck, found: Reason) -> bool:
    """Whether what is named matters more than the rest."""
    top, chance = found.value - check.without_top, found.value - check.without_random
    return top > chance + 0.01


def alike(_run: Run, found: AlikeRows, replies: ClassReplies) -> str:
    """How many of the most alike rows have the answer as their label."""
    answer = replies.best[0]
    same = sum(row.target == answer for row in found.rows)
    return tr(
        "{same} of the {n} most alike rows, out of {all} that it learned from, are labelled **{label}**.",
        same=count(same),
        n=count(len(found.rows)),
        all=count(found.searched),
        label=plain(shortened(answer, 60)),
    )


def target_title() -> str:
    """What the column with the alike rows' right answers is called."""
    return tr("Its class")


def sample(n: int) -> str:
    """How many rows are looked at where `n` of each kind of answer are."""
    return tr("{n} a class", n=n)


def shape_axis(_run: Run, label: str) -> tuple[str, bool]:
    """Name of the axis of a mean answer, here a class's probability, and whether it is a share."""
    return tr("Mean probability of {label}", label=plain_in_chart(label, 30)), True


def words(run: Run, found: ModelWords) -> None:
    """The words that matter most for a class that is chosen."""
    labels = [one.label for one in found.classes]
    label = st.selectbox(
        tr("Class"),
        labels,
        format_func=apart(labels, partial(shortened, longest=80)),
        key=f"words-class-{run.id}",
    )
    of_class = next(one for one in found.classes if one.label == label)
    st.markdown(_which(of_class))
    left, right = st.columns(2, gap="large")

    def draw(drawn: Sequence[WordPush], title: str, reading: str) -> charts.Chart:
        return charts.pushes(drawn, label, title=title, reading=reading)

    with left:
        words_side(of_class.words_for, tr("Words that speak for it"), f"words-for-{run.id}", draw)
    with right:
        words_side(of_class.words_against, tr("Words that speak against it"), f"words-against-{run.id}", draw)
    st.caption(
        tr(
            "From {rows} test rows, {n} of them given this class. Only words that stand in at least 3 of these are "
            "named. By integrated gradients; in the middle row {error} of the difference stayed unexplained.",
            rows=count(found.rows),
            n=count(of_class.rows),
            error=share(found.error),
        )
    )


def _which(found: ClassWords) -> str:
    named = listed(f"**{plain(shortened(one.word, 30))}**" for one in found.words_for[:3])
    label = plain(shortened(found.label, 60))
    if not named:
        return tr("No word stands in enough rows to be named for **{label}**. Look at more rows.", label=label)
    return tr("When it answers **{label}**, the model goes mostly by: {words}.", label=label, words=named)
