"""Numbers are read as people write them, and what was decided on the way is said."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.rows.numbers import looks_like, read_numbers


def read(*cells: object, **how) -> list[float]:
    return read_numbers(list(cells), **how).values.tolist()


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1 234,5", 1234.5),
        ("1\u202f234,5", 1234.5),
        ("1\u00a0234.5", 1234.5),
        ("1'234.50", 1234.5),
        ("1’234,50", 1234.5),
        ("1,234,567.8", 1234567.8),
        ("12,34,567.8", 1234567.8),
        ("1.234.567", 1234567),
        ("1,234,567", 1234567),
        ("$1,200.5", 1200.5),
        ("-$1,200.5", -1200.5),
        ("$-1,200.5", -1200.5),
        ("US$ 3.5", 3.5),
        ("3,5 €", 3.5),
        ("3.5 EUR", 3.5),
        ("usd 3.5", 3.5),
        ("35.5元", 35.5),
        ("¥1,200.0", 1200),
        ("￥12.5", 12.5),
        ("12 %", 12),
        ("12.5%", 12.5),
        ("(3.50)", -3.5),
        ("($3.50)", -3.5),
        ("−3", -3),
        ("-3", -3),
        ("+3", 3),
        ("3.5-", -3.5),
        ("３．５", 3.5),
        ("٣", 3),
        (".5", 0.5),
        (",5", 0.5),
        ("5.", 5),
        ("0.125", 0.125),
        ("0,125", 0.125),
        ("1e3", 1000),
        ("1.5E-3", 0.0015),
        ("45 min", 45),
        ("4.5 stars", 4.5),
        (" 7 ", 7),
        (7, 7),
        (7.25, 7.25),
    ],
)
def test_a_cell_is_read_as_it_is_meant(cell, number):
    found = read_numbers([cell])
    assert found.values.tolist() == [number]
    assert found.unread == 0


@pytest.mark.parametrize("cell", ["", "  ", None, float("nan"), "-", "n/a", "NULL", "—", "NaN"])
def test_a_blank_is_missing_and_nothing_is_said_of_it(cell):
    found = read_numbers([cell, "1"])
    assert math.isnan(found.values[0])
    assert found.unread == 0
    assert found.notes == ()


UNREADABLE = [
    "abc", "1.2k", "3M", "2 Mio", "1 2", "1,23,4", "1.2.3", "12:30", "2024-01-05", "1-2", "--3", "(-3)", "3 - 4",
    "10²", "½", "inf", "1e999", "$3 USD", "abc 3", "3 4 5", "1,,2", "(3", "3)", "0x1F", "1_000", "%3", "5'",
    "1.234,567.8",
]  # fmt: skip


@pytest.mark.parametrize("cell", UNREADABLE)
def test_what_is_not_clear_is_refused_and_shown(cell):
    found = read_numbers(["1", "2", "3", cell])
    assert np.isnan(found.values[3])
    assert found.unread == 1
    assert any("could not be read" in note or "left out" in note for note in found.notes)


def test_one_cell_decides_for_the_column():
    assert read("1.234", "2.500", "3,5") == [1234, 2500, 3.5]
    assert read("1,234", "2,500", "3.5") == [1234, 2500, 3.5]
    assert read("1.234", "0.500") == [1.234, 0.5]


def test_a_column_that_cannot_tell_is_read_with_a_point_and_says_so():
    for cells, numbers, other in (
        (["1.234", "2.500"], [1.234, 2.5], "1,234"),
        (["1,234", "2,500"], [1234, 2500], "1.234"),
    ):
        found = read_numbers(cells)
        assert found.values.tolist() == numbers
        (note,) = found.notes
        assert "could be" in note
        assert other in note


def test_a_person_can_say_what_parts_the_fraction():
    found = read_numbers(["1.234", "2.500"], decimal="comma")
    assert found.values.tolist() == [1234, 2500]
    assert found.notes == ()


def test_the_fewer_that_are_written_the_other_way_are_left_out_and_said():
    found = read_numbers(["1,5", "2,5", "3,5", "4.25"])
    assert found.decimal == "comma"
    assert np.isnan(found.values[3])
    assert any("the other way round" in note for note in found.notes)


def test_currencies_that_differ_are_not_mixed():
    found = read_numbers(["3 EUR", "4 EUR", "5 USD"])
    assert found.values[:2].tolist() == [3, 4]
    assert np.isnan(found.values[2])
    assert found.unit == "EUR"
    assert any("'USD' cannot be compared" in note for note in found.notes)


def test_one_star_and_two_stars_are_one_unit():
    assert read("1 star", "2 stars", "3 stars", "4") == [1, 2, 3, 4]


def test_percent_stay_percent_and_bare_numbers_beside_them_are_said():
    found = read_numbers(["12 %", "13%", "0.14"])
    assert found.values.tolist() == [12, 13, 0.14]
    assert found.unit == "%"
    assert any("12 % is 12" in note for note in found.notes)
    assert any("1 value is written without '%'" in note for note in found.notes)


def test_a_k_that_most_carry_is_a_thousand():
    found = read_numbers(["1.2k", "3k", "4.5k"])
    assert found.values.tolist() == [1200, 3000, 4500]
    assert "read as thousand" in found.notes[0]
    assert np.isnan(read_numbers(["1.2k", "3"]).values[0])


@pytest.mark.parametrize("kind", ["float64", "Int64", "Float64", "int8"])
def test_typed_columns_are_read_too(kind):
    assert read_numbers(pd.Series([1, 0, 12], dtype=kind)).values.tolist() == [1, 0, 12]


WRITTEN = {
    "plain": ("", "."),
    "english": (",", "."),
    "german": (".", ","),
    "french": ("\u202f", ","),
    "swiss": ("'", "."),
}


@pytest.mark.parametrize("way", WRITTEN)
@given(
    numbers=st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=8),
    unit=st.sampled_from(["", " €", "%", " kg"]),
)
def test_what_was_written_in_one_way_is_read_again(way, numbers, unit):
    group, point = WRITTEN[way]
    told = [one / 100 for one in numbers]
    cells = [f"{one:,.2f}".replace(",", "\0").replace(".", point).replace("\0", group) + unit for one in told]
    found = read_numbers(cells)
    assert found.values.tolist() == told
    assert found.unread == 0


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_what_a_machine_wrote_is_read_again(numbers):
    assert read(*map(repr, numbers), decimal="point") == numbers
    assert read_numbers(pd.Series(numbers)).values.tolist() == numbers


@given(st.lists(st.text(max_size=12), max_size=8))
def test_whatever_stands_there_every_row_has_its_place(cells):
    found = read_numbers(cells)
    assert found.values.shape == (len(cells),)
    assert not np.isinf(found.values).any()
    assert looks_like(cells).reason.endswith(".")


@pytest.mark.parametrize(
    ("cells", "kind", "words"),
    [
        (["1", "2", "3", "4", "5"] * 20, "either", "5 different whole numbers, from 1 to 5, that come back often"),
        (["1.5", "2", "2.5"] * 20, "either", "3 different numbers, from 1.5 to 2.5"),
        (["0", "1"] * 20, "class", "2 values only: 0 and 1"),
        (["yes", "no", "3"] * 20, "class", "Not all of its values are numbers"),
        (["00123", "00456", "00789"] * 20, "class", "begin with 0"),
        ([f"{i},5 €" for i in range(100)], "number", "100 different numbers, from 0.5 to 99.5"),
        (["3", "8", "12", "40"], "number", "seldom come back"),
        (["", None], "class", "empty"),
    ],
)
def test_number_or_class_comes_with_its_reason(cells, kind, words):
    found = looks_like(cells)
    assert found.kind == kind
    assert words in found.reason


def test_a_hundred_thousand_cells_are_read_whatever_they_hold():
    rng = np.random.default_rng(0)
    numbers = np.round(rng.normal(size=100_000) * 1e4, 2)
    assert np.array_equal(read_numbers(pd.Series([f"{one:,.2f} EUR" for one in numbers], dtype="str")).values, numbers)
