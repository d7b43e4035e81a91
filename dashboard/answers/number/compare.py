"""Two runs that answer with numbers, side by side against the truth."""

import streamlit as st

from dashboard import charts
from dashboard.cached.compared import RankedComparison, aligned_of
from dashboard.charts import show
from dashboard.language.plain import plain
from dashboard.language.words import tr
from dashboard.parts.compare.two import two_of


def side_by_side(chosen: RankedComparison) -> None:
    """What two of them answered against what is true, in pictures of one scale."""
    before, after = two_of(chosen.found, chosen.names, "compare:true")
    answers = aligned_of(chosen.keys).answers
    names, places = chosen.names, {key: place for place, key in enumerate(chosen.names)}
    drawn = [
        charts.predicted_against_true(answers[one.key], title=plain(names[one.key]), place=places[one.key])
        for one in (before, after)
    ]
    ends = charts.common_ends([answers[one.key] for one in (before, after)])
    for column, chart, side in zip(st.columns(2, gap="large"), drawn, ("before", "after"), strict=True):
        chart.figure.update_xaxes(range=ends)
        chart.figure.update_yaxes(range=ends, title=tr("The run answered"))
        with column:
            show(chart, key=f"compare-true-{side}")
