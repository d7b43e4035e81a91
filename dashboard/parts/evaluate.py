"""Evaluate page: the verdict first, then the details in tabs."""

import pandas as pd
import streamlit as st

from core.evaluation import MEANINGS, YARDSTICKS
from core.evaluation.records import Evaluation
from core.tasks import task_of
from dashboard import doors
from dashboard.access.store import store
from dashboard.answers.view import view_of
from dashboard.cached.known import answers_of
from dashboard.charts import Bar, show
from dashboard.inputs import room_of
from dashboard.language.formats import metric_value, metric_values
from dashboard.language.plain import plain, shortened
from dashboard.language.words import listed, tr, trn, word
from dashboard.parts.tabs import lazy_tabs
from dashboard.parts.teaching import teaching_banner
from dashboard.sentences.asked import asked_sentence
from dashboard.sentences.baselines import called, in_order
from dashboard.sentences.standing import standing_icon
from dashboard.sentences.verdict import judge
from storage import Run

MOST_NAMED = 3


def verdict(run: Run) -> None:
    """Verdict in a sentence, and the headline metrics."""
    assert run.evaluation is not None  # noqa: S101  # the page lists finished runs only
    teaching_banner(run.scenario)
    others = {who: answers_of(run.id, who) for who in run.evaluation.baselines}
    asked = store().ledger.asked(run.id)
    inputs, margin = task_of(run.config).inputs.name, run.config.margin / 100
    found = judge(run.evaluation, answers_of(run.id), others, inputs=inputs, asked=asked, margin=margin)
    with st.container(border=True, key="verdict"):
        st.markdown(f"{standing_icon(found.kind)} {found.sentence}")
    if said := asked_sentence(asked):
        st.caption(said)
    doors.what_is_this(run.evaluation.headline)
    _headlines(run.evaluation)
    if caution := view_of(run.evaluation.kind).caution(run):
        st.caption(f":material/warning: {caution}")
    if run.evaluation.left_out:
        st.caption(
            trn(
                "{n} row does not judge here: it taught the model that this run started from.",
                "{n} rows do not judge here: they taught the model that this run started from.",
                run.evaluation.left_out,
            )
        )
    if run.evaluation.remeasured:
        st.caption(
            tr(
                "An earlier version measured this run. Its confidence intervals have been worked out anew by today's "
                "methods; the figures themselves are the same."
            )
        )
    with st.container(horizontal=True):
        if st.button(tr("Try it"), type="primary", icon=":material/chat_bubble:"):
            doors.go("predict", run=run.id)
        if st.button(tr("Business value"), icon=":material/payments:"):
            doors.go("payoff", run=run.id)
        if st.button(tr("Diagnostics"), icon=":material/troubleshoot:"):
            doors.go("inspect", run=run.id)
        if st.button(tr("The run"), icon=":material/timeline:"):
            doors.go("runs", run=run.id)
        if st.button(tr("How many labels pay"), icon=":material/stacked_line_chart:"):
            doors.go("labels", run=run.id)
        if st.button(tr("Report and share"), icon=":material/ios_share:"):
            doors.go("share", run=run.id)


def _headlines(evaluation: Evaluation) -> None:
    with st.grid(4, min_column_width=180):
        for name in view_of(evaluation.kind).headlines:
            if measured := evaluation.metrics.get(name):
                value, low, high = metric_values(name, measured)
                st.metric(
                    tr(MEANINGS[name].title),
                    value,
                    help=tr(MEANINGS[name].meaning),
                    delta=tr("{low} to {high}", low=low, high=high),
                    delta_color="off",
                    delta_arrow="off",
                    border=True,
                )


def details(run: Run) -> None:
    """Details behind the verdict in tabs; only the open one is worked out."""
    assert run.evaluation is not None  # noqa: S101
    hidden = room_of(run.config, "rows").HIDDEN
    views = {word("Beside the baselines"): _beside, **view_of(run.evaluation.kind).evaluate}
    views = {title: draw for title, draw in views.items() if title not in hidden}
    lazy_tabs(views, "view", run)


def _beside(run: Run) -> None:
    assert run.evaluation is not None  # noqa: S101
    found = run.evaluation
    view = view_of(found.kind)
    shown = [name for name in view.compared if name in found.metrics]
    bars = [Bar(tr("This model"), [found.metrics[name] for name in shown])]
    bars += [
        Bar(called(who), [found.baselines[who][name] for name in shown])
        for who in in_order(found.baselines)
        if all(name in found.baselines[who] for name in shown)
    ]
    show(view.bars([tr(MEANINGS[name].title) for name in shown], bars), key=f"bars-{run.id}")
    with st.expander(tr("Every number"), icon=":material/table_rows:"):
        st.dataframe(_numbers(found), hide_index=True, alt=tr("Every metric with its interval, beside the baselines"))
        st.caption(
            tr(
                "From and to: the true value, over all rows of the kind, lies between these 95 times of 100. "
                "Point at a name for what it means."
            )
        )
        st.caption(
            tr(
                "Where rows are few, or a class has few, these confidence intervals are rather too wide than too "
                "narrow."
            )
        )
        if said := _not_measured(found):
            st.caption(said)


def _not_measured(found: Evaluation) -> str | None:
    """Why means over classes are missing: these rows lack a class."""
    names = [tr(one.title) for name, one in MEANINGS.items() if one.over_classes and name not in found.metrics]
    lacking = [plain(shortened(one.label, 60)) for one in found.per_class if not one.rows]
    if not names or not lacking:
        return None
    return tr(
        "Not measured: {metrics}. No row here is of the class {classes}, and a mean over the other classes would be "
        "another number.",
        metrics=listed(names),
        classes=listed(lacking[:MOST_NAMED]) + (" …" if len(lacking) > MOST_NAMED else ""),
    )


def _numbers(found: Evaluation) -> pd.DataFrame:
    names = [name for name in YARDSTICKS[found.kind].metrics if name in found.metrics]
    own = [metric_values(name, found.metrics[name]) for name in names]
    columns: dict[str, list[str]] = {
        tr("Metric"): [tr(MEANINGS[name].title) for name in names],
        tr("This model"): [value for value, _, _ in own],
        tr("From"): [low for _, low, _ in own],
        tr("To"): [high for _, _, high in own],
    }
    for who in in_order(found.baselines):
        measured = found.baselines[who]
        columns[called(who)] = [metric_value(name, measured[name].value) if name in measured else "–" for name in names]
    columns[tr("Meaning")] = [tr(MEANINGS[name].meaning) for name in names]
    return pd.DataFrame(columns)
