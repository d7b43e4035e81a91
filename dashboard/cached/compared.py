"""What a comparison works out, kept by its runs so that a page does it once. A finished run's answers never change."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.comparison import Aligned, ChangedRow, Comparison, align, changed_between, compare_aligned
from core.evaluation import Curve, calibration, precision_recall, roc
from core.evaluation.curves import Calibration
from core.evaluation.records import Interval
from dashboard.access.store import store
from dashboard.cached.comparable import Comparable, comparables
from dashboard.language.plain import plain, shortened
from storage import Series

Keys = tuple[str, ...]


@dataclass(frozen=True)
class RankedComparison:
    """Those to compare, best first, and what was found. `names` are as written; `safe` are for Markdown."""

    found: tuple[Comparable, ...]
    keys: Keys
    comparison: Comparison

    @property
    def kind(self) -> str:
        """The kind of everybody's answers."""
        return aligned_of(self.keys).kind

    @property
    def names(self) -> dict[str, str]:
        """Each one's name by its key."""
        return {one.key: shortened(one.name, 60) for one in self.found}

    @property
    def safe(self) -> dict[str, str]:
        """Each one's name by its key, strong and harmless in Markdown."""
        return {key: f"**{plain(name)}**" for key, name in self.names.items()}


@st.cache_resource(show_spinner=False, max_entries=4)
def aligned_of(keys: Keys) -> Aligned:
    """Everybody's answers on their common rows. Never change it."""
    return align({one.key: one.read(store()) for one in comparables(store(), keys)})


@st.cache_resource(show_spinner=False, max_entries=24)
def comparison_of(keys: Keys, metric: str) -> Comparison:
    """Everybody against everybody by the metric."""
    known = {one.key: measured_before(one) for one in comparables(store(), keys)}
    return compare_aligned(aligned_of(keys), metric=metric, known=known)


def measured_before(one: Comparable) -> Mapping[str, Interval]:
    """What the run's evaluation says of it."""
    found = one.run.evaluation
    if found is None:
        return {}
    return found.metrics if one.is_model else found.baselines.get(one.who, {})


@st.cache_resource(show_spinner=False, max_entries=24)
def changed_of(keys: Keys, before: str, after: str) -> tuple[ChangedRow, ...]:
    """The rows that turned between two of them."""
    return changed_between(aligned_of(keys), before, after)


@st.cache_resource(show_spinner=False, max_entries=24)
def curves_of(keys: Keys, label: str) -> dict[str, tuple[Curve | None, Curve | None]]:
    """Everybody's ROC and precision-recall curve of one class; None for one who does not know the class."""
    held = aligned_of(keys).answers
    made = {}
    for name, one in held.items():
        knows = label in one.labels
        made[name] = (roc(one, label), precision_recall(one, label)) if knows else (None, None)
    return made


@st.cache_resource(show_spinner=False, max_entries=12)
def calibrations_of(keys: Keys) -> dict[str, Calibration]:
    """How far everybody's confidence is to be believed."""
    return {name: calibration(one) for name, one in aligned_of(keys).answers.items()}


@st.cache_resource(show_spinner=False, max_entries=24)
def counts_of(keys: Keys, name: str) -> np.ndarray:
    """How often each class got each answer from this one: shape (labels, labels), in the order of `aligned.labels`."""
    coded = aligned_of(keys).classes.coded[name]
    size = len(coded.labels)
    return np.bincount(coded.targets * size + coded.answers, minlength=size * size).reshape(size, size)


@st.cache_resource(show_spinner=False, max_entries=40)
def series_of(run_id: str) -> dict[str, Series]:
    """What a finished run measured while it learned, thinned."""
    return store().runs.series(run_id, points=1000)
