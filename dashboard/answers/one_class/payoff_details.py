"""Details of a classification's business value: baselines, automation rate, thresholds, sensitivity to prices."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.arrays import Integers
from core.data.labels.order import in_order
from core.payoff import (
    Alternative,
    Appraisal,
    Decision,
    break_even,
    least_right,
    profit_curve,
    sensitivity,
    threshold_curve,
)
from core.payoff.answers import targets
from dashboard import charts
from dashboard.answers.payoff_pieces import alternatives_table, paid_back
from dashboard.answers.whole_numbers import whole_numbers
from dashboard.cached.known import choosing_of
from dashboard.charts import show
from dashboard.language.formats import figure, share
from dashboard.language.plain import apart, plain, shortened
from dashboard.language.words import tr, word
from dashboard.parts.tabs import lazy_tabs
from dashboard.sentences.confidence import what_sure_means
from dashboard.sentences.money import best_alternative, chosen_on, money, pays_back_after, way
from storage import Run

FIXED = {"nothing", "person", "always"}
"""Other ways that ask no model."""


def details(run: Run, found: Appraisal) -> None:
    """What stands behind it, a tab each; only the open one is worked out."""
    views: dict[str, Callable[[Run, Appraisal], None]] = {
        word("Other ways"): _ways,
        word("How much to leave to it"): _profit,
        word("Thresholds"): _thresholds,
        word("If the prices are wrong"): _swings,
    }
    lazy_tabs(views, "money", run, found)


def _ways(run: Run, found: Appraisal) -> None:
    names = [tr("This model, as decided")]
    worths = [found.value.per_1000]
    if found.decision.thresholds is not None:
        names.append(tr("This model, always the likeliest"))
        worths.append(found.undecided.per_1000)
    best = best_alternative(found)[0]
    drawn = {name: other for name, other in found.alternatives.items() if name in {"nothing", "person", "tfidf", best}}
    names += [way(name, other) for name, other in drawn.items()]
    worths += [other.per_1000 for other in drawn.values()]
    show(charts.ways(names, worths, found.decision.currency), key=f"ways-{run.id}")
    currency = plain(found.decision.currency)
    alternatives_table(
        {way(name, other): other.gain for name, other in found.alternatives.items()},
        currency,
        gained=tr("More for 1,000 cases"),
        alt=tr("How much more the model brings than each other way"),
        rows=found.value.rows,
    )
    for name, other in found.alternatives.items():
        if name not in FIXED:
            st.caption(_chosen_alike(plain(way(name, other)), other, found.decision))
    paid_back(pays_back_after(found))


def _chosen_alike(name: str, other: Alternative, decision: Decision) -> str:
    """How the thresholds of a baseline were chosen, beside those of the model."""
    if other.in_halves:
        return tr(
            "{name}: its answers to validation rows were not kept. So half of the test rows chose the thresholds for "
            "both, and only the other half judged.",
            name=name,
        )
    if decision.chosen_on == "hand":
        return tr("{name}: it has thresholds of its own. The model's were set by hand.", name=name)
    return tr("{name}: it has thresholds of its own, chosen on the same rows and by the same rule.", name=name)


def _profit(run: Run, found: Appraisal) -> None:
    decision = found.decision
    if decision.person is not None:
        rest = tr("The other cases go to a person.")
    elif decision.nothing is not None:
        rest = tr("The other cases are left as if nobody did anything.")
    else:
        rest = tr("The other cases are left alone and bring nothing.")
    show(charts.profit(profit_curve(found.judged, decision), decision.currency, rest), key=f"profit-{run.id}")


def _thresholds(run: Run, found: Appraisal) -> None:
    decision = found.decision
    st.caption(chosen_on(decision))
    st.caption(what_sure_means(run))
    if decision.thresholds is None:
        st.markdown(tr("It always gives the likeliest class, however unsure it is."))
        return
    if decision.hands_over or len(decision.labels) == 2:
        _line(run, decision)
    _table_of_thresholds(found)


def _line(run: Run, decision: Decision) -> None:
    """Threshold curve of one class on the validation rows; none is drawn on the rows that judge."""
    choosing = choosing_of(run.id)
    if choosing is None:
        st.caption(
            tr(
                "No line is drawn to set a threshold by, because this run kept no validation rows: chosen on the rows "
                "that judge it, a threshold looks better than it is."
            )
        )
        return
    label = st.selectbox(
        tr("Class"),
        in_order(decision.labels),
        format_func=apart(decision.labels, partial(shortened, longest=80)),
        key=f"threshold-{run.id}",
    )
    curve = threshold_curve(choosing, decision, label)
    show(charts.threshold(curve, label, decision.currency, len(choosing.targets)), key=f"line-{run.id}")


def _table_of_thresholds(found: Appraisal) -> None:
    decision, true = found.decision, targets(found.judged, found.decision)
    assert decision.thresholds is not None  # noqa: S101  # the caller looked
    bars, size = np.array(decision.thresholds), len(decision.labels)
    said = np.bincount(found.answers[found.answers >= 0], minlength=size)
    frame = pd.DataFrame(
        {
            tr("Class"): [shortened(label, 60) for label in decision.labels],
            tr("Answered when at least") if decision.hands_over else tr("Threshold"): bars * 100,
            tr("Rows answered so"): said,
            tr("Right among those"): _right(found.answers, true, size) * 100,
        }
    )
    percent = st.column_config.NumberColumn(format="%.1f%%")
    config = whole_numbers(frame) | {frame.columns[1]: percent, frame.columns[3]: percent}
    st.dataframe(frame, hide_index=True, column_config=config, placeholder="–", alt=tr("The threshold of every class"))
    st.caption(
        tr("A class is answered when its probability reaches its threshold; where none does, a person gets the case.")
        if decision.hands_over
        else tr("The class whose probability is the largest multiple of its threshold is answered.")
    )


def _right(answers: Integers, true: Integers, size: int) -> np.ndarray:
    """Of the rows answered with each class, the share that is right; nan where there are none."""
    said = np.bincount(answers[answers >= 0], minlength=size)
    hit = np.bincount(answers[answers == true], minlength=size)
    return np.divide(hit, said, out=np.full(size, np.nan), where=said > 0)


def _swings(run: Run, found: Appraisal) -> None:
    decision, currency = found.decision, plain(found.decision.currency)
    true = targets(found.judged, decision)
    for line in _break_even(found.answers, true, decision, currency, found):
        st.markdown(f"- {line}")
    swings = sensitivity(found.answers, true, decision)
    if swings:
        show(charts.swings(swings, found.value.per_1000.value, decision.currency), key=f"swings-{run.id}")
    st.caption(tr("Reckoned with the answers as they are; with other prices you would choose other thresholds."))


def _break_even(answers: Integers, true: Integers, decision: Decision, currency: str, found: Appraisal) -> list[str]:
    """How far the prices may move until it pays no more, in sentences of safe Markdown."""
    lines = []
    times = break_even(answers, true, decision)
    if times is None:
        lines.append(tr("However dear mistakes become, it stays better than doing nothing."))
    elif times == 0:
        lines.append(tr("Even if mistakes cost nothing, it would bring no more than doing nothing."))
    else:
        lines.append(
            tr("It pays as long as mistakes cost no more than **{n} times** what you said.", n=figure(times, 2))
        )
    name, other = best_alternative(found)
    needed = least_right(answers, true, decision, other.per_1000.value)
    if needed is not None:
        lines.append(
            tr(
                "Of the cases it answers, **{needed}** must be right to be worth as much as {way} ({amount}); here "
                "{right} are.",
                needed=share(needed),
                way=plain(way(name, other)),
                amount=money(other.per_1000.value, currency),
                right=share(found.value.right),
            )
        )
    return lines
