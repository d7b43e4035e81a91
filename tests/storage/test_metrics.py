"""No number is lost, changed or smoothed away."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.events import Measured
from storage import Job, Store
from storage.series import thin

numbers = st.lists(st.floats(allow_nan=True, allow_infinity=False, width=32), min_size=1, max_size=400)


@given(numbers, st.integers(2, 50))
def test_thinning_keeps_first_last_and_extremes(values: list[float], points: int) -> None:
    array = np.array(values)
    kept = thin(array, points)
    assert kept[0] == 0
    assert kept[-1] == len(array) - 1
    assert list(kept) == sorted(set(kept.tolist()))
    if not np.isnan(array).all():
        assert np.nanmin(array[kept]) == np.nanmin(array)
        assert np.nanmax(array[kept]) == np.nanmax(array)


def test_thinning_a_million_points_gives_about_two_thousand() -> None:
    values = np.sin(np.arange(1_000_000) / 1000)
    assert 1900 <= len(thin(values, 2000)) <= 2002


def test_nan_and_infinities_come_back_as_they_were(store: Store, job: Job) -> None:
    values = [1.0, math.nan, math.inf, -math.inf, 2.0]
    store.jobs.record(job, [Measured(name="loss", value=v, step=i) for i, v in enumerate(values)], 1)
    series = store.runs.series(job.run_id)["loss"]
    np.testing.assert_array_equal(series.values, values)
    assert (series.least, series.greatest) == (1.0, 2.0)


def test_a_step_measured_again_replaces_what_it_said(store: Store, job: Job) -> None:
    store.jobs.record(job, [Measured(name="loss", value=1.0, step=1), Measured(name="loss", value=2.0, step=2)], 1)
    store.jobs.record(job, [Measured(name="loss", value=5.0, step=2)], 2)
    series = store.runs.series(job.run_id)["loss"]
    assert list(series.steps) == [1, 2]
    assert list(series.values) == [1.0, 5.0]


def test_a_thinned_series_still_knows_its_true_extremes(store: Store, job: Job) -> None:
    values = np.random.default_rng(0).normal(size=3000)
    values[1234] = 99.0
    store.jobs.record(job, [Measured(name="x", value=float(v), step=i) for i, v in enumerate(values)], 1)
    series = store.runs.series(job.run_id, points=100)["x"]
    assert len(series.values) <= 102
    assert series.greatest == 99.0
    assert 99.0 in series.values
    assert series.least == values.min()
