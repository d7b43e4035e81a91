"""Runs that are killed twice, at spots of somebody's choosing, and looked after until they have ended well."""

import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field

import psutil

from core.failpoints import FAILPOINTS
from tests.chaos.house import House, Keys

SWEEP_S = 90.0
"""A lost run is taken up again within so long of a supervisor's start."""
LATER = {"supervisor.carried": 6, "jobs.recording": 6, "run.step": 60, "run.speaking": 20, "checkpoint.writing": 4,
         "checkpoint.sealed": 4, "checkpoint.named": 4}  # fmt: skip
"""Spots that are passed so often: the kill comes at one of these times."""
_OF_RUNS = ("supervisor", "jobs", "run", "checkpoint", "bundle")
OF_RUNS = tuple(name for name in FAILPOINTS if name.split(".")[0] in _OF_RUNS)
AT_RANDOM = ("supervisor, anywhere", "run process, anywhere")


@dataclass
class Toll:
    """What was killed where, and what it cost."""

    kills: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    """Armed, but the run was over first."""
    runs: int = 0
    resumed: int = 0
    """Runs that went on from a checkpoint."""
    given_up: int = 0
    """Runs that lost all their tries, said so, and were resumed by hand."""
    slowest_s: float = 0.0
    """The longest that a lost run waited, from the start of a supervisor, until a process worked on it."""

    def add(self, other: "Toll") -> None:
        """Both together."""
        self.kills += other.kills
        self.missed += other.missed
        self.runs, self.resumed = self.runs + other.runs, self.resumed + other.resumed
        self.given_up += other.given_up
        self.slowest_s = max(self.slowest_s, other.slowest_s)


class Ordeal:
    """One run, killed at each of `spots` in turn, then left in peace."""

    def __init__(self, house: House, chance: random.Random) -> None:
        self.house = house
        self.chance = chance
        self.toll = Toll(runs=1)
        self._acknowledged: Keys = set()

    def undergo(self, spots: tuple[str, ...]) -> Toll:
        """Kills at each spot, lets the run end, and checks everything that was promised."""
        house = self.house
        house.undisturbed()
        run_id = house.store.runs.queue(house.config(), f"ordeal-{time.time_ns()}").id
        for spot in spots:
            self._live(run_id, spot)
            house.check_database()
            self._acknowledged |= house.acknowledged(run_id)
        self._live(run_id, "")
        house.check_outcome(run_id, self._acknowledged)
        house.check_nobody_left()
        if any("Resumed from" in line.text for line in house.store.runs.log(run_id)):
            self.toll.resumed += 1
        return self.toll

    def _live(self, run_id: str, spot: str) -> None:
        """A supervisor's life: until the kill at `spot`, or the run's end."""
        house, mark = self.house, self.house.mark()
        at = f"{spot}:{self.chance.randint(1, LATER.get(spot, 1))}" if spot in FAILPOINTS else ""
        began = time.monotonic()
        with house.supervisor(at, mark) as process:
            taken_up = False
            deadline = began + 240
            until = began + self.chance.uniform(0.5, 12) if spot in AT_RANDOM else None
            while time.monotonic() < deadline:
                working = house.working_on(run_id)
                assert len(working) <= 1, (
                    f"two processes at once: {[(pid, psutil.Process(pid).cmdline()) for pid in working]}"
                )
                run = house.store.runs.get(run_id)
                if not taken_up and (working or run.has_ended or mark.exists()):
                    taken_up = True
                    self._note_wait(time.monotonic() - began)
                if mark.exists():
                    break
                if process.poll() is not None:
                    raise AssertionError(f"the supervisor ended by itself with {process.returncode}")
                if run.has_ended and not self._goes_on(run_id):
                    break
                if spot == "jobs.returning" and working:
                    self._kill(working[0], "run process, anywhere")
                if until and time.monotonic() > until and self._kill_at_random(spot, process.pid, working):
                    return
                time.sleep(0.02)
            else:
                raise AssertionError(f"run {run_id} did not end within 240 s after a kill at '{spot}'")
        if at:
            (self.toll.kills if mark.exists() else self.toll.missed)[spot] += 1
        elif until:
            self.toll.missed[spot] += 1

    def _note_wait(self, waited_s: float) -> None:
        assert waited_s < SWEEP_S, f"nobody took the run up for {waited_s:.0f} s"
        self.toll.slowest_s = max(self.toll.slowest_s, waited_s)

    def _goes_on(self, run_id: str) -> bool:
        """A run that lost all its tries has said so; it goes on when somebody resumes it."""
        run = self.house.store.runs.get(run_id)
        if run.status != "failed":
            return False
        assert run.error is not None
        assert "was lost" in run.error.message
        self.house.store.runs.resume(run_id)
        self.toll.given_up += 1
        return True

    def _kill_at_random(self, spot: str, supervisor: int, working: list[int]) -> bool:
        if spot == "supervisor, anywhere":
            self._kill(supervisor, spot)
            return True
        if working:
            self._kill(working[0], spot)
            return True
        return False

    def _kill(self, pid: int, what: str) -> None:
        os.kill(pid, signal.SIGKILL)
        self.toll.kills[what] += 1
