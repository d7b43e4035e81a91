"""The parts of the evaluate page: the verdict first, then what stands behind it."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import streamlit as st

from core.answers import ClassAnswers
from core.evaluation import METRICS, calibration, confusion, precision_recall, roc, wilson
from core.results import Evaluation, Interval
from core.tasks import input_column
from dashboard import charts, doors
from dashboard.charts import Bar, show
from dashboard.formats import count, metric_value
from dashboard.known import answers_of, texts_by_row
from dashboard.parts.teaching import teaching_banner
from dashboard.parts.words import words_of_model
from dashboard.plain import shortened
from dashboard.verdict import BASELINES, judge
from dashboard.words import tr, word
from storage import Run

Measured = dict[str, Interval]
HEADLINES = ("accuracy", "f1_macro", "balanced_accuracy", "roc_auc")
COMPARED = ("accuracy", "balanced_accuracy", "f1_macro", "f1_weighted")
WORTHS = {
    "better": ("green", "trending_up"),
    "same": ("orange", "balance"),
    "unknown": ("orange", "help"),
    "worse": ("red", "trending_down"),
}


def verdict(run: Run) -> None:
    """The sentence that answers the question, and the headline numbers."""
    assert run.evaluation is not None  # noqa: S101  # the page lists finished runs only
    teaching_banner(run.scenario)
    others = {who: answers_of(run.id, who) for who in run.evaluation.baselines}
    found = judge(run.evaluation, answers_of(run.id), others)
    colour, icon = WORTHS[found.kind]
    with st.container(border=True, key="verdict"):
        st.markdown(f":{colour}[:material/{icon}:] {found.sentence}")
    _headlines(run.evaluation)
    with st.container(horizontal=True):
        if st.button(tr("Try it"), type="primary", icon=":material/chat_bubble:"):
            doors.go("predict", run=run.id)
        if st.button(tr("What it is worth"), icon=":material/payments:"):
            doors.go("payoff", run=run.id)
        if st.button(tr("Look inside"), icon=":material/troubleshoot:"):
            doors.go("inspect", run=run.id)
        if st.button(tr("The run"), icon=":material/timeline:"):
            doors.go("runs", run=run.id)
        if st.button(tr("How many labels pay"), icon=":material/stacked_line_chart:"):
            doors.go("labels", run=run.id)
        if st.button(tr("Report and share"), icon=":material/ios_share:"):
            doors.go("share", run=run.id)


def _headlines(evaluation: Evaluation) -> None:
    with st.grid(4, min_column_width=180):
        for name in HEADLINES:
            if measured := evaluation.metrics.get(name):
                low, high = metric_value(name, measured.low), metric_value(name, measured.high)
                st.metric(
                    tr(METRICS[name].title),
                    metric_value(name, measured.value),
                    help=tr(METRICS[name].meaning),
                    delta=tr("{low} to {high}", low=low, high=high),
                    delta_color="off",
                    delta_arrow="off",
                    border=True,
                )


def details(run: Run) -> None:
    """What stands behind the verdict, a tab each; only the open one is worked out."""
    views: dict[str, Callable[[Run], None]] = {
        word("Beside the simple ways"): _beside,
        word("Each class"): _classes,
        word("Mix-ups"): _mixups,
        word("Confidence"): _confidence,
        word("Curves"): _curves,
        word("Wrong rows"): _wrong_rows,
        word("Words"): words_of_model,
    }
    tabs = st.tabs([tr(title) for title in views], key="view", on_change="rerun", bind="query-params")
    for tab, draw in zip(tabs, views.values(), strict=True):
        if tab.open:
            with tab:
                draw(run)


def _beside(run: Run) -> None:
    assert run.evaluation is not None  # noqa: S101
    found = run.evaluation
    shown = [name for name in COMPARED if name in found.metrics]
    bars = [Bar(tr("This model"), [found.metrics[name] for name in shown])]
    bars += [
        Bar(tr(BASELINES.get(who, who)), [measured[name] for name in shown])
        for who, measured in in_order(found.baselines)
        if all(name in measured for name in shown)
    ]
    show(charts.metric_bars([tr(METRICS[name].title) for name in shown], bars), key=f"bars-{run.id}")
    with st.expander(tr("Every number"), icon=":material/table_rows:"):
        st.dataframe(_numbers(found), hide_index=True, alt=tr("Every metric with its interval, beside the baselines"))
        st.caption(
            tr(
                "From and to: on other rows of the same kind, the value would lie between these 95 times of 100. "
                "Point at a name for what it means."
            )
        )


def in_order(baselines: Mapping[str, Measured]) -> list[tuple[str, Measured]]:
    """The baselines, the strong one first, strangers last."""
    known = list(BASELINES)
    return sorted(baselines.items(), key=lambda pair: known.index(pair[0]) if pair[0] in known else len(known))


def _numbers(found: Evaluation) -> pd.DataFrame:
    names = [name for name in METRICS if name in found.metrics]
    columns: dict[str, list[str]] = {
        tr("Metric"): [tr(METRICS[name].title) for name in names],
        tr("This model"): [metric_value(name, found.metrics[name].value) for name in names],
        tr("From"): [metric_value(name, found.metrics[name].low) for name in names],
        tr("To"): [metric_value(name, found.metrics[name].high) for name in names],
    }
    for who, measured in in_order(found.baselines):
        columns[tr(BASELINES.get(who, who))] = [
            metric_value(name, measured[name].value) if name in measured else "–" for name in names
        ]
    columns[tr("Meaning")] = [tr(METRICS[name].meaning) for name in names]
    return pd.DataFrame(columns)


def _classes(run: Run) -> None:
    assert run.evaluation is not None  # noqa: S101
    quality = [one for one in run.evaluation.per_class if one.rows]
    rows = np.array([one.rows for one in quality])
    recall = np.array([one.recall for one in quality])
    low, high = wilson(np.rint(recall * rows).astype(int), rows)
    chart = charts.per_class(
        [one.label for one in quality], recall, low, high, rows, measure=tr("Rows of the class that are found")
    )
    show(chart, key=f"classes-{run.id}")
    frame = pd.DataFrame(
        {
            tr("Class"): [one.label for one in quality],
            tr("Held-out rows"): rows,
            tr("Right when named"): [one.precision * 100 for one in quality],
            tr("Found"): recall * 100,
            "F1": [one.f1 * 100 for one in quality],
        }
    )
    percent = st.column_config.NumberColumn(format="%.1f%%")
    config = dict.fromkeys(frame.columns[2:], percent)
    st.dataframe(frame, hide_index=True, column_config=config, alt=tr("Precision, recall and F1 of every class"))


def _mixups(run: Run) -> None:
    found = confusion(answers_of(run.id))
    if len(found.labels) > 60:
        st.caption(tr("With {n} classes a chart is not readable; the pairs below are.", n=count(len(found.labels))))
    else:
        show(charts.confusion(found.counts, found.labels), key=f"confusion-{run.id}")
    st.markdown(f"**{tr('The commonest mix-ups')}**")
    off = found.counts.copy()
    np.fill_diagonal(off, 0)
    order = np.argsort(-off, axis=None, kind="stable")[:10]
    pairs = [np.unravel_index(i, off.shape) for i in order if off.flat[i] > 0]
    frame = pd.DataFrame(
        {
            tr("True class"): [found.labels[t] for t, _ in pairs],
            tr("The model answered"): [found.labels[a] for _, a in pairs],
            tr("Rows"): [int(off[t, a]) for t, a in pairs],
        }
    )
    st.dataframe(frame, hide_index=True, alt=tr("Pairs of classes that are mixed up most"))


def _confidence(run: Run) -> None:
    found = calibration(answers_of(run.id))
    show(
        charts.calibration(found.stated, found.observed, found.low, found.high, found.rows),
        key=f"calibration-{run.id}",
    )


def _curves(run: Run) -> None:
    answers = answers_of(run.id)
    there = [label for label in answers.labels if label in set(answers.targets)]
    label = st.selectbox(tr("Class"), there, format_func=lambda one: shortened(one, 80), key=f"curve-{run.id}")
    left, right = st.columns(2, gap="large")
    with left:
        found = roc(answers, label)
        show(charts.roc(found.x, found.y, label=label, area=found.area), key=f"roc-{run.id}")
    with right:
        curve = precision_recall(answers, label)
        prevalence = answers.targets.count(label) / len(answers.targets)
        show(
            charts.precision_recall(curve.x, curve.y, label=label, average=curve.area, prevalence=prevalence),
            key=f"pr-{run.id}",
        )


def _wrong_rows(run: Run) -> None:
    frame = wrong_rows(run, answers_of(run.id))
    if frame.empty:
        st.success(tr("Every held-out row was answered right."), icon=":material/check_circle:")
        return
    st.caption(
        tr(
            "{n} of {rows} held-out rows were answered wrong. The surest mistakes stand first: look whether the row "
            "itself is labelled wrong.",
            n=count(len(frame)),
            rows=count(len(answers_of(run.id).targets)),
        )
    )
    config = {
        frame.columns[0]: st.column_config.TextColumn(width="large"),
        frame.columns[-1]: st.column_config.ProgressColumn(min_value=0, max_value=1, format="percent", width=130),
    }
    st.dataframe(frame.head(2000), hide_index=True, column_config=config, height=480, alt=tr("Rows answered wrong"))


def wrong_rows(run: Run, answers: ClassAnswers) -> pd.DataFrame:
    """The held-out rows that were answered wrong, the surest first."""
    said = answers.answers
    sure = answers.scores.max(axis=1)
    wrong = [i for i in np.argsort(-sure, kind="stable") if said[i] != answers.targets[i]]
    texts = texts_by_row(run.dataset_id, input_column(run.config))
    return pd.DataFrame(
        {
            tr("Text"): [texts.get(answers.row_ids[i], "–") for i in wrong],
            tr("True class"): [answers.targets[i] for i in wrong],
            tr("The model answered"): [said[i] for i in wrong],
            tr("How sure"): sure[wrong],
        }
    )
