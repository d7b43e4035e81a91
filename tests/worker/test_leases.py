"""Who may work on a run: one, whatever stands still, dies, forks or sets the clock."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from storage import Job
from tests.chaos.house import House
from tests.worker.conftest import wait_for
from worker import identity
from worker.endings import read_result
from worker.executor import LocalExecutor, LocalProcess
from worker.order import RunOrder
from worker.supervisor import Supervisor
from worker.tie import leased_path

pytestmark = pytest.mark.xdist_group("processes")
ROOT = Path(__file__).parent.parent.parent
LIGHT = "tests.chaos.light"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "home")


def job_of(house: House, run_id: str) -> Job | None:
    return next((job for job in house.store.jobs.held_by("") if job.run_id == run_id), None)


def thread_states(pid: int) -> set[str]:
    """States of the process's threads, a letter each, as proc(5) has them."""
    states = set()
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
            states.add((thread / "stat").read_text().rpartition(")")[2].split()[0])
    return states


def stand_still(house: House, process: "subprocess.Popen[bytes]") -> None:
    """SIGSTOP, at a moment when it neither reads nor writes: SQLite's lock would stand still with it."""

    def stopped_between_transactions() -> bool:
        process.send_signal(signal.SIGSTOP)
        wait_for(lambda: thread_states(process.pid) == {"T"}, "each of its threads to stop")
        with sqlite3.connect(house.store.home / "tuneboard.db", timeout=0.5, isolation_level=None) as probe:
            try:
                probe.execute("BEGIN EXCLUSIVE")
                probe.execute("ROLLBACK")
            except sqlite3.OperationalError:
                process.send_signal(signal.SIGCONT)
                return False
        return True

    wait_for(stopped_between_transactions, "it to stand still")


@pytest.mark.slow
def test_a_supervisor_that_stood_still_past_its_lease_has_lost_the_run_and_writes_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGSTOP, somebody else takes the run up, SIGCONT: the first one's process is ended, its writes are refused."""
    run = house.store.runs.queue(house.config(epochs=200), "one")
    stop = threading.Event()
    with house.supervisor() as first:
        wait_for(lambda: house.acknowledged(run.id), "the first numbers")
        stand_still(house, first)
        monkeypatch.setattr("storage.jobs.LEASE_S", 1.0)
        monkeypatch.setattr("worker.supervisor.SWEEP_S", 0.2)
        second = Supervisor(house.store, LocalExecutor(house.store.logs, LIGHT))
        thread = threading.Thread(target=second.work, kwargs={"stop": stop})
        thread.start()
        try:
            wait_for(lambda: (job := job_of(house, run.id)) and job.owner == second.id and job.began == 2, "its turn")
            monkeypatch.setattr("storage.jobs.LEASE_S", 60.0)
            first.send_signal(signal.SIGCONT)
            said = house.store.home.parent / "said.log"
            wait_for(lambda: "lost the lease" in said.read_text(), "the first one to hear of it")
            while not house.store.runs.get(run.id).has_ended:
                assert len(house.working_on(run.id)) <= 1
                time.sleep(0.02)
            assert first.poll() is None
        finally:
            stop.set()
            thread.join(60)
    ended = house.store.runs.get(run.id)
    assert (ended.status, ended.attempts) == ("succeeded", 2), ended.error
    assert house.said(run.id) <= house.acknowledged(run.id)


def test_two_supervisors_of_one_name_share_the_queue_and_do_every_run_once(house: House) -> None:
    runs = [house.store.runs.queue(house.config(epochs=1), str(n)).id for n in range(6)]
    with house.supervisor(), house.supervisor():
        wait_for(lambda: all(house.store.runs.get(one).has_ended for one in runs), "the end of all runs")
    assert [(run.status, run.attempts) for run in map(house.store.runs.get, runs)] == [("succeeded", 1)] * 6


def test_a_lease_is_judged_by_standing_still_and_not_by_the_clock(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wall clock jumps a day ahead and two days back; only the watch of whoever looks decides."""
    wall, watch = [time.time()], [0.0]
    monkeypatch.setattr("storage.jobs.time", SimpleNamespace(time=lambda: wall[0], monotonic=lambda: watch[0]))
    house.store.runs.queue(house.config(), "one")
    job = house.store.jobs.claim("somebody elsewhere")
    assert job is not None
    jobs = house.store.jobs
    for day in (1, -2):
        wall[0] += day * 86_400
        assert jobs.sweep() == []
        watch[0] += 40
        assert jobs.sweep() == []
        jobs.renew(job)
        watch[0] += 40
        assert jobs.sweep() == []
    watch[0] += 59
    assert jobs.sweep() == []
    watch[0] += 2
    assert jobs.sweep() == [job.run_id]


def test_a_renewal_between_the_look_and_the_taking_keeps_the_lease(house: House) -> None:
    from storage.jobs import _take_back

    house.store.runs.queue(house.config(), "one")
    job = house.store.jobs.claim("somebody")
    assert job is not None
    house.store.jobs.renew(job)
    with house.store._database.write() as session:
        assert not _take_back(session, job.run_id, (job.token, 1.0))
    assert house.store.jobs.renew(job) is False


def test_a_stranger_with_a_dead_process_s_number_is_left_alone(house: House) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    pid, started, boot = identity.of(stranger.pid).split("/")
    try:
        earlier = f"{pid}/{int(float(started)) - 5}/{boot}"
        assert identity.process(earlier) is None
        assert identity.is_gone(earlier)
        before_the_boot = f"{pid}/{started}/another"
        assert identity.process(before_the_boot) is None
        assert not identity.is_gone(before_the_boot), "of another boot, or another machine of this name, nobody knows"
        for forged in (earlier, before_the_boot, "nonsense", "1/x/y"):
            LocalExecutor(house.store.logs).recover(forged)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_the_identity_of_a_process_does_not_move_with_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """psutil's boot time is 'now' less the uptime, so that it changes when the clock is set."""
    before = identity.of(os.getpid())
    identity.boot.cache_clear()
    monkeypatch.setattr(psutil, "boot_time", lambda: 86_400.0)
    assert identity.of(os.getpid()) == before


def test_another_machine_of_the_same_name_keeps_its_runs(house: House) -> None:
    """Its supervisor cannot be seen from here, so only its lease says whether it lives."""
    run = house.store.runs.queue(house.config(), "one")
    pid, started, _ = identity.of(os.getpid()).split("/")
    assert house.store.jobs.claim(f"{identity.host()} {pid}/{started}/its-own-boot abcd") is not None
    Supervisor(house.store, LocalExecutor(house.store.logs, LIGHT))._take_back_from_the_dead()
    assert house.store.runs.get(run.id).attempts == 1
    assert job_of(house, run.id) is not None


FORKS = """
import os, subprocess, sys, time
sys.stdout.write("warm\\n"); sys.stdout.flush()
subprocess.Popen(["setsid", "sleep", "300"])
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(300)
    os._exit(0)
time.sleep(300)
"""


@pytest.fixture
def forks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "forks_away.py").write_text(FORKS)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    return "forks_away"


def test_descendants_that_left_the_process_group_end_with_it_also_when_it_was_killed(house: House, forks: str) -> None:
    process = LocalProcess(house.store.logs, forks)
    wait_for(lambda: len(identity.members(process._family)) >= 3, "its descendants")
    process._popen.kill()
    process._popen.wait()
    assert len(identity.members(process._family)) >= 2
    process.end(now=True)
    wait_for(lambda: not identity.members(process._family), "their end")


def test_what_a_dead_supervisor_left_is_swept_and_what_a_living_one_runs_is_not(house: House, forks: str) -> None:
    start = f"from worker.executor import LocalProcess; from pathlib import Path; import time, sys\n\
p = LocalProcess(Path(sys.argv[1]), '{forks}'); print(p._family, flush=True); time.sleep(300)"
    dying = subprocess.Popen(
        [sys.executable, "-c", start, str(house.store.logs)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    living = LocalProcess(house.store.logs, forks)
    try:
        assert dying.stdout is not None
        family = dying.stdout.readline().strip()
        wait_for(lambda: len(identity.members(family)) >= 3, "the descendants of the one")
        wait_for(lambda: len(identity.members(living._family)) >= 3, "the descendants of the other")
        dying.kill()
        dying.wait()
        LocalExecutor(house.store.logs).recover("1/1/1")
        wait_for(lambda: not identity.members(family), "the end of the orphans")
        assert len(identity.members(living._family)) >= 3
    finally:
        dying.kill()
        living.end(now=True)


SILENCE = """
import time
from worker import tie
tie.LOOK_S, tie.SILENT_S, tie.GONE_S = 0.05, 1.0, 3.0
from tests.chaos import light
light.STEP_S = {step}
if {hangs}:
    light.newest_whole = lambda *_, **__: time.sleep(300)
light._run()
"""


@pytest.mark.parametrize(("hangs", "code"), [(False, 0), (True, 75)])
def test_a_run_whose_supervisor_stands_still_ends_itself_before_the_lease_lapses(
    house: House, tmp_path: Path, hangs: bool, code: int
) -> None:
    """Its standard input is open, its lease is not renewed: it saves and ends; if it cannot, it ends."""
    run = house.store.runs.queue(house.config(epochs=200), "one")
    order = RunOrder(
        run_id=run.id,
        config=run.config,
        dataset=house.store.datasets.path(run.dataset_id),
        attempt=tmp_path / "attempts" / "1",
        work=tmp_path / "work",
        models=house.store.models,
        cache=house.store.cache,
    )
    order.attempt.mkdir(parents=True)
    leased_path(order.attempt).write_bytes(b"1")
    words = [sys.executable, "-c", SILENCE.format(step=0.01, hangs=hangs)]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        process.stdin.write(order.model_dump_json().encode() + b"\n")
        process.stdin.flush()
        assert process.wait(120) == code
    result = read_result(order.attempt)
    assert (result and result.status) == (None if hangs else "stopped")
