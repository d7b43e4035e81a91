"""Hostile files of rows, tried one after the other as the product reads them: refused in a sentence, and cheaply."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from core.apart import apart
from core.data import read, read_apart
from core.errors import DatasetError
from tests.attacks.rows import ATTACKS, Attack
from tests.conftest import ROOT

SECONDS, MEGABYTES = 10, 1_000


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("attacks")


@pytest.fixture(scope="module")
def tried(place: Path) -> dict[str, dict[str, object]]:
    """What came of each attack."""
    for folder in ("files", "temporary", "here"):
        (place / folder).mkdir()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "MARKER": str(place / "marker"), "TMPDIR": str(place / "temporary")}
    for step in ("write", "read"):
        command = [sys.executable, "-m", "tests.attacks.rows", step, str(place / "files")]
        done = subprocess.run(command, cwd=place / "here", env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_hostile_file_is_refused_in_a_sentence_or_read_as_harmless_text(tried, attack: Attack) -> None:
    said = str(tried[attack.name]["said"])
    if attack.refused is None:
        assert said.startswith("read ")
    else:
        assert attack.refused in said
        assert attack.name in said
        assert said.endswith(".")


def test_no_hostile_file_takes_ten_seconds_of_computing(tried) -> None:
    assert {name: line["seconds"] for name, line in tried.items() if line["seconds"] > SECONDS} == {}


def test_no_hostile_file_takes_a_gigabyte_of_memory(tried) -> None:
    assert max(line["most_mb"] for line in tried.values()) < MEGABYTES


def test_no_hostile_file_runs_anything_or_leaves_anything_behind(tried, place: Path) -> None:
    assert not (place / "marker").exists()
    assert sorted(path.name for path in place.rglob("*")) == ["files", "here", "temporary"]


def test_rows_read_apart_are_the_rows_of_the_file(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "text": ["a", None, "ü\n\U0001f600"],
            "n": pd.array([1, None, 3], dtype="Int64"),
            "x": pd.array([0.5, None, -1.0], dtype="Float64"),
            "yes": pd.array([True, None, False], dtype="boolean"),
            "when": pd.to_datetime(["2026-01-02", None, "2026-01-03"]),
        }
    )
    frame.to_parquet(tmp_path / "rows.parquet")
    frame.to_json(tmp_path / "rows.jsonl", orient="records", lines=True, date_format="iso")
    frame.to_csv(tmp_path / "rows.csv", index=False)
    for path in sorted(tmp_path.iterdir()):
        here, there = read(path, path.name), read_apart(path, path.name)
        pd.testing.assert_frame_equal(there.frame, here.frame)
        assert there.notes == here.notes


def test_a_refusal_keeps_its_words_and_its_hint(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"text,label\n")
    with pytest.raises(DatasetError) as here:
        read(path, path.name)
    with pytest.raises(DatasetError) as there:
        read_apart(path, path.name)
    assert (there.value.message, there.value.hint) == (here.value.message, here.value.hint)


@pytest.mark.parametrize(
    ("work", "words"),
    [("os:abort", "breaks the program"), ("sys:exit", "breaks the program")],
)
def test_a_reader_that_falls_over_takes_nothing_with_it(work: str, words: str) -> None:
    with pytest.raises(DatasetError, match=words):
        apart(work, {}, what="rows.csv", error=DatasetError)


def test_a_reader_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.apart.WAITING_S", 3)
    with pytest.raises(DatasetError, match="takes longer to read"):
        apart("signal:pause", {}, what="rows.csv", error=DatasetError)


def test_the_process_apart_gets_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_TOKEN", "TUNEBOARD_DATABASE_URL", "AWS_SECRET_ACCESS_KEY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "planted-secret")
    assert "planted-secret" not in json.dumps(apart("tests.attacks.seen:environment", {}, what="it"))
