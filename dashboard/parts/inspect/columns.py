"""Global explanation of a model for tables: which columns it goes by, and how its answers move with each of them."""

from functools import partial

import streamlit as st

from core.evaluation import MEANINGS
from core.explanations import ColumnShape, ModelColumns
from core.explanations.orders import ColumnsOrder
from core.explanations.table.importance import REPEATS
from dashboard.answers import room
from dashboard.charts import columns as charts
from dashboard.charts import show
from dashboard.language.formats import count
from dashboard.language.plain import apart, plain, shortened
from dashboard.language.words import listed, tr, trn
from dashboard.parts.heading import section
from dashboard.parts.inspect.found import found_or_kept
from dashboard.sentences.comparison import in_points
from storage import Run

SHOWN = 15


def columns_of_model(run: Run) -> None:
    """Importance of each column, and the shape of the answers along one that is chosen."""
    st.caption(
        tr(
            "Which columns does this model go by? Each column's values are dealt out anew among rows that it never "
            "learned from: the more its answers suffer, the more it goes by that column."
        )
    )
    if shown := found_or_kept(ColumnsOrder(run=run.id), ModelColumns, tr("Find the columns")):
        _importances(shown, run)
        if shown.shapes:
            _shapes(shown, run)


def _importances(found: ModelColumns, run: Run) -> None:
    st.markdown(_which(found))
    is_number = MEANINGS[found.metric].unit == "target"
    axis = tr("Mean absolute error added") if is_number else tr("Right answers lost, points of 100")
    show(
        charts.importances(
            found.columns[:SHOWN],
            said=partial(in_points, metric=found.metric),
            axis=axis,
            scale=1 if is_number else 100,
        ),
        key=f"columns-weights-{run.id}",
    )
    if len(found.columns) > SHOWN:
        st.caption(tr("The {n} weightiest of {all} columns.", n=count(SHOWN), all=count(len(found.columns))))
    st.caption(
        tr(
            "From {rows} test rows, each with the values of {n} others in turn. Where two columns say the same, one "
            "stands in for the other, and each seems to matter less than it does.",
            rows=count(found.rows),
            n=count(REPEATS),
        )
    )


def _which(found: ModelColumns) -> str:
    sure = [one for one in found.columns if one.matters]
    if not sure:
        return tr("Of no column it can be told that the answers are worse without it.")
    named = listed(f"**{plain(shortened(one.name, 40))}**" for one in sure[:3])
    said = tr("The model goes mostly by: {columns}.", columns=named)
    if rest := len(found.columns) - len(sure):
        said += " " + trn(
            "Of {n} other column it cannot be told whether it matters.",
            "Of {n} other columns it cannot be told whether they matter.",
            rest,
        )
    return said


def _shapes(found: ModelColumns, run: Run) -> None:
    section(tr("How the answer moves with a column"))
    left, right = st.columns(2, gap="large")
    names = [one.name for one in found.shapes]
    chosen = left.selectbox(
        tr("Column"), names, format_func=apart(names, partial(shortened, longest=60)), key=f"columns-shape-{run.id}"
    )
    shape = next(one for one in found.shapes if one.name == chosen)
    place = _place(shape, run, right)
    say = room(run.evaluation.kind if run.evaluation else "class", "explain")
    answer, as_share = say.shape_axis(run, shape.labels[place])
    title = plain(shortened(chosen, 60))
    show(charts.dependence(shape, place, answer=answer, as_share=as_share, title=title), key=f"columns-line-{run.id}")
    st.caption(
        tr(
            "All else in each row stays as it is, so values are asked for that may never come together. It says what "
            "the model makes of the column, not what changing it in life would do."
        )
    )


def _place(shape: ColumnShape, run: Run, beside: "st.delta_generator.DeltaGenerator") -> int:
    """Position of the class that is looked at; 0 where the answer is a number."""
    if len(shape.labels) < 2:
        return 0
    labels = list(shape.labels)
    label = beside.selectbox(
        tr("Class"), labels, format_func=apart(labels, partial(shortened, longest=60)), key=f"columns-class-{run.id}"
    )
    return labels.index(label)
