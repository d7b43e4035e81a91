"""Which words matter most for each class."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.errors import Stopped
from core.explanations import Explanation, ModelWords, Push
from core.explanations.model_words import drawn, model_words, summed
from core.learners.network import TextNetwork
from tests.asked import scores_of


def explanation(**pushes: float) -> Explanation:
    words = tuple(Push(text=text, start=0, end=1, push=push) for text, push in pushes.items())
    return Explanation(
        method="lime", label="a", answer="a", value=0.5, blank=0.5, words=words, difference=1, error=0, unread=0
    )


def test_the_word_that_gives_a_class_away_is_named(predictor: TextNetwork, rows: pd.DataFrame) -> None:
    texts = list(rows["text"])
    answers = [predictor.target.labels[i] for i in scores_of(predictor, texts).argmax(axis=1)]
    found = model_words(predictor, texts, answers, rows_per_class=10)
    signs = {"energy": "oil", "freight": "ship", "mood": "angry"}
    assert found.rows == sum(one.rows for one in found.classes) == 30
    for one in found.classes:
        assert signs[one.label] in {word.word for word in one.words_for}
        assert all(word.rows >= 3 and word.low <= word.push <= word.high for word in one.words_for)
        assert all(word.weight < 0 for word in one.words_against)
    assert ModelWords.model_validate_json(found.model_dump_json()) == found


def test_a_words_mean_interval_and_weight_are_those_of_the_textbook() -> None:
    rows = [explanation(oil=1.0, Bank=0.2), explanation(Oil=2.0), explanation(OIL=4.0), explanation(ship=-1.0)]
    (oil,) = summed(rows)  # a word of fewer than three rows is not named
    assert (oil.rows, oil.push, oil.weight) == (3, pytest.approx(7 / 3), pytest.approx(7 / 4))
    low, high = stats.t.interval(0.95, 2, loc=7 / 3, scale=stats.sem([1.0, 2.0, 4.0]))
    assert (oil.low, oil.high) == (pytest.approx(low), pytest.approx(high))


def test_a_word_that_stands_twice_in_a_row_counts_once_with_both_pushes() -> None:
    words = tuple(Push(text=text, start=0, end=1, push=1.5) for text in ("vs", "VS", ","))
    (only,) = summed([explanation().model_copy(update={"words": words})] * 3)
    assert (only.word, only.rows, only.push) == ("vs", 3, 3.0)


def test_the_sample_is_drawn_evenly_over_answers_and_by_the_seed() -> None:
    texts = [f"word {n}" for n in range(300)] + [" "] * 10
    answers = ["a"] * 200 + ["b"] * 97 + ["c"] * 3 + ["c"] * 10
    chosen = drawn(texts, answers, 12, seed=1)
    assert [sum(answers[n] == label for n in chosen) for label in "abc"] == [12, 12, 3]
    assert chosen == drawn(texts, answers, 12, seed=1) != drawn(texts, answers, 12, seed=2)
    assert all(texts[n].strip() for n in chosen)


def test_many_classes_make_no_endless_sample() -> None:
    answers = [str(n % 200) for n in range(4000)]
    assert len(drawn(["word"] * 4000, answers, 50, seed=0)) == 400


def test_it_says_how_many_rows_are_done_and_stops_when_asked(predictor: TextNetwork, rows: pd.DataFrame) -> None:
    heard: list[tuple[int, int]] = []

    def watch(done: int, total: int) -> None:
        heard.append((done, total))
        if done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        model_words(predictor, list(rows["text"]), list(rows["label"]), rows_per_class=3, watch=watch)
    assert heard[0] == (0, 9)
    assert np.diff([done for done, _ in heard]).min() >= 0


def test_the_words_of_a_number_stand_together(weigher: TextNetwork, rows: pd.DataFrame) -> None:
    texts = list(rows["text"])
    found = model_words(weigher, texts, [""] * len(texts), rows_per_class=8)
    (only,) = found.classes
    assert (only.label, only.rows) == ("", 8)
