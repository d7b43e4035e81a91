"""The two files between a supervisor and a run process elsewhere."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.worker.conftest import wait_for
from worker.tie import FileTie, Hold, WatchedFile, held_path, pulse_path

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys, time
from pathlib import Path
from worker import tie
tie.ORPHAN_S = 1.0
one = tie.FileTie(Path(sys.argv[1]), held_s=float(sys.argv[2]))
one.watch()
if one.stop_asked.wait(200):
    Path(sys.argv[1], "saved").touch()
time.sleep(200)
"""


@pytest.fixture
def attempt(tmp_path: Path) -> Path:
    folder = tmp_path / "attempts" / "1"
    folder.mkdir(parents=True)
    return folder


def process(attempt: Path, held_s: float = 100.0) -> "subprocess.Popen[bytes]":
    started = subprocess.Popen([sys.executable, "-c", PROGRAM, str(attempt), str(held_s)], cwd=ROOT)
    wait_for(pulse_path(attempt).exists, "its pulse")
    return started


def test_a_run_whose_supervisor_falls_silent_saves_and_ends(attempt: Path) -> None:
    Hold(attempt).wish("go")
    run = process(attempt, held_s=1.0)
    assert run.wait(60) == 1
    assert (attempt / "saved").exists()


def test_a_run_is_asked_to_stop_and_then_ended(attempt: Path) -> None:
    hold = Hold(attempt)
    hold.wish("go")
    run = process(attempt)
    hold.wish("stop")
    wait_for((attempt / "saved").exists, "its saving")
    assert run.poll() is None
    hold.wish("end")
    assert run.wait(60) == 1


def test_a_run_ends_at_once_when_a_later_attempt_has_begun(attempt: Path) -> None:
    """Two at once in the same folder would spoil each other's checkpoints."""
    Hold(attempt).wish("go")
    run = process(attempt)
    (attempt.parent / "2").mkdir()
    assert run.wait(60) == 1
    assert not (attempt / "saved").exists()


@pytest.mark.parametrize(("wish", "held"), [("go", True), ("stop", True), ("end", False)])
def test_a_job_that_starts_late_asks_first_whether_it_is_still_wanted(attempt: Path, wish: str, held: bool) -> None:
    assert not FileTie(attempt).is_held
    Hold(attempt).wish(wish)  # type: ignore[arg-type]
    assert FileTie(attempt).is_held is held
    (attempt.parent / "2").mkdir()
    assert not FileTie(attempt).is_held


def test_only_change_counts_so_that_clocks_need_not_agree(attempt: Path) -> None:
    import os

    hold, held = Hold(attempt), WatchedFile(held_path(attempt))
    hold.wish("go")
    held.silent_s()
    os.utime(held_path(attempt), (0, 0))  # a file server whose clock stands in 1970
    hold.wish("go")
    before = held.silent_s()
    assert before < 5.0
    assert held.silent_s() >= before


def test_a_disk_that_is_away_for_a_moment_ends_nothing(attempt: Path) -> None:
    hold = Hold(attempt)
    attempt.rmdir()
    hold.wish("go")
    attempt.mkdir()
    hold.wish("go")
    assert held_path(attempt).read_text().startswith("go")
