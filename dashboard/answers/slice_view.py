"""Slice view of an answer kind: the metric and its wording on the page of weak spots."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.inspection import Slice
from dashboard.charts import Chart
from storage import Run


@dataclass(frozen=True)
class SliceView:
    """How slices of one kind of answers are said and drawn. Texts are for `tr`."""

    ways: Mapping[str, str]
    """What rows can be grouped by beside columns: the name of each `Group.by`."""
    unsure: str
    """How to read groups by how sure the model is."""
    worst: Callable[[Slice, str], str]
    """A sentence about the costliest slice, whose name is safe Markdown already."""
    chart: Callable[..., Chart]
    """Draws names, intervals and rows; `title`, `measure`, `reading` and `overall` by name."""
    measure: str
    """What the chart's axis shows."""
    by_way: str
    """The title of the chart of all groups of one {way}."""
    weakest: str
    """How to read the chart of the weakest groups."""
    each: str
    """How the groups by the true answer are called, mid-sentence."""
    choose: str
    frame: Callable[[Sequence[Slice]], pd.DataFrame]
    columns: Callable[[pd.DataFrame], dict[str, Any]]
    inside: Callable[[Run, Slice], tuple[pd.DataFrame, dict[str, Any]]]
    """The rows that a slice is weak on, worst first, with how their columns are shown."""
    inside_title: str
    """What stands above them, with a {name}."""
    inside_alt: str
    """What the table of them is, for those who cannot see it."""
