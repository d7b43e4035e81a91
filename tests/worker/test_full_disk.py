"""A disk without room: a sentence, nothing half-kept, and everything goes on once there is room again.

A limit on the size of files stands for the disk: the kernel then refuses a write half-way, as a full disk does.
"""

import random
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from core.config import RunConfig
from core.data import Table
from core.disk import DiskFull, is_full, room_for
from core.events import Measured
from core.training.checkpoints import newest_whole, save_whole
from storage import Store
from storage.backup import back_up
from tests.worker.conftest import ended, supervised, wait_for
from tests.worker.test_stubborn_processes import LIGHT, played
from worker.event_file import EventWriter, read_events
from worker.executor import LocalExecutor

pytestmark = pytest.mark.xdist_group("processes")
__all__ = ["played"]
Make = Callable[..., RunConfig]
NO_CHECKPOINT = LIGHT + "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (50_000, -1))\nlight._run()"
NOT_A_BYTE = LIGHT + (
    "import resource\ndef full(order, report):\n    resource.setrlimit(resource.RLIMIT_FSIZE, (1, -1))\n"
    "    count(order, report)\ncount, light.count = light.count, full\nlight._run()"
)


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file of this process grows beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def many_rows() -> Table:
    words = random.Random(0)
    texts = [words.randbytes(64).hex() for _ in range(20_000)]
    return Table(pd.DataFrame({"text": texts, "label": ["a", "b"] * 10_000}), ())


def leftovers(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.suffix in (".new", ".part") or path.name.startswith(".new-")]


def test_rows_that_do_not_fit_are_refused_and_leave_nothing(store: Store) -> None:
    with files_of_at_most(200_000), pytest.raises(DiskFull, match="disk is full"):
        store.datasets.add(many_rows(), name="many", source="x")
    assert leftovers(store.home) == []
    assert store.datasets.list() == []
    assert store.datasets.add(many_rows(), name="many", source="x").rows == 20_000


def test_a_backup_that_does_not_fit_is_refused_and_leaves_nothing(store: Store, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    (store.home / "models" / "weights").write_bytes(random.Random(0).randbytes(2_000_000))
    with files_of_at_most(1_500_000), pytest.raises(DiskFull, match="the backup"):
        back_up(store.home, place / "b.zip")
    assert list(place.iterdir()) == []
    back_up(store.home, place / "b.zip")


def test_a_checkpoint_that_does_not_fit_leaves_the_one_before(tmp_path: Path) -> None:
    save_whole(tmp_path, 1, lambda folder: (folder / "weights").write_bytes(b"x" * 100), identity="me")  # type: ignore[arg-type]
    with files_of_at_most(50_000), pytest.raises(OSError, match="too large") as full:
        save_whole(tmp_path, 2, lambda folder: (folder / "weights").write_bytes(b"x" * 100_000), identity="me")  # type: ignore[arg-type]
    assert is_full(full.value)
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint-1"]
    assert newest_whole(tmp_path, identity="me") == tmp_path / "checkpoint-1"


def test_an_event_that_does_not_fit_leaves_no_half_line(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    writer = EventWriter(path)
    writer.write(Measured(name="x", value=1.0, step=1))
    with files_of_at_most(path.stat().st_size + 20), pytest.raises(OSError, match="too large"):
        writer.write(Measured(name="x", value=2.0, step=2))
    writer.write(Measured(name="x", value=3.0, step=3))
    assert [event.step for event in read_events(path, 0)[0]] == [1, 3]


@pytest.mark.parametrize("text", [NO_CHECKPOINT, NOT_A_BYTE], ids=["no checkpoint fits", "not a byte fits"])
def test_a_run_that_finds_no_room_says_so_and_goes_on_when_it_is_resumed(
    store: Store, make: Make, played: Callable[[str], LocalExecutor], text: str
) -> None:
    run = store.runs.queue(make(epochs=8), "one")
    with supervised(store, played(text)):
        failed = ended(store, run.id)
    assert failed.status == "failed"
    assert failed.error is not None
    assert failed.error.message.startswith("The disk is full")
    assert "resumed" in failed.error.hint
    store.runs.resume(run.id)
    with supervised(store, LocalExecutor(store.logs, "tests.chaos.light")):
        assert ended(store, run.id).status == "succeeded"


def test_a_database_without_room_makes_the_supervisor_wait_and_loses_nothing(
    store: Store, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    run = store.runs.queue(make(epochs=50), "one")
    with supervised(store, LocalExecutor(store.logs, "tests.chaos.light")):
        wait_for(lambda: "train/loss" in store.runs.series(run.id), "the first numbers")
        with files_of_at_most(1000):
            wait_for(lambda: "will be tried again" in caplog.text, "a write that fails")
        assert ended(store, run.id).status == "succeeded"
    assert store.runs.get(run.id).attempts == 1
    assert len(store.runs.series(run.id)["train/loss"].steps) == 400
    assert store.health().checks[0].ok


def test_other_failures_stay_what_they_are() -> None:
    with pytest.raises(ValueError, match="else"), room_for("it"):
        raise ValueError("something else")


@pytest.mark.parametrize("words", ["database or disk is full", "I/O error: No space left on device (os error 28)"])
def test_libraries_that_say_it_in_words_are_understood(words: str) -> None:
    with pytest.raises(DiskFull), room_for("it"):
        raise RuntimeError(words)
