"""A store with a tiny run to do, and the questions that must have the same answer whatever was killed."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from core.config import RunConfig, make_config
from core.data import Table
from core.events import Measured
from core.training.checkpoints import is_whole
from storage import Run, Store
from tests.worker.conftest import sixty_rows, wait_for
from worker import identity
from worker.event_file import read_events
from worker.order import events_path

ROOT = Path(__file__).resolve().parents[2]
TOLERANCE = 1e-4
"""A resumed run's validation losses may differ by so much from an undisturbed run's."""
Keys = set[tuple[str, int]]


class House:
    """A home of its own, the undisturbed run to compare with, and what has been killed in it.

    Without a model, its runs only count: all is real but for torch (see `light`).
    """

    def __init__(self, home: Path, tiny_model: Path | None = None, epochs: int = 8) -> None:
        self.store = Store.open(home)
        self.supervise = ("-m", "worker") if tiny_model else ("-m", "tests.chaos.light", "supervise")
        if tiny_model:
            shutil.copytree(tiny_model, self.store.models / tiny_model.name, dirs_exist_ok=True)
        self.dataset = self.store.datasets.add(Table(sixty_rows(), ()), name="desks", source="desks.csv")
        self.reference: Run | None = None
        self.epochs = epochs
        self._marks = 0

    def config(self, epochs: int = 0) -> RunConfig:
        """Passes over sixty rows, eight of them a second of training, with a checkpoint every tenth of it."""
        return make_config(
            dataset=self.dataset.id,
            preset="balanced",
            model="local:tiny",
            epochs=epochs or self.epochs,
            batch_size=4,
            **{"task.max_tokens": 32},
        )

    def environment(self, failpoint: str = "", mark: Path | None = None) -> dict[str, str]:
        """The environment of a process that dies at `failpoint`, once."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TUNEBOARD_FAILPOINT")}
        armed = {"TUNEBOARD_FAILPOINT": failpoint, "TUNEBOARD_FAILPOINT_ONCE": str(mark)} if failpoint else {}
        paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        return {
            **kept,
            **armed,
            "TUNEBOARD_HOME": str(self.store.home),
            "TUNEBOARD_CHECKPOINT_EVERY_S": "0.1",
            "HF_HUB_OFFLINE": "1",
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": paths,
        }

    def mark(self) -> Path:
        """A file that appears with a kill."""
        self._marks += 1
        return self.store.home.parent / f"killed-{self._marks}"

    def begin(self, *words: str, failpoint: str = "", mark: Path | None = None) -> "subprocess.Popen[bytes]":
        """Starts `python words...` in this house."""
        with (self.store.home.parent / "said.log").open("ab") as said:
            return subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                env=self.environment(failpoint, mark),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )

    @contextmanager
    def supervisor(self, failpoint: str = "", mark: Path | None = None) -> Iterator["subprocess.Popen[bytes]"]:
        """A supervisor that dies at `failpoint`, or with the block."""
        process = self.begin(*self.supervise, failpoint=failpoint, mark=mark)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def undisturbed(self) -> Run:
        """A run that nothing happens to; made once."""
        if self.reference is None:
            run = self.store.runs.queue(self.config(), "undisturbed")
            with self.supervisor():
                wait_for(lambda: self.store.runs.get(run.id).has_ended, "the undisturbed run")
            self.reference = self.store.runs.get(run.id)
            assert self.reference.status == "succeeded", self.reference.error
        return self.reference

    def acknowledged(self, run_id: str) -> Keys:
        """Every metric that is in storage."""
        return {(name, int(step)) for name, one in self.store.runs.series(run_id).items() for step in one.steps}

    def said(self, run_id: str) -> Keys:
        """Every metric that any attempt of the run has written into its events."""
        found: Keys = set()
        for attempt in (self.store.runs.folder / run_id / "attempts").glob("[0-9]*"):
            start, events = -1, []
            end = 0
            while end != start:
                start = end
                events, end = read_events(events_path(attempt), start)
                found |= {(event.name, event.step) for event in events if isinstance(event, Measured)}
        return found

    def working_on(self, run_id: str) -> list[int]:
        """The processes that hold an event file of this run open: those that work on it."""
        folder = str(self.store.runs.folder / run_id)
        return [pid for pid in _run_processes() if any(name.startswith(folder) for name in _open_events(pid))]

    def check_database(self) -> None:
        """The database file is sound."""
        with sqlite3.connect(self.store.home / "tuneboard.db", timeout=30) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []

    def check_outcome(self, run_id: str, acknowledged: Keys) -> None:
        """The run is as if nothing had happened, and nothing that storage had is missing."""
        run, reference = self.store.runs.get(run_id), self.undisturbed()
        assert run.status == "succeeded", run.error
        there = self.acknowledged(run_id)
        assert acknowledged <= there, f"lost from storage: {sorted(acknowledged - there)[:5]}"
        assert self.said(run_id) <= there, f"never reached storage: {sorted(self.said(run_id) - there)[:5]}"
        assert run.evaluation is not None
        assert reference.evaluation is not None
        assert run.evaluation.metrics == reference.evaluation.metrics
        name = "train/loss" if "supervise" in self.supervise else "validation/loss"
        ours, theirs = (self.store.runs.series(one)[name] for one in (run_id, reference.id))
        assert list(ours.steps) == list(theirs.steps)
        assert ours.values == pytest.approx(theirs.values, abs=TOLERANCE)
        assert is_whole(self.store.runs.bundle(run_id), identity="bundle")
        self.check_database()

    def check_nobody_left(self) -> None:
        """No run process outlives its supervisor by more than it needs to save."""
        wait_for(lambda: not identity.orphans(self.store.logs), "the end of the orphans", 60)


def _run_processes() -> list[int]:
    """Not the supervisor, which opens the events to read them, nor what a run process is just forking."""
    found: list[int] = []
    for one in psutil.process_iter():
        try:
            words = set(one.cmdline())
            is_one = "worker.run_process" in words or ("tests.chaos.light" in words and "supervise" not in words)
            if is_one and one.ppid() not in found:
                found.append(one.pid)
        except psutil.Error:
            continue
    return found


def _open_events(pid: int) -> list[str]:
    try:
        return [
            name
            for link in Path(f"/proc/{pid}/fd").iterdir()
            if (name := str(link.readlink())).endswith("events.jsonl")
        ]
    except OSError:
        return []
