"""Rows become parts that never share a text, the same parts for the same seed, with each class in its share."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.config import make_config
from core.data import Part, row_ids
from core.data.rows.clean import key_of
from core.data.splits import SPLITS
from core.data.splits.given import part_of
from core.errors import DatasetError
from core.preparation import Prepared, prepare
from core.searches.candidates import drawn_from
from core.tasks import task_of

WAYS = {
    "random": {},
    "group": {"split.by": "group", "split.column": "patient"},
    "time": {"split.by": "time", "split.column": "seen"},
    "given": {"split.by": "given", "split.column": "part"},
}


def visits(rows: int = 300, classes: str = "abc") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "text": [f"note {number} of the visit" for number in range(rows)],
            "label": [classes[number % len(classes)] for number in range(rows)],
            "patient": [f"p{number // 5}" for number in range(rows)],
            "seen": [f"2024-{1 + number % 12:02}-{1 + number % 28:02}" for number in range(rows)],
            "part": ["Test" if number % 4 == 0 else "Training" for number in range(rows)],
        }
    )


def parts(prepared: Prepared) -> list[Part]:
    return [prepared.train, prepared.validation, prepared.test]


def sizes(prepared: Prepared) -> list[int]:
    return [len(part) for part in parts(prepared)]


def step(prepared: Prepared, name: str) -> str:
    return next(step.text for step in prepared.steps if step.name == name)


def apart(prepared: Prepared) -> bool:
    keys = [{key_of(text) for text in part.inputs} for part in parts(prepared)]
    return not (keys[0] & keys[1] or keys[0] & keys[2] or keys[1] & keys[2])


def test_every_way_to_split_is_tested_here():
    assert set(WAYS) == set(SPLITS)


@pytest.mark.parametrize("way", WAYS)
def test_the_same_rows_and_seed_give_the_same_parts(way):
    config = make_config(**WAYS[way], **{"split.split_seed": 7})
    np.random.seed(1)
    first = prepare(visits(), config)
    np.random.seed(2)
    assert prepare(visits(), config) == first


@pytest.mark.parametrize("way", WAYS)
def test_the_order_of_rows_does_not_change_who_stands_where(way):
    config = make_config(**WAYS[way], rows_per_class=20)
    shuffled = visits().sample(frac=1, random_state=3)
    for first, second in zip(parts(prepare(visits(), config)), parts(prepare(shuffled, config)), strict=True):
        assert set(first.row_ids) == set(second.row_ids)


@pytest.mark.parametrize("way", ["random", "group", "given"])
def test_another_seed_draws_anew(way):
    one, other = (prepare(visits(), make_config(**WAYS[way], **{"split.split_seed": seed})) for seed in (1, 2))
    assert one.train != other.train


@pytest.mark.parametrize("way", WAYS)
def test_row_ids_texts_and_answers_are_those_of_the_frame(way):
    frame = visits().assign(row_id=row_ids(visits())).set_index("row_id")
    prepared = prepare(visits(), make_config(**WAYS[way]))
    for part in parts(prepared):
        assert frame.loc[list(part.row_ids), "text"].tolist() == list(part.inputs)
        assert frame.loc[list(part.row_ids), "label"].tolist() == list(part.targets)
    assert sum(sizes(prepared)) == 300
    assert prepared.target.labels == ("a", "b", "c")


def test_a_random_split_is_60_20_20_in_every_class():
    prepared = prepare(visits(), make_config())
    assert sizes(prepared) == [180, 60, 60]
    for part, each in zip(parts(prepared), (60, 20, 20), strict=True):
        assert Counter(part.targets) == {"a": each, "b": each, "c": each}


def test_shares_are_those_of_the_settings():
    assert sizes(prepare(visits(), make_config(**{"split.validation": 0.0, "split.test": 0.5}))) == [150, 0, 150]
    assert sizes(prepare(visits(), make_config(**{"split.validation": 0.1, "split.test": 0.05}))) == [255, 30, 15]


def test_a_class_too_small_for_all_parts_is_learnt_first():
    labels = ["a"] * 50 + ["b"] * 46 + ["c"] * 3 + ["d"]
    for seed in range(10):
        prepared = prepare(visits(100).assign(label=labels), make_config(split_seed=seed))
        assert set(prepared.train.targets) == {"a", "b", "c", "d"}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 25), st.sampled_from("aab"), st.integers(0, 9)), min_size=30, max_size=90),
    st.sampled_from(sorted(WAYS)),
    st.booleans(),
    st.integers(0, 3),
)
def test_no_text_ever_stands_in_two_parts(rows, way, drop_duplicates, seed):
    frame = pd.DataFrame(
        {
            "text": [f"{'Note' if group % 2 else ' note '} {number}" for number, _, group in rows],
            "label": [label for _, label, _ in rows],
            "patient": [str(group) for _, _, group in rows],
            "seen": [2000 + group for _, _, group in rows],
            "part": [("train", "val", "test")[group % 3] for _, _, group in rows],
        }
    )
    config = make_config(**WAYS[way], **{"preparation.drop_duplicates": drop_duplicates, "split.split_seed": seed})
    try:
        prepared = prepare(frame, config)
    except DatasetError as error:
        assert "at least 2 are needed" in error.message or "left to judge" in error.message  # noqa: PT017
        return
    assert apart(prepared)
    assert len(prepared.test) > 0
    assert {*prepared.train.targets, *prepared.validation.targets, *prepared.test.targets} == set(
        prepared.target.labels
    )


def test_rows_of_one_patient_never_appear_in_two_parts():
    frame = visits().assign(row_id=row_ids(visits())).set_index("row_id")
    prepared = prepare(visits(), make_config(**WAYS["group"]))
    patients = [set(frame.loc[list(part.row_ids), "patient"]) for part in parts(prepared)]
    assert not (patients[0] & patients[1])
    assert not (patients[0] & patients[2])
    assert not (patients[1] & patients[2])
    assert sizes(prepared) == [180, 60, 60]


def test_groups_of_one_class_each_are_spread_over_the_parts():
    frame = visits(3_000).assign(label=[f"chapter {number // 5 % 6}" for number in range(3_000)])
    prepared = prepare(frame, make_config(**WAYS["group"]))
    for part, share in zip(parts(prepared), (0.6, 0.2, 0.2), strict=True):
        counts = Counter(part.targets)
        assert all(abs(counts[label] - 500 * share) <= 10 for label in prepared.target.labels)


def test_groups_of_very_different_sizes_come_near_the_shares():
    group_sizes = [400, 200, 100, *[20] * 10, *[5] * 20]
    patients = [f"p{number}" for number, size in enumerate(group_sizes) for _ in range(size)]
    frame = visits(1_000).assign(patient=patients)
    assert np.allclose(sizes(prepare(frame, make_config(**WAYS["group"]))), [600, 200, 200], atol=20)


def test_the_groups_that_judge_are_as_large_as_those_that_teach():
    group_sizes = [1 + number % 16 for number in range(400)]
    patients = [f"p{number}" for number, size in enumerate(group_sizes) for _ in range(size)]
    frame = visits(len(patients)).assign(patient=patients)
    means = []
    for seed in range(20):
        prepared = prepare(frame, make_config(**WAYS["group"], split_seed=seed))
        judging = frame.patient[[text in set(prepared.test.inputs) for text in frame.text]]
        means.append(judging.value_counts().mean())
    assert np.mean(means) == pytest.approx(8.5, abs=0.3)


def test_two_groups_are_one_to_learn_from_and_one_to_judge_by():
    frame = visits(100).assign(patient=["big"] * 70 + ["small"] * 30)
    assert sizes(prepare(frame, make_config(**WAYS["group"]))) == [70, 0, 30]


def test_rows_without_a_group_are_groups_of_their_own():
    frame = visits()
    frame.loc[:99, "patient"] = None
    assert np.allclose(sizes(prepare(frame, make_config(**WAYS["group"]))), [180, 60, 60], atol=3)


def test_a_text_of_two_groups_stays_where_it_judges():
    frame = visits(200)
    frame["text"] = [f"note {number % 150}" for number in range(200)]
    prepared = prepare(frame, make_config(**WAYS["group"], **{"preparation.drop_duplicates": False}))
    assert apart(prepared)
    assert "of train or validation whose text stands in a part that judges." in step(prepared, "keep_apart")


def test_the_newest_rows_judge_and_those_before_them_choose():
    frame = visits().assign(row_id=row_ids(visits())).set_index("row_id")
    prepared = prepare(visits(), make_config(**WAYS["time"]))
    seen = [frame.loc[list(part.row_ids), "seen"] for part in parts(prepared)]
    assert seen[0].max() < seen[1].min()
    assert seen[1].max() < seen[2].min()
    assert np.allclose(sizes(prepared), [180, 60, 60], atol=5)


def test_rows_of_one_moment_stay_together_where_that_is_fair():
    frame = visits(100).assign(seen=["2021"] * 55 + ["2022"] * 20 + ["2023"] * 25)
    assert sizes(prepare(frame, make_config(**WAYS["time"]))) == [55, 20, 25]
    lumped = visits(100).assign(seen=["2021"] * 10 + ["2022"] * 90)
    assert sizes(prepare(lumped, make_config(**WAYS["time"]))) == [60, 20, 20]


def test_rows_whose_time_cannot_be_read_are_left_out_and_counted():
    frame = visits()
    frame.loc[:2, "seen"] = ["soon", None, ""]
    prepared = prepare(frame, make_config(**WAYS["time"]))
    assert sum(sizes(prepared)) == 297
    assert step(prepared, "place") == "Left out 3 rows whose time in 'seen' cannot be read."


def test_test_rows_stay_as_they_were_given():
    frame = visits()
    frame.loc[frame.index[frame["part"] == "Test"][:10], "text"] = "the same note"
    prepared = prepare(frame, make_config(**WAYS["given"]))
    assert sizes(prepared) == [180, 45, 75]


def test_train_texts_that_stand_in_a_given_test_are_left_out():
    frame = visits()
    frame.loc[1, "text"] = frame.loc[0, "text"].upper()
    frame.loc[2, "text"] = frame.loc[0, "text"] + "  "
    prepared = prepare(frame, make_config(**WAYS["given"]))
    assert apart(prepared)
    assert len(prepared.test) == 75
    assert step(prepared, "keep_apart") == (
        "Left out 2 rows of train or validation whose text stands in a part that judges."
    )


def test_validation_rows_that_are_given_are_taken():
    names = ["train", "train", "dev", "test"] * 75
    assert sizes(prepare(visits().assign(part=names), make_config(**WAYS["given"]))) == [150, 75, 75]


def test_no_validation_is_taken_from_train_when_none_is_wanted():
    config = make_config(**WAYS["given"], **{"split.validation": 0.0})
    assert sizes(prepare(visits(), config)) == [225, 0, 75]


def test_rows_whose_part_is_not_known_are_left_out_and_counted():
    names = ["train", "train", "extra", "test"] * 75
    prepared = prepare(visits().assign(part=names), make_config(**WAYS["given"]))
    assert step(prepared, "place") == ("Left out 75 rows whose part in 'part' is not train, validation or test.")


def test_a_class_asked_for_and_never_learnt_is_said_and_has_no_output():
    frame = visits()
    frame.loc[frame["part"] == "Test", "label"] = "new"
    prepared = prepare(frame, make_config(**WAYS["given"]))
    assert prepared.target.labels == ("a", "b", "c")
    assert set(prepared.test.targets) == {"new"}
    assert step(prepared, "unseen") == (
        "1 class ('new') can be asked for but never learnt: no row of train has it; such rows count as wrong."
    )


def test_a_class_of_validation_only_has_no_output_and_chooses_nothing():
    frame = visits().assign(part=["train", "train", "dev", "test"] * 75)
    frame.loc[2, "label"] = "app"
    prepared = prepare(frame, make_config(**WAYS["given"]))
    assert prepared.target.labels == ("a", "b", "c")
    assert sizes(prepared) == [150, 74, 75]
    assert step(prepared, "unlearnt") == "Left out 1 validation row with an answer that no row of train has."


def test_a_draw_of_few_rows_keeps_the_classes_of_its_pool():
    frame = visits()
    frame.loc[frame.index[frame["part"] == "Test"][0], "label"] = "new"
    prepared = prepare(frame, make_config(**WAYS["given"]))
    first = [i for i, label in enumerate(prepared.train.targets) if label in {"a", "b"}]
    drawn = drawn_from(task_of(make_config()), prepared, np.array(first[:6]))
    assert drawn.target.labels == ("a", "b", "c")


@pytest.mark.parametrize("way", WAYS)
def test_rows_per_class_are_drawn_from_train_and_the_test_stays(way):
    few = prepare(visits(), make_config(**WAYS[way], rows_per_class=10, seed=3))
    everything = prepare(visits(), make_config(**WAYS[way], seed=3))
    assert Counter(few.train.targets) == {"a": 10, "b": 10, "c": 10}
    assert few.test == everything.test
    assert len(few.validation) == 0
    if way != "given":
        assert set(few.train.row_ids) <= set(everything.train.row_ids)


def test_rows_to_choose_by_have_labels_and_a_limit_leaves_them_out():
    few, everything = (prepare(visits(), make_config(**more)) for more in ({"rows_per_class": 10}, {}))
    assert step(few, "no_validation") == (
        "Left out 60 rows to choose by: they have labels too, and only the drawn ones count as bought."
    )
    assert len(few.train) + len(few.validation) == 30
    assert len(everything.validation) == 60


def test_more_rows_drawn_hold_the_fewer():
    ten, twenty = (prepare(visits(), make_config(rows_per_class=number)).train for number in (10, 20))
    assert set(ten.row_ids) < set(twenty.row_ids)


def test_classes_with_fewer_rows_than_asked_for_are_counted():
    frame = visits().assign(label=["a"] * 200 + ["b"] * 80 + ["c"] * 20)
    prepared = prepare(frame, make_config(rows_per_class=25))
    assert step(prepared, "rows_per_class") == "Drew up to 25 rows of each class to learn from. 1 class has fewer."
    assert Counter(prepared.train.targets) == {"a": 25, "b": 25, "c": 12}


def test_the_split_is_told_in_a_sentence():
    assert step(prepare(visits(), make_config()), "split") == (
        "Split at random, each class in its share: 180 rows to learn from, 60 to choose by, 60 to judge by."
    )


def test_a_missing_column_is_named():
    with pytest.raises(DatasetError, match="The target column 'label' is not in this dataset"):
        prepare(visits().rename(columns={"label": "lable"}), make_config())


def test_nothing_to_learn_or_judge_is_refused():
    with pytest.raises(DatasetError, match=r"The rows to learn from have 1 class \('a'\); at least 2 are needed."):
        prepare(visits().assign(label="a"), make_config())
    with pytest.raises(DatasetError, match="No rows are left to judge by"):
        prepare(visits().assign(part="train"), make_config(**WAYS["given"]))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("drawn_from", ["rows", "inputs"])
@pytest.mark.parametrize("rows", [0, 1, 2])
@pytest.mark.parametrize("task", ["text-classification", "text-regression"])
def test_hardly_any_rows_are_refused_in_a_sentence_however_they_are_split(way, drawn_from, rows, task):
    frame = visits(30).assign(label=["1"] * rows + [None] * (30 - rows))
    config = make_config(**{"task": task, "task.target": "label", "split.drawn_from": drawn_from, **WAYS[way]})
    with pytest.raises(DatasetError):
        prepare(frame, config)


def test_the_frame_is_left_as_it_was():
    frame, before = visits(), visits()
    prepare(frame, make_config())
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("Training set", "train"),
        ("TRAIN ", "train"),
        ("held out", "test"),
        ("hold-out", "test"),
        ("Test_Set", "test"),
        ("dev set", "validation"),
        ("maybe", ""),
        (1, ""),
    ],
)
def test_the_usual_words_for_parts_are_known(word, part):
    assert part_of(word) == part
