"""Mends by command: at the door of the store, on a dataset that is there, and what training says of unmended rows."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.command_line import main
from storage import Store

LABELS = ["oil", "Oil", "gas", "oil\u200b", "n/a", "gas; oil"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUNEBOARD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return tmp_path / "home"


def tuneboard(*words: str, code: int = 0) -> tuple[Any, str]:
    """The JSON document that a command prints, and what it says aside."""
    printed, aside = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed), redirect_stderr(aside):
        patch.setattr("sys.argv", ["tuneboard", *words, "--json"])
        with pytest.raises(SystemExit) as ended:
            main()
    assert ended.value.code == code, printed.getvalue() + aside.getvalue()
    return json.loads(printed.getvalue()), aside.getvalue()


def written(folder: Path, labels: list[str], **more: list[str]) -> str:
    rows = {"text": [f"story number {n} of the day" for n in range(len(labels))], "desk": labels, **more}
    pd.DataFrame(rows).to_csv(folder / "stories.csv", index=False)
    return str(folder / "stories.csv")


def test_a_file_is_mended_at_the_door_and_kept_as_it_was_read(home: Path, tmp_path: Path) -> None:
    file = written(tmp_path, LABELS * 10)
    mends = ["--merge-labels", "oil=oil", "--missing", "n/a", "--several-labels", "first"]
    added, _ = tuneboard("datasets", "add", file, "--name", "desks", "--target", "desk", *mends)
    store = Store.open(home)
    assert set(store.datasets.frame("desks")["desk"].dropna()) == {"oil", "gas"}
    assert added["mends"] == list(store.datasets.get("desks").history)
    assert [note.split(" ")[0] for note in added["mends"]] == ["Kept", "Took", "Joined"]
    assert set(store.datasets.frame("desks, as read")["desk"]) == set(LABELS)


def test_a_dataset_is_mended_later_and_the_last_change_undone(home: Path, tmp_path: Path) -> None:
    tuneboard("datasets", "add", written(tmp_path, LABELS * 10), "--name", "desks")
    mended, _ = tuneboard("datasets", "mend", "desks", "--target", "desk", "--leave-out", "n/a")
    assert (mended["name"], mended["rows"]) == ("desks, mended", 50)
    back, _ = tuneboard("datasets", "mend", mended["id"], "--undo")
    assert back["name"] == "desks"
    assert [one.name for one in Store.open(home).datasets.list()] == ["desks"]


def test_the_option_of_a_finding_mends_what_it_found(home: Path, tmp_path: Path) -> None:
    file = written(tmp_path, LABELS * 10)
    found, _ = tuneboard("datasets", "check", file, "--target", "desk")
    options = {one["code"]: one["mends"][0]["option"] for one in found["findings"] if one["mends"]}
    assert options["label_variants"] == "--merge-labels oil=oil"
    assert options["missing_words"] == "--missing n/a"
    assert options["several_labels"] == "--several-labels first"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--merge-labels", "ole=oil"], "has no label 'ole'"),
        (["--merge-labels", "oil"], "'oil' joins nothing"),
        (["--several-labels", "last"], "'last' is no choice"),
        ([], "Nothing to mend was named"),
        (["--undo"], "is as it was read"),
    ],
)
def test_a_mend_that_makes_no_sense_is_a_sentence(home: Path, tmp_path: Path, words: list[str], message: str) -> None:
    tuneboard("datasets", "add", written(tmp_path, LABELS * 10), "--name", "desks")
    error, _ = tuneboard("datasets", "mend", "desks", "--target", "desk", *words, code=2)
    assert message in error["error"]["message"]


def test_labels_with_an_equals_sign_can_be_joined(home: Path, tmp_path: Path) -> None:
    tuneboard("datasets", "add", written(tmp_path, ["a=b", "c", "d"] * 20), "--name", "signs")
    tuneboard("datasets", "mend", "signs", "--target", "desk", "--merge-labels", "a=b=c")
    assert set(Store.open(home).datasets.frame("signs, mended")["desk"]) == {"c", "d"}


PARTS = ["train"] * 40 + ["validation"] * 10 + ["test"] * 10


def test_check_looks_at_the_parts_of_a_given_split(home: Path, tmp_path: Path) -> None:
    labels = ["1.0", "0.0"] * 20 + ["0.0", "2"] * 5 + ["1", "0"] * 5
    split = ["--target", "desk", "--split-by", "given", "--split-column", "part"]
    found, _ = tuneboard("datasets", "check", written(tmp_path, labels, part=PARTS), *split, code=2)
    told = {one["code"]: one for one in found["findings"]}
    assert told["test_never_learnt"]["severity"] == "error"
    assert "'1' reads like '1.0' of train" in told["test_never_learnt"]["message"]
    assert "'2'" in told["unseen_in_validation"]["message"]
    assert {one["option"] for one in told["test_never_learnt"]["mends"]} == {"--merge-labels 0=0", "--merge-labels 1=1"}


def test_train_says_what_was_found_and_refuses_an_error_unless_told_otherwise(home: Path, tmp_path: Path) -> None:
    labels = ["1.0", "0.0"] * 20 + ["0.0", "1.0"] * 5 + ["1", "0"] * 5
    tuneboard("datasets", "add", written(tmp_path, labels, part=PARTS), "--name", "numbers")
    train = ["train", "--dataset", "numbers", "--text", "text", "--target", "desk", "--task", "text-classification"]
    train += ["--set", "split.by=given", "--set", "split.column=part"]
    refused, _ = tuneboard(*train, code=2)
    assert "No class of the test ('0', '1') stands in train" in refused["error"]["message"]
    assert Store.open(home).runs.list() == []
    queued, aside = tuneboard(*train, "--anyway")
    assert queued["run"]["status"] == "queued"
    assert "error: No class of the test" in aside
    assert "test_never_learnt" in {one["code"] for one in queued["findings"]}
    mends = ["--merge-labels", "0=0", "--merge-labels", "1=1"]
    mended, _ = tuneboard("datasets", "mend", "numbers", "--target", "desk", *mends)
    fine, aside = tuneboard(*[mended["id"] if word == "numbers" else word for word in train])
    assert fine["run"]["status"] == "queued"
    assert "error" not in aside
