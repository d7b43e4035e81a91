"""Evaluation of a classification: per-class metrics, confusion matrix, calibration, curves, wrong rows."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.answers import ClassAnswers
from core.data.labels.order import places
from core.evaluation import calibration, confusion, precision_recall, roc, wilson
from dashboard import charts
from dashboard.answers.one_class.calibration import beside_honest
from dashboard.answers.whole_numbers import whole_numbers
from dashboard.cached.held_out import labels_held_out
from dashboard.cached.known import answers_of, inputs_by_row
from dashboard.charts import show
from dashboard.inputs import room_of
from dashboard.language.formats import count
from dashboard.language.plain import apart, shortened
from dashboard.language.words import tr
from storage import Run


def classes(run: Run) -> None:
    """How well each class is found."""
    assert run.evaluation is not None  # noqa: S101
    found = [one for one in run.evaluation.per_class if one.rows]
    quality = [found[place] for place in places([one.label for one in found])]
    rows = np.array([one.rows for one in quality])
    recall = np.array([one.recall for one in quality])
    low, high = wilson(np.rint(recall * rows).astype(int), rows)
    chart = charts.per_class([one.label for one in quality], recall, low, high, rows, measure=tr("Recall"))
    show(chart, key=f"classes-{run.id}")
    frame = pd.DataFrame(
        {
            tr("Class"): [one.label for one in quality],
            tr("Test rows"): rows,
            tr("Precision"): [one.precision * 100 for one in quality],
            tr("Recall"): recall * 100,
            "F1": [one.f1 * 100 for one in quality],
        }
    )
    percent = st.column_config.NumberColumn(format="%.1f%%")
    config = whole_numbers(frame) | dict.fromkeys(frame.columns[2:], percent)
    st.dataframe(frame, hide_index=True, column_config=config, alt=tr("Precision, recall and F1 by class"))


def mixups(run: Run) -> None:
    """Which classes are taken for which."""
    found = confusion(answers_of(run.id))
    if len(found.labels) > 60:
        st.caption(tr("With {n} classes a chart is not readable; the pairs below are.", n=count(len(found.labels))))
    else:
        show(charts.confusion(found.counts, found.labels), key=f"confusion-{run.id}")
    st.markdown(f"**{tr('Most frequent confusions')}**")
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
    said = tr("Most confused classes")
    st.dataframe(frame, hide_index=True, column_config=whole_numbers(frame), alt=said)


def confidence(run: Run) -> None:
    """Whether its confidence can be believed."""
    st.caption(beside_honest(run.id))
    found = calibration(answers_of(run.id))
    show(
        charts.calibration(found.stated, found.observed, found.low, found.high, found.rows),
        key=f"calibration-{run.id}",
    )


def curves(run: Run) -> None:
    """ROC and precision-recall of one class."""
    answers = answers_of(run.id)
    there = labels_held_out(run.id)
    label = st.selectbox(
        tr("Class"), there, format_func=apart(there, partial(shortened, longest=80)), key=f"curve-{run.id}"
    )
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


def wrong(run: Run) -> None:
    """The wrong answers, the surest first."""
    frame = wrong_rows(run, answers_of(run.id))
    if frame.empty:
        st.success(tr("Every test row was answered right."), icon=":material/check_circle:")
        return
    st.caption(
        tr(
            "{n} of {rows} test rows were answered wrong. The surest mistakes stand first: look whether the row "
            "itself is labelled wrong.",
            n=count(len(frame)),
            rows=count(len(answers_of(run.id).targets)),
        )
    )
    config = {
        frame.columns[-1]: st.column_config.ProgressColumn(
            min_value=0, max_value=1, step=0.001, format="percent", width=130
        ),
    }
    show_rows = room_of(run.config, "rows").rows
    show_rows(frame, run.dataset_id, config, alt=tr("Rows answered wrong"), height=480)


def wrong_rows(run: Run, answers: ClassAnswers) -> pd.DataFrame:
    """The test rows that were answered wrong, the surest first."""
    said = answers.answers
    sure = answers.scores.max(axis=1)
    wrong = [i for i in np.argsort(-sure, kind="stable") if said[i] != answers.targets[i]]
    texts = inputs_by_row(run.dataset_id, run.config)
    return pd.DataFrame(
        {
            room_of(run.config, "rows").title(): [texts.get(answers.row_ids[i], "–") for i in wrong],
            tr("True class"): [answers.targets[i] for i in wrong],
            tr("The model answered"): [said[i] for i in wrong],
            tr("Confidence"): sure[wrong],
        }
    )
