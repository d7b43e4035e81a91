"""Charts on a Streamlit page: the title above, how to read it below."""

from typing import Any

import streamlit as st

from dashboard.charts.chart import Chart

_PLOTLY_OPTIONS = {"displaylogo": False, "displayModeBar": False, "responsive": True}
"""Plotly options: drag to zoom, double click to see all again; no mode bar over the picture."""


def show(chart: Chart, key: str) -> None:
    """Draw the chart. The same `key` on the next run updates the picture and keeps the reader's zoom."""
    st.markdown(f"**{chart.title}**")
    st.plotly_chart(chart.figure, key=key, config=_PLOTLY_OPTIONS, alt=chart.said)
    st.caption(chart.reading)


def pick(chart: Chart, key: str) -> list[Any]:
    """Draw the chart and give what the clicked marks carry (`customdata`); empty while nothing is clicked."""
    st.markdown(f"**{chart.title}**")
    event: Any = st.plotly_chart(
        chart.figure, key=key, config=_PLOTLY_OPTIONS, alt=chart.said, on_select="rerun", selection_mode=("points",)
    )
    st.caption(chart.reading)
    return [point.get("customdata") for point in event["selection"]["points"]]
