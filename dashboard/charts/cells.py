"""Cells of a matrix: a colour scale in ten steps, and numbers on it that are readable in light and in dark."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.chart import DIVERGING, SEQUENTIAL, STRONG, SURFACE

STEPS = 10
SURFACE_STEPS = {SEQUENTIAL: (6, 7, 8, 9), DIVERGING: (0, 1, 8, 9)}
"""Steps of each scale on which a number has the page's colour; on the others it has the text's."""


def scale(colours: tuple[str, ...]) -> list[list[object]]:
    """Colour scale of ten even steps, as Plotly takes it: no colour lies between two of them."""
    return [[end / STEPS, colour] for i, colour in enumerate(colours) for end in (i, i + 1)]


def numbers(
    names: Sequence[str], text: np.ndarray, place: np.ndarray, colours: tuple[str, ...], *, size: int
) -> go.Scatter:
    """Numbers on a square matrix whose cells lie at `place`, 0 to 1, of the scale; empty ones are left out."""
    steps = np.clip((place * STEPS).astype(int), 0, STEPS - 1)
    on_surface = np.isin(steps, SURFACE_STEPS[colours])
    down, right = np.nonzero(text != "")
    return go.Scatter(
        x=[names[i] for i in right],
        y=[names[i] for i in down],
        text=text[down, right],
        mode="text",
        textfont={"size": size, "color": np.where(on_surface[down, right], SURFACE, STRONG)},
        hoverinfo="skip",
        showlegend=False,
    )
