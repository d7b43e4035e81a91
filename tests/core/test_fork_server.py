"""The fork server: each request in a process of its own that met no other, and nothing left when its owner is gone."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest

from core import apart as module
from core.apart import apart
from core.errors import DatasetError
from core.fork_server import SERVERS, ForkServer, NoServer
from tests.conftest import ROOT
from tests.worker.conftest import wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a sandbox is forked on Linux only")
SEEN = "tests.attacks.seen"


def server_of(name: str = SEEN) -> ForkServer:
    return SERVERS.of(name, module._environment("/nonexistent"))


def are_gone(*pids: int) -> bool:
    return not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in pids)


def ask(function: str, **arguments: Any) -> Any:
    return apart(f"{SEEN}:{function}", arguments, what="it", error=DatasetError)


def test_a_request_meets_nothing_that_another_left() -> None:
    first, second = ask("remember", word="one"), ask("remember", word="two")
    assert (first["met"], second["met"]) == ([], [])
    assert first["parent"] == second["parent"] == server_of().pid
    assert first["pid"] != second["pid"]
    assert are_gone(first["pid"], second["pid"])


def test_requests_at_one_time_get_each_its_own_answer() -> None:
    words = [f"word {number}" for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(lambda word: ask("remember", word=word), words))
    assert [one["word"] for one in told] == words
    assert all(one["met"] == [] for one in told)


def test_a_sandbox_has_no_file_of_another_nor_of_the_server() -> None:
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda word: ask("open_files", word=word), "abcd"))
    assert {len([one for one in files if one.startswith("socket:")]) for files in told} == {1}
    assert {one for files in told for one in files if not one.startswith("socket:")} <= {os.devnull, "stderr.txt"}


def test_it_has_one_thread_when_it_forks() -> None:
    """A lock that another thread held would stay locked in the sandbox."""
    for name in ("core.preparation.proof", "core.data.pictures.read", "core.models.trial", "core.learners.trial"):
        server = ForkServer(name, module._environment("/nonexistent"))
        with server.sandbox(b"/\n{}", 2) as one:
            assert psutil.Process(server.pid).num_threads() == 1, name
            one.told(30)
        server.close()


def test_a_server_that_was_killed_is_started_again() -> None:
    before = server_of().pid
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: are_gone(before), "the end of the server")
    assert ask("remember", word="after")["parent"] != before


def test_a_server_that_is_killed_with_its_sandbox_is_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    with server_of().sandbox(
        b'/\n{"function": "signal:pause", "arguments": {}, "at_most_s": 9, "memory_bytes": 1}', 2
    ) as one:
        os.kill(server_of().pid, signal.SIGKILL)
        assert one.told(30)[:2] == (b"", -signal.SIGKILL)
    wait_for(lambda: are_gone(one.pid), "the end of the sandbox")


def test_where_none_can_be_forked_a_new_process_does_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: Any) -> ForkServer:
        raise NoServer

    monkeypatch.setattr(SERVERS, "of", none)
    told = ask("remember", word="alone")
    assert (told["word"], told["met"], told["parent"]) == ("alone", [], os.getpid())
    with pytest.raises(DatasetError, match="breaks the program"):
        apart("os:abort", {}, what="it", error=DatasetError)
    monkeypatch.setattr("core.apart.WAITING_S", 1)
    with pytest.raises(DatasetError, match="takes longer to read"):
        apart("signal:pause", {}, what="it", error=DatasetError)


def test_an_owner_that_is_killed_leaves_no_process() -> None:
    words = (
        "import threading\nfrom core.apart import apart\nfrom core.fork_server import SERVERS\n"
        "threading.Thread(target=apart, args=('signal:pause', {}), kwargs={'what': 'it'}).start()\n"
        "apart('os:getpid', {}, what='it')\n"
        "print('up', flush=True)\n"
    )
    owner = subprocess.Popen([sys.executable, "-c", words], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    owner.stdout.readline()
    wait_for(lambda: len(psutil.Process(owner.pid).children(recursive=True)) == 3, "two servers and a sandbox")
    below = [one.pid for one in psutil.Process(owner.pid).children(recursive=True)]
    owner.kill()
    owner.communicate()
    wait_for(lambda: are_gone(*below), "the end of all that it started")


def test_only_so_many_servers_are_kept() -> None:
    first = server_of().pid
    for name in ("json", "csv", "string"):
        server_of(name)
    wait_for(lambda: are_gone(first), "the end of the server that was used least")
    assert ask("remember", word="again")["parent"] != first


def test_a_server_that_is_let_go_lets_its_sandbox_go_on() -> None:
    request = {"function": "signal:pause", "arguments": {}, "at_most_s": 9, "memory_bytes": 10**9}
    before = server_of()
    with before.sandbox(b"/\n" + json.dumps(request).encode(), 2) as one:
        for name in ("json", "csv", "string"):
            assert server_of(name) is not before
        with pytest.raises(TimeoutError):
            one.told(1.0)
        assert not are_gone(one.pid)
    wait_for(lambda: are_gone(one.pid, before.pid), "the end of both")
