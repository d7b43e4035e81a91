"""Files as people have them: by command and by the browser's upload, each is read as its entry says."""

import io
import shutil
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.data import ReadOptions, read_apart
from core.data.rows.values import cells
from dashboard.intake.arrivals import keep_uploads
from storage import Store
from tests.own_files import ASKED, OWN, OwnFile
from tests.test_mend_commands import tuneboard


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("TUNEBOARD_HOME", str(tmp_path / "home"))
    return Store.open(tmp_path / "home")


def test_every_kind_of_trouble_has_two_files_or_more() -> None:
    assert min(Counter(one.kind for one in OWN).values()) >= 2
    assert len(OWN) + len(ASKED) >= 40
    assert len({one.name for one in OWN}) == len(OWN)


@pytest.mark.parametrize("own", OWN, ids=lambda one: f"{one.kind}: {one.name}")
def test_a_file_is_read_as_it_should_be_by_command_and_by_upload(own: OwnFile, store: Store, tmp_path: Path) -> None:
    path = tmp_path / own.name
    path.write_bytes(own.content)
    asked = ["--target", own.target] if own.target else []
    asked += [word for name, value in own.split.items() for word in (f"--split-{name}", value)]
    told, _ = tuneboard("datasets", "check", str(path), *asked, code=2 if own.is_refused else 0)
    upload = SimpleNamespace(name=own.name, size=len(own.content), read=io.BytesIO(own.content).read, file_id="1")
    dataset = keep_uploads(store, [upload])
    assert told["rows"] == dataset.rows == own.rows
    assert told["columns"] == list(dataset.columns)
    codes = {one["code"] for one in told["findings"]}
    assert own.codes <= codes
    assert {one.code for one in dataset.findings} <= codes
    if own.classes is not None:
        target = store.datasets.frame(dataset.id)[own.target or ""]
        assert len(set(cells(target)) - {None}) == own.classes


def test_every_line_of_a_file_to_predict_has_its_answer_or_why_it_has_none(
    store: Store, tiny_model: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_model, store.models / tiny_model.name)
    (tmp_path / "mails.csv").write_bytes(OWN[0].content)
    tuneboard("datasets", "add", str(tmp_path / "mails.csv"), "--name", "mails", "--target", "topic")
    train = ["train", "--dataset", "mails", "--text", "message", "--target", "topic", "--set", "model=local:tiny"]
    trained, _ = tuneboard(*train, "--wait")
    for one in ASKED:
        path = tmp_path / one.name
        path.write_text(one.content, encoding="utf-8")
        told, _ = tuneboard("predict", trained["run"]["id"], "--file", str(path))
        rows = [(row["line"], row["label"] is not None) for row in told["predictions"]]
        assert rows == list(one.answered), one.name
        assert all(row["problem"] == ("" if row["label"] else "no text") for row in told["predictions"])
        uploaded = read_apart(path, one.name, ReadOptions(names=("message",)), numbered=True)
        assert list(uploaded.lines) == [line for line, _ in rows]
