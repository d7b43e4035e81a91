"""The baselines see the training rows as the model does, never a test row, in any language and of any size."""

import time

import numpy as np
import pytest

from core.baselines.majority import majority as majority_of
from core.baselines.readings import SPACED, UNSPACED, readings_for
from core.baselines.tfidf import stratified_folds
from core.baselines.tfidf import tfidf as tfidf_of
from core.data import Part
from core.evaluation import evaluate
from core.preparation import Prepared, prepare
from core.scenarios import SCENARIOS
from core.targets import ClassTarget

CHINESE = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出"
    "就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
)

Row = tuple[str, str]
"""A text and its class."""


def prepared(train: list[Row], test: list[Row], validation: list[Row] = ()) -> Prepared:
    def part(name: str, rows: list[Row]) -> Part:
        return Part(tuple(f"{name}{i}" for i in range(len(rows))), tuple(t for t, _ in rows), tuple(c for _, c in rows))

    labels = tuple(sorted({label for _, label in [*train, *validation, *test]}))
    counts = tuple(sum(target == label for _, target in train) for label in labels)
    return Prepared(part("a", train), part("v", validation), part("t", test), ClassTarget(labels, counts), ())


def stories(rows: int, *, classes: int = 3, seed: int = 0, alphabet: str = "", joint: str = " ") -> list[Row]:
    """Texts of ten words, of which a third belong to the class."""
    rng = np.random.default_rng(seed)
    letters = alphabet or "abcdefghijklmnopqrstuvwxyz"
    word_rng = np.random.default_rng(99)
    words = ["".join(letters[i] for i in word_rng.integers(0, len(letters), 4)) for _ in range(40 + 8 * classes)]
    made = []
    for _ in range(rows):
        label = int(rng.integers(classes))
        own, common = rng.integers(0, 8, 3) + 40 + 8 * label, rng.integers(0, 40, 7)
        made.append((joint.join(words[i] for i in rng.permutation([*own, *common])), f"desk {label:03}"))
    return made


def majority(given):
    return majority_of(given)[0]


def tfidf(given, seed, say=None):
    return tfidf_of(given, seed, say)[0]


def accuracy(predictions) -> float:
    return evaluate(predictions, {}).metrics["accuracy"].value


def test_the_majority_gives_every_row_the_commonest_training_class_and_the_training_shares():
    given = prepared([("a", "x"), ("b", "x"), ("c", "y")], [("d", "y"), ("e", "x")])
    found = majority(given)
    assert found.answers == ("x", "x")
    assert found.scores[0] == pytest.approx([2 / 3, 1 / 3])
    assert found.row_ids == given.test.row_ids
    assert found.targets == ("y", "x")


def test_the_word_counting_model_learns_what_words_tell_with_honest_probabilities():
    found = tfidf(prepared(stories(300), stories(400, seed=1)), seed=0)
    metrics = evaluate(found, {}).metrics
    assert metrics["accuracy"].value > 0.95
    assert metrics["calibration_error"].value < 0.08
    assert found.scores.sum(axis=1) == pytest.approx(np.ones(400), abs=1e-5)


def test_the_same_rows_and_seed_give_the_same_scores():
    given = prepared(stories(120), stories(50, seed=1))
    assert (tfidf(given, seed=3).scores == tfidf(given, seed=3).scores).all()


def test_test_rows_and_their_answers_change_nothing_in_what_is_learnt():
    train, test = stories(120), stories(50, seed=1)
    alone = tfidf(prepared(train, test[:1]), seed=0)
    together = tfidf(prepared(train, [test[0], *[(text, "desk 000") for text, _ in test[1:]]]), seed=0)
    assert alone.scores[0] == pytest.approx(together.scores[0], abs=1e-6)


def test_many_validation_rows_choose_the_settings_but_teach_nothing():
    secret = [("zanzibar " * 5, "desk 000")] * 250
    found = tfidf(prepared(stories(200), [("zanzibar zanzibar", "desk 000")], [*stories(250, seed=2), *secret]), seed=0)
    shares = majority(prepared(stories(200), [("", "desk 000")])).scores[0]
    assert np.abs(found.scores[0] - shares).max() < 0.35


def test_validation_rows_are_scored_by_the_same_model_as_test_rows():
    rows = stories(40, seed=1)
    given = prepared(stories(120), rows, rows)
    for test, choosing in (majority_of(given), tfidf_of(given, 0)):
        assert choosing.row_ids == tuple(f"v{i}" for i in range(40))
        assert choosing.targets == test.targets
        assert (choosing.scores == test.scores).all()


def test_two_classes_and_a_hundred_classes_are_learnt_alike():
    assert accuracy(tfidf(prepared(stories(200, classes=2), stories(200, classes=2, seed=1)), seed=0)) > 0.95
    assert accuracy(tfidf(prepared(stories(1_000, classes=100), stories(300, classes=100, seed=1)), seed=0)) > 0.8


def test_a_language_without_spaces_is_read_by_its_characters():
    train, test = (stories(200, seed=s, alphabet=CHINESE, joint="") for s in (0, 1))
    assert readings_for([text for text, _ in train], 3) == UNSPACED
    assert accuracy(tfidf(prepared(train, test), seed=0)) > 0.9


def test_misspelt_words_are_read_by_their_pieces():
    train = [("delighted delightful delightedly", "good"), ("dreadful dreadfully dreaded", "bad")] * 10
    found = tfidf(prepared(train, [("delightfull", "good"), ("dreadfull", "bad")]), seed=0)
    assert found.answers == ("good", "bad")


def test_classes_with_a_single_training_row_are_no_obstacle():
    train = [*stories(60), ("quite alone here", "rare"), ("another lonely one", "rarer")]
    found = tfidf(prepared(train, [("quite alone here", "rare"), *stories(20, seed=1)]), seed=0)
    assert np.isfinite(found.scores).all()
    one_each = [(text, f"class {i}") for i, (text, _) in enumerate(stories(6))]
    assert tfidf(prepared(one_each, one_each), seed=0).answers == tuple(label for _, label in one_each)


def test_a_class_that_only_test_rows_have_gets_no_score():
    found = tfidf(prepared(stories(60), [("whatever", "unheard of")]), seed=0)
    assert found.scores[0, found.labels.index("unheard of")] == 0.0


def test_texts_with_nothing_to_count_are_answered_as_the_majority_does():
    train, test = [("", "x"), (" ", "y"), ("", "x")], [("", "y")]
    assert (tfidf(prepared(train, test), seed=0).scores == majority(prepared(train, test)).scores).all()


def test_a_single_training_class_is_answered_as_the_majority_does():
    given = prepared([("one", "x"), ("two", "x")], [("three", "y"), ("one", "x")])
    assert tfidf(given, seed=0).answers == ("x", "x")


def test_it_says_in_one_line_what_was_chosen():
    heard: list[str] = []
    tfidf(prepared(stories(60), stories(10, seed=1)), 0, heard.append)
    assert len(heard) == 1
    assert "C=" in heard[0]


def test_folds_spread_every_class_evenly_and_hold_every_row_once():
    targets = np.array([0] * 50 + [1] * 10 + [2])
    folds = stratified_folds(targets, 5, seed=0)
    assert np.bincount(folds[targets == 0]).tolist() == [10] * 5
    assert np.bincount(folds[targets == 1]).tolist() == [2] * 5


def test_readings_that_would_take_minutes_are_left_out():
    long = ["word " * 200] * 1_000
    assert readings_for(["a short text"], 2) == SPACED
    assert readings_for(long, 2) == SPACED
    assert readings_for(long, 1_000) == SPACED[:1]
    assert readings_for(long * 60, 2) == SPACED[:2]


def test_two_hundred_rows_are_tuned_and_two_thousand_answered_in_a_few_seconds():
    given = prepared(stories(200, classes=8), stories(2_189, classes=8, seed=1))
    began = time.process_time()
    tfidf(given, seed=0)
    assert time.process_time() - began < 20


def test_on_reuters_with_25_labelled_stories_a_desk_it_is_as_strong_as_we_say(newsdesk):
    config = SCENARIOS["finance-newsdesk"].config("some-dataset", "quick", seed=0, rows_per_class=25)
    given = prepare(newsdesk, config)
    began = time.process_time()
    found = tfidf(given, seed=0)
    assert time.process_time() - began < 20
    assert len(given.train.inputs) == 200
    assert accuracy(found) > 0.915
