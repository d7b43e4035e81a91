"""What the operating system refuses reaches the command line as a sentence and an exit code, never as a traceback."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from dashboard.command_line import main
from storage import Store
from tests.worker.conftest import sixty_rows

ROOT = Path(__file__).parent.parent
PROGRAM = [sys.executable, "-m", "dashboard"]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="devices, modes and signals are POSIX's")


def said(words: Sequence[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """Exit code of the command and what it said on standard error."""
    monkeypatch.setattr(sys, "argv", ["tuneboard", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(str(ended.value.code)), capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["runs", "--home", "{file}"], "cannot be a folder"),
        (["runs", "--home", "{file}/below"], "cannot be a folder"),
        (["runs", "--home", "/dev/null/x"], "cannot be a folder"),
        (["health", "--home", "/proc/x"], "/proc/x"),
        (["backup", "{file}/b.zip"], "cannot be a folder"),
        (["restore", "{folder}", "--home", "{folder}/new"], "is a folder"),
        (["runs", "--home", "{folder}/" + "n" * 300], "too long"),
        (["runs", "--home", "{folder}/" + "n" * 3_000], "n is too long"),
        (["datasets", "add", "{rows}", "--name", "a\udcff"], r"'a\xff' is not UTF-8"),
        (["datasets", "add", "{folder}/\udcff.csv"], r"\xff.csv' is not UTF-8"),
        (["predict", "r0", "--text", "\udcff"], r"'\xff' is not UTF-8"),
        (["report", "r0", "-o", "{folder}"], "There is no run"),
        (["train", "{folder}"], "is a folder"),
    ],
)
def test_what_the_system_refuses_is_said_in_a_sentence(
    words: list[str],
    expected: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file, rows = tmp_path / "file", tmp_path / "rows.csv"
    file.write_text("mine")
    sixty_rows().to_csv(rows, index=False)
    code, told = said([one.format(file=file, folder=tmp_path, rows=rows) for one in words], capsys, monkeypatch)
    assert (code, expected in told, "Traceback" in told) == (2, True, False), told
    assert len(told) < 500
    assert file.read_text() == "mine"


def test_an_output_that_takes_nothing_is_said_or_ends_the_command_quietly(home_of_its_own: Path) -> None:
    Store.open(home_of_its_own).close()
    listing = " ".join([*PROGRAM, "datasets", "list"])
    ends = {
        f"{listing} > /dev/full": 2,
        f"{listing} --json > /dev/full": 2,
        f"set -o pipefail; {listing} | true": 1,
        f"{listing} >&-": 0,
    }
    for command, code in ends.items():
        ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, timeout=120)
        assert ended.returncode in ({code, 0} if "pipefail" in command else {code}), (command, ended.stderr)
        assert "Traceback" not in ended.stderr, command
        assert "Exception ignored" not in ended.stderr, command
        assert ("No space left on device" in ended.stderr) == (code == 2), command


def without_roots_rights() -> list[str]:
    """Prefix of a command that obeys the modes of files, also where root runs the tests."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root reads and writes what it likes, and setpriv is not installed")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


def test_a_store_that_can_only_be_read_can_be_looked_at(home_of_its_own: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    sixty_rows().to_csv(rows, index=False)
    Store.open(home_of_its_own).close()
    before = without_roots_rights()
    for folder in [home_of_its_own, *(one for one in home_of_its_own.rglob("*") if one.is_dir())]:
        folder.chmod(0o500)
    kept = sorted(home_of_its_own.rglob("*"))

    def ended(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*before, *PROGRAM, *words], capture_output=True, text=True, cwd=ROOT, timeout=120)

    for words in (("runs",), ("datasets", "list"), ("health",), ("prune", "--dry-run")):
        found = ended(*words)
        assert (found.returncode, found.stderr) == (1 if words == ("health",) else 0, ""), words
    found = ended("datasets", "add", str(rows))
    assert (found.returncode, "Traceback" in found.stderr) == (2, False)
    assert sorted(home_of_its_own.rglob("*")) == kept
    (tmp_path / "empty").mkdir(mode=0o500)
    assert "There is no store in" in ended("runs", "--home", str(tmp_path / "empty")).stderr
    for folder in [home_of_its_own, *(one for one in home_of_its_own.rglob("*") if one.is_dir())]:
        folder.chmod(0o700)


@pytest.mark.parametrize(
    ("spot", "words", "number"),
    [
        ("storage.backup.failpoint", ["backup", "{folder}/b.zip"], signal.SIGHUP),
        ("storage.files.failpoint", ["datasets", "add", "{rows}"], signal.SIGTERM),
        ("storage.datasets.failpoint", ["datasets", "add", "{rows}"], signal.SIGTERM),
    ],
)
def test_a_command_that_is_ended_by_a_signal_leaves_nothing_half_written(
    spot: str,
    words: list[str],
    number: signal.Signals,
    home_of_its_own: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A real signal at a spot in mid-work: a backup half written, a file copied, within the write that adds a row."""
    rows = tmp_path / "rows.csv"
    sixty_rows().to_csv(rows, index=False)
    Store.open(home_of_its_own).close()
    before, handler = sorted(tmp_path.rglob("*")), signal.getsignal(number)
    monkeypatch.setattr(spot, lambda _: os.kill(os.getpid(), number))
    code, _ = said([one.format(folder=tmp_path, rows=rows) for one in words], capsys, monkeypatch)
    assert code == 128 + number
    left = [path for path in tmp_path.rglob("*") if path not in before and path.is_file()]
    known = home_of_its_own / "files"
    assert [path for path in left if not path.is_relative_to(known)] == []
    assert not any(path.name.startswith(".") for path in left)
    assert Store.open(home_of_its_own).datasets.list() == []
    assert signal.getsignal(number) == handler
