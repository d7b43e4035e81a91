"""Memory limits of run processes: what takes too much is ended in a sentence, and is not tried again."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from core.config import RunConfig, make_config
from core.data import read_apart
from core.device import choose
from core.searches import LabelCurve
from storage import Store
from tests import pictured
from tests.worker.conftest import ended, supervised
from tests.worker.test_odd_endings import Stage, attempt, stage
from worker import identity, run_process
from worker.memory import HINT, held_bytes, machine_bytes, watch_for

__all__ = ["attempt", "stage"]
GREEDY = "held = bytearray(b'x') * 300_000_000; print('ready', flush=True); input()"


@pytest.fixture
def greedy():
    process = subprocess.Popen([sys.executable, "-c", GREEDY], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    yield process
    process.kill()
    process.communicate()


def test_point_1_a_run_over_its_limit_is_ended_with_a_sentence_and_not_tried_again(
    store: Store, attempt: Any, stage: Stage, greedy: subprocess.Popen[bytes]
) -> None:
    stage.played[0].process = identity.of(greedy.pid)  # type: ignore[misc]  # of this one alone
    attempt._memory.limit_bytes = 200_000_000
    assert attempt.step() is False
    run = store.runs.get(attempt.job.run_id)
    assert (run.status, stage.played[0].ended) == ("failed", 1)
    assert run.error is not None
    assert run.error.message.endswith("it may have 0.2 GB here.")
    assert run.error.hint == HINT


def test_point_1_a_run_that_the_kernel_killed_at_much_memory_is_not_tried_again(
    store: Store, attempt: Any, stage: Stage
) -> None:
    attempt._memory.most_bytes = int(0.8 * attempt._memory.limit_bytes)
    stage.played[0].code = -9
    assert attempt.step() is False
    assert store.runs.get(attempt.job.run_id).status == "failed"


def test_point_1_a_run_that_was_killed_at_little_memory_is_tried_again(
    store: Store, attempt: Any, stage: Stage
) -> None:
    stage.played[0].code = -9
    assert attempt.step() is False
    assert store.runs.get(attempt.job.run_id).status == "queued"


def test_point_1_the_limit_is_the_quote_with_a_margin_and_within_the_machine(
    store: Store, make: Callable[..., RunConfig]
) -> None:
    store.runs.queue(make(), "one")
    job = store.jobs.claim("me")
    assert job is not None
    assert 2_000_000_000 < watch_for(store, job).limit_bytes <= min(6_000_000_000, machine_bytes())


def test_point_1_a_search_has_the_limit_of_one_run_on_all_rows_and_pictures_have_one_too(
    store: Store, make: Callable[..., RunConfig], tmp_path: Path
) -> None:
    limits = []
    archive = pictured.shapes(tmp_path / "shapes.zip")
    shapes = store.datasets.add(read_apart(archive, archive.name), name="shapes", source=archive.name)
    for number, config in enumerate([make(processes=1), make_config(**{**pictured.SETTINGS, "dataset": shapes.id})]):
        store.runs.queue(config, f"run {number}")
        store.runs.queue_search(config, LabelCurve(sizes=(3, 6)), f"search {number}")
        jobs = [store.jobs.claim("me"), store.jobs.claim("me")]
        limits += [watch_for(store, job).limit_bytes for job in jobs if job]
    text, its_search, pictures, their_search = limits
    assert text == its_search
    assert pictures == their_search
    assert all(2_000_000_000 < one <= min(6_000_000_000, machine_bytes()) for one in limits)


@pytest.mark.xdist_group("processes")
def test_point_1_a_real_run_over_the_limit_that_is_set_ends_in_the_sentence_and_is_not_tried_again(
    store: Store, make: Callable[..., RunConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUNEBOARD_MAX_RUN_MEMORY_GB", "0.1")
    with Store.open(store.home) as limited, supervised(limited):
        run = ended(store, store.runs.queue(make(epochs=200), "one").id)
    assert (run.status, run.attempts) == ("failed", 1)
    assert run.error is not None
    assert re.fullmatch(r"The run took 0\.\d GB of memory and was ended; it may have 0\.1 GB here\.", run.error.message)
    assert run.error.hint == HINT


def test_point_1_the_memory_of_a_process_is_what_it_holds(greedy: subprocess.Popen[bytes]) -> None:
    assert 300_000_000 <= held_bytes(identity.of(greedy.pid)) < 400_000_000
    assert held_bytes("1/1/1") == 0


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")]
)
def test_point_1_a_run_without_memory_ends_in_a_sentence_and_not_as_a_bug(
    error: Exception, attempt: Any, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(run_process, "carry_out", fail)
    result = run_process.do(stage.played[0].order, Event(), choose())
    assert (result.status, result.bug_number, result.hint) == ("failed", None, HINT)
