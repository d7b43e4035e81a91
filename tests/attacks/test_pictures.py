"""Hostile and odd pictures, tried one after the other as the product reads them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.attacks.pictures import ATTACKS, Attack
from tests.conftest import ROOT

SECONDS, MEGABYTES = 60, 1_000


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture(scope="module")
def tried(place: Path) -> dict[str, dict[str, object]]:
    """What came of each attack."""
    for folder in ("files", "temporary", "here"):
        (place / folder).mkdir()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(place / "temporary")}
    for step in ("write", "read"):
        command = [sys.executable, "-m", "tests.attacks.pictures", step, str(place / "files")]
        done = subprocess.run(command, cwd=place / "here", env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_hostile_picture_is_left_out_in_a_sentence_and_an_odd_one_is_read(tried, attack: Attack) -> None:
    told = tried[attack.name]
    assert told["rows"] == attack.read
    assert attack.said in " ".join(told["said"])
    assert all(sentence.endswith(".") for sentence in told["said"])
    if not attack.read:
        assert attack.name in told["said"][0]


def test_no_hostile_picture_takes_a_gigabyte_of_memory(tried) -> None:
    assert max(line["most_mb"] for line in tried.values()) < MEGABYTES


def test_no_hostile_picture_takes_a_minute_of_computing(tried) -> None:
    assert {name: line["seconds"] for name, line in tried.items() if line["seconds"] > SECONDS} == {}


def test_no_hostile_picture_leaves_anything_behind(tried, place: Path) -> None:
    assert sorted(path.name for path in place.rglob("*")) == ["files", "here", "temporary"]
