"""Chart: a Plotly figure with a title in words, named axes, a sentence on how to read it, and the theme's colours."""

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

# Streamlit's page replaces these by the theme's own colours, so that one figure is right in light and in dark.
CATEGORICAL = tuple(f"#{n:06d}" for n in range(1, 11))
SEQUENTIAL = tuple(f"#{n:06d}" for n in range(11, 21))
DIVERGING = tuple(f"#{n:06d}" for n in range(21, 31))
ACCENT, BASELINE, FAINT = CATEGORICAL[0], CATEGORICAL[1], CATEGORICAL[2]
QUIET, STRONG = "#000036", "#000037"
SURFACE = "#000038"
WRITING = {"size": 14, "color": STRONG}
"""Font of ticks, axis titles and legends: large enough, and at a contrast of 4.5 or more."""


@dataclass(frozen=True)
class Chart:
    """A figure, its title (safe Markdown), a sentence on how to read it, and its alternative text."""

    figure: go.Figure
    title: str
    reading: str
    alt: str

    @property
    def name(self) -> str:
        """Title without Markdown's escapes."""
        return self.title.replace("\\", "").replace("\u2060", "")

    @property
    def said(self) -> str:
        """Alternative text with the title before it."""
        return self.alt if self.alt.startswith(self.name) else f"{self.name}: {self.alt}"


def figure(*traces: Any, x: str, y: str, height: int = 320, **layout: Any) -> go.Figure:
    """A figure in our layout, its axes named `x` and `y`."""
    ours: dict[str, Any] = {
        "height": height,
        "margin": {"l": 8, "r": 12, "t": 12, "b": 8},
        "xaxis": {"title": {"text": x, "font": WRITING}, "tickfont": WRITING},
        "yaxis": {"title": {"text": y, "font": WRITING}, "tickfont": WRITING},
        "uirevision": "kept",
        "legend": {
            "orientation": "h",
            "yanchor": "bottom",
            "y": 1.01,
            "xanchor": "left",
            "x": 0,
            "title": None,
            "font": WRITING,
        },
        "hovermode": "closest",
        "dragmode": "zoom",
        "bargap": 0.28,
        "autotypenumbers": "strict",
    }
    for name, value in layout.items():
        ours[name] = {**ours[name], **value} if isinstance(value, dict) and name in ours else value
    return go.Figure(list(traces), layout=ours)  # seven times as quick as to update it afterwards


NAMES = {"type": "category"}
"""Categorical axis, also for names that look like numbers or days."""


def share_axis(**more: Any) -> dict[str, Any]:
    """Percentage axis from 0% to 100%."""
    return {"range": [0, 1], "tickformat": ".0%", **more}


def warm() -> None:
    """Build one small figure, so that the first visitor does not wait for plotly to load."""
    figure(go.Scatter(x=[0], y=[0]), go.Bar(x=[0], y=[0]), x="", y="").to_plotly_json()
