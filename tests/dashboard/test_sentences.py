"""What a comparison says: plain, true to the numbers, and never more than they support."""

import numpy as np
import pytest

from core.comparison import Comparison, compare
from dashboard.sentences.comparison import leader_sentence, left_out_sentence, more_rows, pair_sentence
from tests.core.comparison.made import answering, two, world

NAMES = {"a": "Quick", "b": "Balanced", "c": "TF-IDF baseline"}


def said(found: Comparison) -> str:
    return pair_sentence(found.pairs[0], found, NAMES)


def test_a_real_lead_is_said_in_right_answers():
    found = compare(two(2_000, only_a=20, only_b=70))
    assert said(found) == "Balanced is better than Quick: 16 to 34 more right answers in 1,000."


def test_the_better_one_is_named_first_whichever_it_is():
    found = compare(two(2_000, only_a=70, only_b=20))
    assert said(found) == "Quick is better than Balanced: 16 to 34 more right answers in 1,000."


def test_a_small_lead_over_many_rows_is_counted_in_more_answers():
    found = compare(two(100_000, only_a=100, only_b=200))
    assert said(found) == "Balanced is better than Quick: 7 to 13 more right answers in 10,000."


def test_a_lead_that_may_be_luck_says_how_many_more_rows_would_tell():
    found = compare(two(500, only_a=12, only_b=22))
    assert said(found) == (
        "Too early to tell Quick from Balanced: Balanced has anything from 3 fewer to 43 more right answers in "
        "1,000. About 1,900 more test rows would tell, if the difference stays the same."
    )


def test_two_that_are_alike_are_not_called_undecided():
    found = compare(two(2_000, only_a=40, only_b=41))
    assert said(found) == (
        "Quick and Balanced are about the same: Balanced has anything from 8 fewer to 9 more right answers in 1,000."
    )
    assert said(compare(two(2_000, only_a=40, only_b=41), margin=0.001)).startswith("Too early to tell Quick from")


def test_exact_equals_are_said_to_be():
    one = answering([True, False, True])
    found = compare({"a": one, "b": one}, metric="f1_weighted")
    assert said(found) == "Quick and Balanced come out exactly alike on these rows."


def test_equals_in_front_of_a_third_are_called_level():
    best, worse = answering([True, True, True, False]), answering([True, False, False, False])
    found = compare({"a": best, "b": best, "c": worse}, metric="f1_weighted")
    assert leader_sentence(found, NAMES) == "Quick comes out level with Balanced on these rows."


def test_without_any_difference_no_number_of_rows_is_promised():
    found = compare(two(500, only_a=12, only_b=12))
    assert more_rows(found.pairs[0], found.rows) == "No number of test rows that anyone has would tell them apart."


@pytest.mark.parametrize(
    ("metric", "says"), [("f1_macro", "points of 100 higher"), ("log_loss", "Log loss is 0."), ("brier", "lower")]
)
def test_other_metrics_are_said_in_their_own_measure(metric: str, says: str):
    made = world(np.random.default_rng(0), 900, {"a": 0.8, "b": 2.5})
    found = compare(made, metric=metric)
    assert said(found).startswith("Balanced is better than Quick: ")
    assert says in said(found)
    assert "{" not in said(found)


def test_the_leader_of_three_is_told_with_those_it_cannot_be_told_from():
    made = world(np.random.default_rng(0), 900, {"a": 0.8, "b": 2.5, "c": 2.45})
    found = compare(made)
    first, second, _ = found.ranking
    assert leader_sentence(found, NAMES) == (f"{NAMES[first]} is ahead, but about the same as {NAMES[second]}.")
    clear = compare(world(np.random.default_rng(0), 2_000, {"a": 0.8, "b": 4.5, "c": 1.5}))
    assert leader_sentence(clear, NAMES).startswith(
        "Balanced is better than the 2 others, more than chance explains. Beside the next best, TF-IDF baseline: "
    )
    assert leader_sentence(clear, NAMES).endswith(" more right answers in 1,000.")


def test_rows_that_are_left_out_are_said_aloud():
    found = compare({"a": answering([True] * 30), "b": answering([True] * 30, start=10)})
    assert left_out_sentence(found, NAMES) == (
        "These runs were judged on different rows. Everything here is worked out on the 20 rows that all of them "
        "answered; left out are 10 of Quick, 10 of Balanced."
    )
    assert left_out_sentence(compare(two(20, only_a=1, only_b=2)), NAMES) == ""
