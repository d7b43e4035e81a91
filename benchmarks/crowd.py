"""Ten people at work on one store while any of its processes is stopped, ended or killed at random.

    python benchmarks/crowd.py [--minutes 10] [--people 10] [--postgres] [--disk-mb 0] [--seed 0]

Each person adds rows, trains, asks for a comparison, predicts, shares, backs up, by the real command line, over and
over. Meanwhile SIGTERM, SIGKILL, or SIGSTOP and a few seconds later SIGCONT go to a process of the store at a time: a
worker, a run, a command, a sandbox. A worker that has gone is started again, as a service manager would. Afterwards
nobody is disturbed, the queue runs empty, and this must hold: what a command said was done is there; every run has
succeeded, or says that its process died three times and goes on when it is resumed; the store is sound, file for file
(`health --deep`); and no file is without a row but those that `prune` names. With `--disk-mb` the store lies on a disk
of so many MB, which fills; with `--postgres` its rows are in a PostgreSQL.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil

from storage import Store
from storage.unneeded import PruneOptions
from tests.chaos.house import House
from tests.tiny import make_tiny
from tests.worker.conftest import wait_for

if TYPE_CHECKING:
    from tests.postgres import Server

EVERY_S = 3.0
"""Mean time between two signals."""
STOPPED_S = 8.0
DRAINED_S = 1_200
NO_MATTER = ("worker", "disk", "durability")
"""Checks of health that this makes fail itself: no worker, a filled disk, the tests' quick PostgreSQL."""
KINDS = {"worker.run_process": "run", "core.fork_server": "sandbox", "dashboard": "command", "worker": "worker"}


@dataclass
class Tally:
    """What was done to whom, and what the commands said was done."""

    signals: Counter[tuple[str, str]] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    datasets: set[str] = field(default_factory=set)
    runs: set[str] = field(default_factory=set)
    backups: list[Path] = field(default_factory=list)
    full: int = 0
    """Commands that were refused since the disk was full."""
    tracebacks: list[str] = field(default_factory=list)


class Person(threading.Thread):
    """A person who works by the command line until the time is over."""

    def __init__(self, house: House, tally: Tally, number: int, over: threading.Event) -> None:
        super().__init__(name=f"person-{number}", daemon=True)
        self.house, self.tally, self.over = house, tally, over
        self.chance = random.Random(number)  # noqa: S311  # the same wishes again, not a secret
        self.mine: list[str] = []
        self.turn = 0

    def run(self) -> None:
        """Does one thing after another."""
        while not self.over.is_set():
            self.turn += 1
            wish = self.chance.choice(("add", "add", "train", "train", "compare", "predict", "share", "backup"))
            getattr(self, wish)()

    def add(self) -> None:
        """Adds rows."""
        name = f"{self.name}-{self.turn}"
        place = self.house.store.home.parent / f"{name}.csv"
        try:
            place.write_text("text,label\n" + "\n".join(f"row {n} of {name},{'ab'[n % 2]}" for n in range(60)))
        except OSError:  # the disk is full for her file too
            return
        if self._said("datasets", "add", str(place), "--name", name, "--target", "label") is not None:
            self.tally.datasets.add(name)

    def train(self) -> None:
        """Queues a run."""
        asked = ["--dataset", self.house.dataset.id, "--set", "model=local:tiny", "--set", "epochs=2"]
        if told := self._said("train", *asked, "--set", "batch_size=16"):
            self.mine.append(told["run"]["id"])
            self.tally.runs.add(told["run"]["id"])

    def compare(self) -> None:
        """Compares two runs that have ended."""
        if len(ended := self._ended()) > 1:
            self._said("compare", *ended[:2])

    def predict(self) -> None:
        """Asks a model."""
        if ended := self._ended():
            self._said("predict", ended[0], "--text", "the oil price rose")

    def share(self) -> None:
        """Shares a report."""
        if ended := self._ended():
            self._said("share", ended[0])

    def backup(self) -> None:
        """Writes a backup, and takes the last one away."""
        place = self.house.store.home.parent / f"{self.name}-{self.turn}.zip"
        if self._said("backup", str(place)) is not None:
            with suppress(IndexError):
                self.tally.backups.pop(0).unlink()
            self.tally.backups.append(place)

    def _ended(self) -> list[str]:
        with suppress(Exception):  # the store may be out of reach, and then she waits
            return [run.id for run in self.house.store.runs.list(status="succeeded")]
        return []

    def _said(self, *words: str) -> dict[str, object] | None:
        """The JSON document of a command that ended well."""
        done = subprocess.run(
            [sys.executable, "-m", "dashboard", *words, "--json"],
            cwd=self.house.store.home.parent,
            env=self.house.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        name = words[1] if words[0] == "datasets" else words[0]
        if "Traceback" in done.stderr or "Something went wrong" in done.stdout + done.stderr:
            self.tally.tracebacks.append(f"{' '.join(words[:2])}: {done.stderr[-1500:]}{done.stdout[-500:]}")
        if done.returncode:
            self.tally.refused[name] += 1
            self.tally.full += "disk" in done.stderr + done.stdout
            return None
        self.tally.done[name] += 1
        told: dict[str, object] = json.loads(done.stdout)
        return told


def kind_of(process: psutil.Process) -> str | None:
    """What a process is for the store, by its command line; None where it is another's."""
    with suppress(psutil.Error):
        words = process.cmdline()
        return next((kind for word, kind in KINDS.items() if "-m" in words and word in words), None)
    return None


class Trouble(threading.Thread):
    """Sends a signal to one process of the store after the other."""

    def __init__(self, tally: Tally, seed: int, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self.tally, self.over = tally, over
        self.chance = random.Random(seed)  # noqa: S311
        self.stopped: list[psutil.Process] = []

    def run(self) -> None:
        """Until the time is over; whoever stands still goes on at the end."""
        while not self.over.wait(self.chance.expovariate(1 / EVERY_S)):
            below = psutil.Process().children(recursive=True)
            by_kind: dict[str, list[psutil.Process]] = {}
            for one in below:
                if kind := kind_of(one):
                    by_kind.setdefault(kind, []).append(one)
            if by_kind:
                kind = self.chance.choice(sorted(by_kind))
                self.disturb(kind, self.chance.choice(by_kind[kind]))
        for one in self.stopped:
            with suppress(psutil.Error):
                one.resume()

    def disturb(self, kind: str, process: psutil.Process) -> None:
        """One signal; SIGCONT follows SIGSTOP."""
        how = self.chance.choice((signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP))
        with suppress(psutil.Error):
            process.send_signal(how)
            self.tally.signals[kind, how.name] += 1
            if how is signal.SIGSTOP:
                self.stopped.append(process)
                threading.Timer(self.chance.uniform(0.2, STOPPED_S), lambda: self.resume(process)).start()

    def resume(self, process: psutil.Process) -> None:
        """Lets a process go on."""
        with suppress(psutil.Error):
            process.resume()


def keep_a_worker(house: House, over: threading.Event) -> None:
    """Starts the worker again whenever it has gone."""
    while not over.is_set():
        with house.supervisor() as process:
            while process.poll() is None and not over.wait(0.5):
                pass
            if over.is_set():
                process.terminate()
                process.wait(60)


def drain(house: House, tally: Tally) -> int:
    """Lets the queue run empty, undisturbed; a run that lost all its tries is resumed once. Returns how many were."""
    resumed = 0
    with house.supervisor():
        for run_id in sorted(tally.runs):
            wait_for(lambda one=run_id: house.store.runs.get(one).has_ended, f"the end of {run_id}", DRAINED_S)
            if house.store.runs.get(run_id).status != "succeeded":
                resumed += 1
                house.store.runs.resume(run_id)
                wait_for(lambda one=run_id: house.store.runs.get(one).has_ended, f"the end of {run_id}", DRAINED_S)
    return resumed


def check(house: House, tally: Tally, database: "Server | None") -> None:
    """What was said to be done is there, and every file has its row. Raises AssertionError."""
    store = house.store
    names = {one.name for one in store.datasets.list()}
    assert tally.datasets <= names, f"lost datasets: {sorted(tally.datasets - names)}"
    for name in tally.datasets:
        assert len(store.datasets.frame(name)) == 60, name
    for run_id in tally.runs:
        assert store.runs.get(run_id).status == "succeeded", store.runs.get(run_id).error
    deep = subprocess.run(
        [sys.executable, "-m", "dashboard", "health", "--deep", "--json"],
        cwd=store.home.parent,
        env=house.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    checks = json.loads(deep.stdout)["checks"]
    wrong = [one for one in checks if not one["ok"] and one["name"].casefold() not in NO_MATTER]
    assert not wrong, wrong
    for place in tally.backups:
        with tempfile.TemporaryDirectory() as folder:
            from storage.backup import restore

            use_an_empty(database)
            restore(place, Path(folder) / "home")
    check_strays(store)
    house.check_nobody_left()
    assert not tally.tracebacks, tally.tracebacks[0]


def use_an_empty(database: "Server | None") -> None:
    """Points what is opened from now on at a new database of the server, where there is one."""
    if database:
        os.environ["TUNEBOARD_DATABASE_URL"] = database.url(database.new_database())


def check_strays(store: Store) -> None:
    """Every file under files, runs and shares has a row, or is named by a dry run of prune."""
    long_ago = time.time() - 30 * 86_400
    for place in store.home.rglob("*"):
        if place.is_file() and place.name != "tuneboard.db":
            os.utime(place, (long_ago, long_ago))
    for place in sorted(store.home.glob("*/*"), reverse=True):
        os.utime(place, (long_ago, long_ago))
    pruned = {one.subject for one in store.pruning.plan(PruneOptions())}
    runs = {one.id for one in store.runs.list()}
    known = {one.id for one in store.datasets.list()}
    for folder in (store.home / "runs").iterdir():
        assert folder.name in runs | pruned, f"a run's folder without a row: {folder}"
    print(f"{len(pruned)} things that prune would take; {len(runs)} runs, {len(known)} datasets", file=sys.stderr)


@contextmanager
def place_for(disk_mb: int) -> Iterator[Path]:
    """A temporary folder, on a disk of its own of so many MB where that is not 0 (root only)."""
    with tempfile.TemporaryDirectory(prefix="tuneboard-crowd-", ignore_cleanup_errors=True) as folder:
        if disk_mb:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={disk_mb}m", "tmpfs", folder], check=True)
        try:
            yield Path(folder)
        finally:
            if disk_mb:
                subprocess.run(["umount", "-l", folder], check=True)


def watch_disk(place: Path, seconds: float, over: threading.Event) -> float:
    """Waits; returns the least room in MB that was left on the disk of the folder meanwhile."""
    until, least = time.monotonic() + seconds, float("inf")
    while time.monotonic() < until and not over.wait(0.2):
        least = min(least, shutil.disk_usage(place).free / 1e6)
    return least


def main() -> None:
    """Works, disturbs, and prints what became of it."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--minutes", type=float, default=10)
    given.add_argument("--people", type=int, default=10)
    given.add_argument("--postgres", action="store_true")
    given.add_argument("--disk-mb", type=int, default=0)
    given.add_argument("--seed", type=int, default=0)
    asked = given.parse_args()
    tally, over = Tally(), threading.Event()
    with ExitStack() as stack:
        place = stack.enter_context(place_for(asked.disk_mb))
        if asked.disk_mb:
            os.environ["TUNEBOARD_MIN_FREE_GB"] = "0"  # it shall fill to the last byte
        database = None
        if asked.postgres:
            from tests.postgres import server

            database = stack.enter_context(server())
            use_an_empty(database)
        house = House(place / "home", make_tiny(place / "tiny", place / "models"), epochs=2)
        trouble = Trouble(tally, asked.seed, over)
        people = [Person(house, tally, number, over) for number in range(asked.people)]
        worker = threading.Thread(target=keep_a_worker, args=(house, over), daemon=True)
        for thread in (worker, trouble, *people):
            thread.start()
        least_free = watch_disk(place, asked.minutes * 60, over)
        over.set()
        for thread in (trouble, *people, worker):
            thread.join(300)
        if asked.disk_mb:  # somebody makes room
            for backup in tally.backups:
                backup.unlink()
            tally.backups.clear()
            subprocess.run(["mount", "-o", f"remount,size={4 * asked.disk_mb}m", str(place)], check=True)
        resumed = drain(house, tally)
        check(house, tally, database)
    disturbed = ", ".join(f"{kind} {name} {count}" for (kind, name), count in sorted(tally.signals.items()))
    done = ", ".join(
        f"{name} {tally.done[name]} of {tally.done[name] + tally.refused[name]}" for name in sorted(tally.done)
    )
    if asked.disk_mb:
        print(f"At least {least_free:.2f} MB of the disk were free; {tally.full} commands were refused for its sake.")
    print(
        f"{sum(tally.signals.values())} signals in {asked.minutes:g} minutes ({disturbed}). Commands that ended well: "
        f"{done}. {len(tally.runs)} runs, all succeeded in the end, {resumed} of them resumed once after they had said "
        "why they could not go on. Nothing that a command had said was done is missing, and the store is sound."
    )


if __name__ == "__main__":
    main()
