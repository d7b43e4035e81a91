"""Shortage of disk, handles, memory and time in the sandbox is said of the machine and never of the file."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from core.apart import _is_kept_waiting, apart
from core.errors import DatasetError
from core.shortage import SENTENCES, Shortage
from tests.conftest import ROOT
from tests.worker.conftest import wait_for

READ = """
import sys
from pathlib import Path
from core.data.files.read_apart import read_apart
from core.errors import UserError
try:
    print("rows", len(read_apart(Path(sys.argv[1]), "rows.csv").frame))
except UserError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """A sound file of about a megabyte."""
    path = tmp_path / "rows.csv"
    path.write_text("text,label\n" + "".join(f"row {number} of many,{number % 3}\n" for number in range(50_000)))
    return path


def read_under(limits: str, rows: Path, **environment: str) -> str:
    command = f'{limits} && exec "$0" -c "$1" "$2"'
    done = subprocess.run(
        ["bash", "-c", command, sys.executable, READ, str(rows)],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in done.stderr
    return done.stdout.strip()


def sentence(lacking: str) -> str:
    return "Shortage " + SENTENCES[lacking][0].format(what="rows.csv")


@pytest.mark.skipif(sys.platform == "win32", reason="it has no ulimit")
@pytest.mark.parametrize(
    ("limits", "lacking"),
    [("ulimit -f 100", "disk"), ("ulimit -n 8", "handles")],
)
def test_point_8_a_limit_of_the_machine_is_not_blamed_on_the_file(limits: str, lacking: str, rows: Path) -> None:
    assert read_under("true", rows) == "rows 50000"
    assert read_under(limits, rows).startswith(sentence(lacking))


@pytest.mark.skipif(sys.platform != "linux", reason="only there is data memory limited")
def test_point_8_little_memory_is_not_blamed_on_a_file_that_is_read_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text,label\n" + "row of very many words that are not short,1\n" * 1_500_000)
    assert read_under("ulimit -d 300000", path).startswith(sentence("memory"))


def test_point_8_limits_that_suffice_are_no_shortage(rows: Path) -> None:
    assert read_under("ulimit -n 88 && ulimit -f 1000000", rows) == "rows 50000"


def test_point_8_a_full_place_for_temporary_files_is_not_blamed_on_the_file(rows: Path, tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    mounted = (
        shutil.which("mount")
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], capture_output=True
        ).returncode
    )
    if not mounted:
        pytest.skip("only an administrator may mount a small disk")
    try:
        assert read_under("true", rows, TMPDIR=str(place)).startswith(sentence("disk"))
        (place / "filled").write_bytes(bytes(60_000))
        assert read_under("true", rows, TMPDIR=str(place)).startswith(sentence("disk"))
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize(
    ("number", "lacking"),
    [(errno.ENOSPC, "disk"), (errno.EDQUOT, "disk"), (errno.EMFILE, "handles"), (errno.ENFILE, "handles")],
)
def test_point_8_what_the_kernel_says_within_the_sandbox_is_said(number: int, lacking: str) -> None:
    with pytest.raises(Shortage) as raised:
        apart("tests.attacks.seen:lack", {"number": number}, what="rows.csv", error=DatasetError)
    assert raised.value.lacking == lacking


def test_point_8_a_sandbox_that_the_kernel_kills_is_short_of_memory() -> None:
    with pytest.raises(Shortage, match="too little free memory"):
        apart("tests.attacks.seen:killed", {}, what="rows.csv", error=DatasetError)


def test_point_8_a_machine_that_is_too_busy_is_not_blamed_on_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.apart._is_kept_waiting", lambda _: True)
    monkeypatch.setattr("core.apart.WAITING_S", 1)
    with pytest.raises(Shortage, match="too busy to read"):
        apart("signal:pause", {}, what="rows.csv", error=DatasetError)


def test_point_8_work_that_waits_for_nothing_is_not_kept_waiting() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()"], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    stopped = psutil.Process(process.pid)
    stopped.suspend()
    wait_for(lambda: stopped.status() == psutil.STATUS_STOPPED, "its standstill")
    assert not _is_kept_waiting(process.pid)
    process.kill()
    process.communicate()
