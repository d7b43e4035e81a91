"""Moments are ordered however they are written."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from core.data.rows.times import FORMATS, POSSIBLE, moments, other_order


@pytest.mark.parametrize(
    "written",
    [
        ["2024-01-31", "2024-02-01", "2025-01-01"],
        ["2024-01-31T08:00:00Z", "2024-01-31T08:30:00+00:00", "2024-01-31T09:00:00Z"],
        ["2024-01-31 23:30:00", "2024-02-01", "2024-02-01 00:30"],
        ["31.01.2024", "01.02.2024", "01.01.2025"],
        ["31/01/2024 10:00", "01/02/2024 09:00", "01/01/2025 08:00"],
        ["01/31/2024", "02/01/2024", "01/01/2025"],
        ["1/31/24", "2/1/24", "1/1/25"],
        ["Jan 31, 2024", "Feb 1, 2024", "Jan 1, 2025"],
        ["31 January 2024", "1 February 2024", "1 January 2025"],
        ["2024年1月31日", "2024年2月1日", "2025年1月1日"],
        ["Wed Jan 31 10:22:33 +0000 2024", "Thu Feb 01 10:22:33 +0000 2024", "Wed Jan 01 10:22:33 +0000 2025"],
        ["12.2023", "01.2024", "1.2025"],
        ["Dec 2023", "Jan 2024", "Jan 2025"],
        ["31-Jan-2024", "01-Feb-2024", "01-Jan-2025"],
        ["31/01/2024, 10:00", "01/02/2024, 09:00", "01/01/2025, 08:00"],
        ["1999", "2005", "2024"],
        ["2.1415", "10.25", "11.2024"],
        ["2", "10", "100"],
        ["1706659200", "1706745600", "1735689600"],
        pd.to_datetime(["2024-01-31", "2024-02-01", "2025-01-01"]),
        [2, 10, 100],
    ],
)
def test_later_moments_are_larger(written):
    read = moments(pd.Series(written))
    assert read.notna().all()
    assert read.is_monotonic_increasing
    assert read.nunique() == 3


def test_years_before_1678_and_after_2261_are_times_too():
    read = moments(pd.Series(["1000-01-01", "2026-01-01", "4096-01-01"]))
    assert read.is_monotonic_increasing
    assert read.iloc[1] == 1767225600


def test_what_is_no_time_is_missing():
    read = moments(pd.Series(["2024-01-31", "soon", None, "2024-02-01"]))
    assert read.isna().tolist() == [False, True, True, False]


def test_time_zones_are_compared_at_one_clock():
    read = moments(pd.Series(["2024-01-31T10:00:00+02:00", "2024-01-31T09:00:00Z"]))
    assert read[0] < read[1]


@pytest.mark.parametrize(
    ("written", "orders"),
    [
        (["02/03/2024", "11/02/2024"], ("day before the month", "month before the day")),
        (["02/03/2024", "13/02/2024"], None),
        (["02/03/2024", "02/13/2024"], None),
        (["02/02/2024", "03/03/2024"], None),  # the same either way
        (["2024-02-03", "2024-11-02"], None),
        (["5", "6"], None),
    ],
)
def test_days_that_could_be_months_are_noticed(written, orders):
    assert other_order(pd.Series(written)) == orders


@pytest.mark.parametrize("written", FORMATS[1:])
def test_whatever_a_format_writes_is_tried(written: str) -> None:
    days = [datetime(2024, month, month + 12, 8 + month, 59, 1, tzinfo=UTC) for month in range(1, 13)]
    assert all(POSSIBLE.fullmatch(day.strftime(written)) for day in days)


@pytest.mark.parametrize("words", ["oil price", "story 12 about May", "2024 was good", "", "on Monday", "a1"])
def test_words_are_no_moments_and_are_not_tried(words: str) -> None:
    assert not POSSIBLE.fullmatch(words)
    assert moments(pd.Series([words, f"{words} "])).isna().all()
