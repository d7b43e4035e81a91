import numpy as np
import pandas as pd
import pytest

from core.answers import ClassAnswers
from core.config import make_config
from core.data import row_ids
from core.errors import DatasetError
from core.inspection import Fix, mend, out_of_fold, suspects
from core.preparation import prepare
from tests.core.inspection.made import LABELS, called

WORDS = {"earn": "net profit quarter dividend", "ship": "vessel port strike cargo", "crude": "oil barrels opec output"}


def stories(rows: int = 300, flipped: int = 15) -> tuple[pd.DataFrame, set[int]]:
    """Stories made of their class's words, `flipped` of which have another class's label; and which those are."""
    rng = np.random.default_rng(0)
    labels = rng.choice(list(WORDS), rows)
    texts = [" ".join(rng.choice(WORDS[label].split(), 6)) + f" {i}" for i, label in enumerate(labels)]
    wrong = rng.choice(rows, flipped, replace=False)
    given = labels.copy()
    for i in wrong:
        given[i] = next(label for label in WORDS if label != labels[i])
    return pd.DataFrame({"text": texts, "desk": given, "n": np.arange(rows)}), set(wrong.tolist())


def noisy(rows: int, flipped: int) -> tuple[ClassAnswers, set[str]]:
    """A good model's answers, and which rows' labels were changed after it had answered."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, rows)
    answers = np.where(rng.random(rows) < 0.97, truth, (truth + 1) % 3)
    predictions = called(truth, answers)
    scores = predictions.scores.copy()
    scores[:] = 0.01
    scores[np.arange(rows), answers] = 0.98
    wrong = rng.choice(np.flatnonzero(answers == truth), flipped, replace=False)
    given = truth.copy()
    given[wrong] = (truth[wrong] + 1) % 3
    targets = tuple(LABELS[i] for i in given)
    return ClassAnswers(predictions.row_ids, targets, LABELS, scores), {predictions.row_ids[i] for i in wrong}


def test_changed_labels_are_among_the_suspects_with_the_right_suggestion():
    predictions, wrong = noisy(1000, 40)
    found = {one.row_id: one for one in suspects(predictions)}
    assert len(wrong & set(found)) >= 36
    assert len(found) <= 90
    for row in wrong & set(found):
        place = predictions.row_ids.index(row)
        assert found[row].suggested == predictions.answers[place] != found[row].given == predictions.targets[place]


def test_the_least_believed_label_stands_first():
    beliefs = [one.belief for one in suspects(noisy(1000, 40)[0])]
    assert beliefs == sorted(beliefs)


def test_answers_that_are_all_right_raise_no_suspicion():
    truth = np.arange(300) % 3
    assert suspects(called(truth, truth)) == []


def test_rows_of_an_unknown_class_and_of_one_class_alone_are_no_suspects():
    predictions, _ = noisy(200, 5)
    odd = ClassAnswers(predictions.row_ids, ("never seen",) * 200, LABELS, predictions.scores)
    assert suspects(odd) == []


def test_training_rows_are_judged_by_a_model_that_never_saw_them():
    frame, wrong = stories()
    config = make_config(**{"task.text": "text", "task.target": "desk"})
    prepared = prepare(frame, config)
    scores = out_of_fold(prepared, seed=0)
    assert scores.row_ids == prepared.train.row_ids
    ids = list(row_ids(frame))
    hidden = {ids[i] for i in wrong} & set(scores.row_ids)
    found = {one.row_id for one in suspects(scores)}
    assert len(hidden & found) >= 0.8 * len(hidden)
    assert len(found - hidden) <= 5


def test_mending_relabels_and_drops_the_named_rows_and_leaves_the_others():
    frame, _ = stories(20)
    ids = list(row_ids(frame))
    done = mend(
        frame,
        text="text",
        target="desk",
        fixes={ids[3]: Fix(action="relabel", label="ship"), ids[7]: Fix(action="drop")},
    )
    expected = frame.copy()
    expected.loc[3, "desk"] = "ship"
    pd.testing.assert_frame_equal(done.frame, expected.drop(7).reset_index(drop=True))
    assert done.relabelled == (frame.loc[3, "desk"] != "ship")
    assert done.dropped == 1
    assert done.notes[-1] == "Left out 1 row."


def test_rows_that_say_the_same_are_mended_alike():
    frame = pd.DataFrame({"text": ["Oil up", "oil  UP", "oil up", "else"], "desk": ["a", "a", "b", "a"]})
    done = mend(frame, text="text", target="desk", fixes={row_ids(frame)[0]: Fix(action="relabel", label="b")})
    assert list(done.frame["desk"]) == ["b", "b", "b", "a"]
    assert done.notes == ("Gave 2 rows another label.",)


def test_a_new_label_takes_the_type_of_its_column():
    frame = pd.DataFrame({"text": ["a", "b", "c"], "stars": [1, 2, 1]})
    done = mend(frame, text="text", target="stars", fixes={row_ids(frame)[0]: Fix(action="relabel", label="2")})
    assert done.frame["stars"].tolist() == [2, 2, 1]
    assert done.frame["stars"].dtype == frame["stars"].dtype
    with pytest.raises(DatasetError, match="holds no 'five'"):
        mend(frame, text="text", target="stars", fixes={row_ids(frame)[0]: Fix(action="relabel", label="five")})


def test_rows_of_another_dataset_are_refused():
    frame, _ = stories(20)
    with pytest.raises(DatasetError, match="1 of the 1 rows to mend are not in this dataset"):
        mend(frame, text="text", target="desk", fixes={"0" * 16: Fix(action="drop")})


def test_labels_of_texts_without_spaces_are_doubted_too() -> None:
    words = {"earn": "利润增长季度股息", "ship": "船只港口罢工货物", "crude": "原油欧佩克产量油桶"}
    rng = np.random.default_rng(0)
    labels = rng.choice(list(words), 300)
    frame = pd.DataFrame({"text": ["".join(rng.permutation(list(words[one]))) for one in labels], "desk": labels})
    found = out_of_fold(prepare(frame, make_config(dataset="d", **{"task.target": "desk"})), seed=0)
    assert np.mean(np.array(found.answers) == np.array(found.targets)) > 0.95


def test_rows_that_share_no_word_are_refused_in_a_sentence() -> None:
    frame = pd.DataFrame({"text": [f"w{n}" for n in range(2000)], "desk": ["a", "b"] * 1000})
    with pytest.raises(DatasetError, match="No word stands in two of these rows"):
        out_of_fold(prepare(frame, make_config(dataset="d", **{"task.target": "desk"})), seed=0)
