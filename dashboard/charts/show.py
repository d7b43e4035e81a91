"""Charts on a Streamlit page: the title above, how to read it below, and a button that saves the picture."""

import re
from typing import Any

import streamlit as st

from dashboard.charts.chart import Chart

FORMAT = "charts:format"
"""Session state: the format of saved charts, one of FORMATS."""
FORMATS = {"png": "PNG", "svg": "SVG"}
LONGEST = 60


def options(title: str) -> dict[str, Any]:
    """Plotly options: drag to zoom, double click to see all again; in the bar above the picture, only saving it."""
    chosen = st.session_state.get(FORMAT) or "png"
    return {
        "displaylogo": False,
        "displayModeBar": "hover",
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": chosen, "filename": file_name(title), "scale": 2 if chosen == "png" else 1},
        "responsive": True,
    }


def file_name(title: str) -> str:
    """File name of a chart, without its ending: letters, digits and hyphens of its title."""
    words = re.findall(r"[^\W_]+", re.sub(r"\\", "", title).casefold())
    return "-".join(words)[:LONGEST].strip("-") or "chart"


def show(chart: Chart, key: str) -> None:
    """Draw the chart. The same `key` on the next run updates the picture and keeps the reader's zoom."""
    st.markdown(f"**{chart.title}**")
    st.plotly_chart(chart.figure, key=key, config=options(chart.title), alt=chart.said)
    st.caption(chart.reading)


def pick(chart: Chart, key: str) -> list[Any]:
    """Draw the chart and give what the clicked marks carry (`customdata`); empty while nothing is clicked."""
    st.markdown(f"**{chart.title}**")
    event: Any = st.plotly_chart(
        chart.figure,
        key=key,
        config=options(chart.title),
        alt=chart.said,
        on_select="rerun",
        selection_mode=("points",),
    )
    st.caption(chart.reading)
    return [point.get("customdata") for point in event["selection"]["points"]]
