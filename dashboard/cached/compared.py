"""Cache of comparisons, by their runs' keys, so that a page works one out once. A finished run's answers stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.comparison import (
    Aligned,
    Asked,
    ChangedRow,
    Comparison,
    Multiplicity,
    align,
    changed_between,
    compare_aligned,
)
from core.evaluation import Curve, calibration, precision_recall, roc
from core.evaluation.curves import Calibration
from core.evaluation.records import Interval
from dashboard.access.store import store
from dashboard.cached.comparable import Comparable, asked, comparables, margin_of, multiplicity
from dashboard.language.plain import middle, plain
from storage import Series

Keys = tuple[str, ...]


@dataclass(frozen=True)
class RankedComparison:
    """Models ranked by a metric, best first, with their comparison, and how often their test rows were asked.

    `names` are as written; `safe` are for Markdown.
    """

    found: tuple[Comparable, ...]
    keys: Keys
    comparison: Comparison
    asked: Asked

    @property
    def kind(self) -> str:
        """Kind of the answers, which all of them share: class or number."""
        return aligned_of(self.keys).kind

    @property
    def names(self) -> dict[str, str]:
        """Names by key."""
        return {one.key: middle(one.name, 60) for one in self.found}

    @property
    def safe(self) -> dict[str, str]:
        """Names by key, bold and escaped for Markdown."""
        return {key: f"**{plain(name)}**" for key, name in self.names.items()}


@st.cache_resource(show_spinner=False, max_entries=4)
def aligned_of(keys: Keys) -> Aligned:
    """Answers of all, aligned on their common rows. Never change it."""
    return align({one.key: one.read(store()) for one in comparables(store(), keys)})


def ranked_comparison(found: Sequence[Comparable], metric: str) -> RankedComparison:
    """Pairwise comparison of all by the metric, corrected for whatever else their rows were asked."""
    by_key, so_often = {one.key: one for one in found}, asked(store(), found)
    keys = tuple(by_key)
    revisions = tuple(one.run.evaluation.revision if one.run.evaluation else 0 for one in found)
    compared = _comparison(keys, metric, multiplicity(found, so_often), revisions, margin_of(found), by_key)
    return RankedComparison(tuple(by_key[key] for key in compared.ranking), keys, compared, so_often)


@st.cache_resource(show_spinner=False, max_entries=24)
def _comparison(
    keys: Keys,
    metric: str,
    multiplicity: Multiplicity,
    revisions: tuple[int, ...],  # noqa: ARG001  # the runs' intervals may be renewed
    margin: float,
    _found: Mapping[str, Comparable],
) -> Comparison:
    known = {key: measured_before(one) for key, one in _found.items()}
    return compare_aligned(aligned_of(keys), metric=metric, known=known, multiplicity=multiplicity, margin=margin)


def measured_before(one: Comparable) -> Mapping[str, Interval]:
    """Metrics with intervals that the run's evaluation holds of the model or baseline."""
    found = one.run.evaluation
    if found is None:
        return {}
    return found.metrics if one.is_model else found.baselines.get(one.who, {})


@st.cache_resource(show_spinner=False, max_entries=24)
def changed_of(keys: Keys, before: str, after: str) -> tuple[ChangedRow, ...]:
    """Rows fixed or broken between two of them, by the headline metric of each row."""
    return changed_between(aligned_of(keys), before, after)


@st.cache_resource(show_spinner=False, max_entries=24)
def curves_of(keys: Keys, label: str) -> dict[str, tuple[Curve | None, Curve | None]]:
    """ROC and precision-recall curve of each for one class; None for one that does not know the class."""
    held = aligned_of(keys).answers
    made = {}
    for name, one in held.items():
        knows = label in one.labels
        made[name] = (roc(one, label), precision_recall(one, label)) if knows else (None, None)
    return made


@st.cache_resource(show_spinner=False, max_entries=12)
def calibrations_of(keys: Keys) -> dict[str, Calibration]:
    """Calibration curve of each: stated confidence against the share of right answers."""
    return {name: calibration(one) for name, one in aligned_of(keys).answers.items()}


@st.cache_resource(show_spinner=False, max_entries=24)
def counts_of(keys: Keys, name: str) -> np.ndarray:
    """Confusion matrix of one: counts of shape (labels, labels), true by answered, in the order of `aligned.labels`."""
    coded = aligned_of(keys).classes.coded[name]
    size = len(coded.labels)
    return np.bincount(coded.targets * size + coded.answers, minlength=size * size).reshape(size, size)


@st.cache_resource(show_spinner=False, max_entries=40)
def series_of(run_id: str) -> dict[str, Series]:
    """Training curves of a finished run by name, thinned to 1,000 points each."""
    return store().runs.series(run_id, points=1000)
