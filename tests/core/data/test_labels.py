"""Spellings that a reader takes for one label are found, their signs named, and labels stand as people count."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.labels.alike import alike, best_spelling, missing_words
from core.data.labels.order import in_order
from core.data.labels.signs import UNSEEN, oddities, spelled, tidy


@pytest.mark.parametrize(
    ("label", "sign"),
    [
        ("cost ", "a space at the end"),
        (" cost", "a space at the start"),
        (" cost ", "spaces around it"),
        ("cost\u00a0", "a no-break space"),
        ("co\u200bst", "a zero-width space"),
        ("\u200ecost", "a left-to-right mark"),
        ("cost\u200f", "a right-to-left mark"),
        ("\ufeffcost", "a byte order mark"),
        ("co\u00adst", "a soft hyphen"),
        ("ｃｏｓｔ", "full-width characters"),
        ("c\u043est", "a Cyrillic letter o"),
        ("c\u03bfst", "a Greek letter omicron"),
        ("\u0441ost", "a Cyrillic letter es"),
        ("co\nst", "a line break"),
        ("cost\u0007", "a control character U+0007"),
    ],
)
def test_a_sign_that_nobody_sees_is_named_and_the_label_found_alike(label: str, sign: str) -> None:
    assert sign in spelled(label)
    if "\u0007" not in label:
        assert alike(["other", "cost", label]) == [("cost", label)]


@pytest.mark.parametrize(
    "labels",
    [
        ("1", "1.0", "1.00", "+1", "１", "١"),
        ("0", "0.0", "-0"),
        ("2.5", "2,5", "2.50"),
        ("Billing", "billing", "BILLING", "bill ing"),
        ("Küche", "Ku\u0308che"),
        ("нет", "НЕТ", "HET"),
    ],
)
def test_labels_of_one_value_are_one_group(labels: tuple[str, ...]) -> None:
    assert alike(["another", *labels]) == [labels]


@pytest.mark.parametrize(
    "labels",
    [
        ("7", "07", "007"),
        ("1", "10", "100"),
        ("1000", "1,000"),
        ("C", "C++", "C#"),
        ("y", "n", "x", "z", "w"),
        ("+", "-"),
    ],
)
def test_labels_of_different_values_stay_apart(labels: tuple[str, ...]) -> None:
    assert alike(labels) == []


def test_yes_and_no_are_found_in_many_spellings_and_with_their_numbers() -> None:
    yes, no = ("yes", "Y", "TRUE", "ja", "是", "1"), ("no", "N", "false", "否", "0")
    assert alike([*yes, *no]) == [yes, no]


def test_one_and_zero_are_no_yes_and_no_among_other_numbers() -> None:
    assert alike(["yes", "no", "0", "1", "2"]) == []


@given(st.lists(st.text(max_size=6), max_size=12))
def test_groups_never_share_a_label_and_hold_no_other(labels: list[str]) -> None:
    groups = alike(labels)
    together = [label for group in groups for label in group]
    assert len(together) == len(set(together))
    assert set(together) <= set(labels)
    assert all(len(group) > 1 for group in groups)


@given(st.text(max_size=12), st.sampled_from(sorted(UNSEEN)), st.integers(0, 12))
def test_a_label_is_read_alike_with_and_without_a_sign_that_never_shows(label: str, sign: str, place: int) -> None:
    assert tidy(label[:place] + sign + label[place:]) == tidy(label)
    assert tidy(tidy(label)) == tidy(label)


def test_the_best_spelling_is_the_cleanest_then_the_most_frequent() -> None:
    assert best_spelling({"cost\u200b": 50, "Cost": 3, "cost": 9}) == "cost"
    assert best_spelling({"cost\u200b": 50, "cost\u00a0": 3}) == "cost"


@pytest.mark.parametrize(
    "word", ["\\N", "n/a", "N/A", "NA", "-", "?", "#N/A", "null", "none", "NaN", "无", "空", "Keine Angabe"]
)
def test_words_for_missing_are_known(word: str) -> None:
    assert missing_words(["good", word, "bad"]) == (word,)


def test_a_minus_beside_a_plus_is_a_label() -> None:
    assert missing_words(["+", "-"]) == ()


def test_labels_stand_as_people_count() -> None:
    assert in_order(str(number) for number in (10, 2, 0, 11, 1)) == ["0", "1", "2", "10", "11"]
    assert in_order(["grade 10", "grade 2", "-1", "0.5", "0"]) == ["-1", "0", "0.5", "grade 2", "grade 10"]
    assert in_order(["b", "a", "07", "7"]) == ["07", "7", "a", "b"]


@given(st.lists(st.text(max_size=8)))
def test_any_labels_have_an_order(labels: list[str]) -> None:
    assert sorted(in_order(labels)) == sorted(labels)
    assert in_order(in_order(labels)) == in_order(labels[::-1])


def test_a_plain_label_has_no_oddity() -> None:
    assert pd.Series(["billing", "Küche", "فواتير", "是", "日本", "нет мест", "a-b"]).map(oddities).map(len).sum() == 0
