"""Runs of pictures on the command line: one file, a folder, an archive; one JSON document; the place of the push."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from storage import Run, Store
from tests.core.pictures.made import zipped
from tests.pictured import COLOURS, keep, one

pytestmark = pytest.mark.xdist_group("processes")
Says = Callable[..., Any]


@pytest.fixture
def run(home_of_its_own: Path, pictured: Path) -> Iterator[Run]:
    store = Store.open(home_of_its_own)
    yield keep(store, pictured)
    store.close()


@pytest.fixture
def says(run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Says:
    """What the program prints about the run, as JSON or as text; its exit code is checked."""
    from dashboard.command_line import main

    def go(command: str, *words: object, code: int = 0, as_json: bool = True) -> Any:
        line = ["tuneboard", command, run.id, *map(str, words), *(["--json"] if as_json else [])]
        monkeypatch.setattr("sys.argv", line)
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert ended.value.code == code, said.err
        return json.loads(said.out) if as_json else said.out + said.err

    return go


def test_one_picture_a_folder_and_an_archive_are_answered_by_file(says: Says, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    for shape in COLOURS:
        (folder / shape).mkdir(parents=True)
        (folder / shape / "1.png").write_bytes(one(shape))
    (folder / "note.txt").write_text("x")
    alone = says("predict", "--file", folder / "ring" / "1.png")["predictions"]
    assert [(answer["label"], answer["file"]) for answer in alone] == [("ring", "1.png")]
    assert sum(alone[0]["scores"].values()) == pytest.approx(1, abs=1e-4)
    every = says("predict", "--file", folder)["predictions"]
    assert {answer["file"]: answer["label"] for answer in every} == {f"{shape}/1.png": shape for shape in COLOURS}
    archive = zipped(tmp_path / "a.zip", {**{f"{shape}.png": one(shape, 5) for shape in COLOURS}, "bad.png": b"x"})
    packed = says("predict", "--file", archive)["predictions"]
    assert {answer["file"]: answer["label"] for answer in packed} == {f"{shape}.png": shape for shape in COLOURS}
    said = says("predict", "--file", archive, as_json=False)
    assert "Left out 1 file: 'bad.png' is no picture of a kind that is read" in said
    assert "ring.png    ring (" in said


def test_why_is_said_and_drawn(says: Says, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(one("square"))
    out = tmp_path / "why.png"
    found = says("explain", "--file", tmp_path / "a.png", "--method", "integrated_gradients", "--out", out)
    assert found["explanation"]["answer"] == "square"
    assert out.read_bytes().startswith(b"\x89PNG")
    said = says("explain", "--file", tmp_path / "a.png", as_json=False)
    assert "with all of it covered" in said
    assert "with the fifth of it covered that pushes most" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--text", "a disc"), "This model reads pictures."),
        ((), "This model reads pictures."),
        (("--file", "nowhere.png"), "There is no file nowhere.png."),
        (("--file", "rows.csv"), "rows.csv holds no picture that can be used"),
        (("--file", "rows.zip"), "rows.zip"),
        (("--file", "empty"), "There is no picture in empty."),
        (("--file", "broken.png"), "broken.png holds no picture that can be used: 'broken.png' is cut off or damaged."),
        (("--file", "good.png", "--column", "photo"), "The column 'photo' of good.png holds no pictures."),
    ],
)
def test_what_cannot_be_asked_about_is_said_in_a_sentence(
    says: Says, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], message: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "rows.csv").write_text("text,label\nx,y\n")
    zipped(tmp_path / "rows.zip", {"rows.csv": b"text,label\nx,y\n"})
    (tmp_path / "broken.png").write_bytes(one()[:80])
    (tmp_path / "good.png").write_bytes(one())
    monkeypatch.chdir(tmp_path)
    assert message in says("predict", *words, code=2)["error"]["message"]


def test_one_picture_at_a_time_is_explained(says: Says, tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {f"{n}.png": one("disc", n) for n in range(2)})
    assert says("explain", "--file", archive, code=2)["error"]["message"] == "There are 2 rows to explain."
