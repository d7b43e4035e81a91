"""Other users of the machine can read nothing of the store, not even with the most careless umask."""

import ast
import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.config import RunConfig
from core.models import add_local
from dashboard.command_line import main
from storage import Dataset, PredictorAddress, Store
from storage.backup import back_up, restore

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


@pytest.fixture(autouse=True)
def careless() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def readable_by_others(top: Path) -> list[str]:
    """Files below `top` that another user can reach, where `top` itself can be entered by anybody."""
    found = []
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if is_open(Path(folder) / name)]
        found += [str(Path(folder) / name) for name in files if is_open(Path(folder) / name)]
    return found


def is_open(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def test_a_store_in_an_open_folder_still_shows_nothing(
    tmp_path: Path, tiny_model: Path, config: RunConfig, dataset: Dataset, store: Store
) -> None:
    store.home.chmod(0o755)
    run = store.runs.queue(config, "one")
    store.shares.create("report", title="A", run_ids=(run.id,), content=b"numbers")
    store.announce_predictor(PredictorAddress(url="http://127.0.0.1:1", token="word"))
    add_local(tiny_model, "mine", store.models)
    work = store.runs.work_folder(run.id)
    work.mkdir(parents=True)
    (work / "evaluation.json").write_text("{}")
    assert [path for path in readable_by_others(store.home) if not path.endswith(".migrating")] == []
    privacy = {check.name: check for check in store.health().checks}["Privacy"]
    assert privacy.ok


def test_folders_of_files_are_open_to_nobody_else(store: Store, dataset: Dataset) -> None:
    folders = [path for path in (store.home / "files").rglob("*") if path.is_dir()]
    assert folders
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


def test_what_the_command_line_writes_is_writable_by_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["tuneboard", "backup", str(tmp_path / "b.zip"), "--home", str(tmp_path / "home")]
    monkeypatch.setattr("sys.argv", words)
    with pytest.raises(SystemExit):
        main()
    assert os.umask(0) & 0o022 == 0o022


def test_a_home_that_tuneboard_makes_is_closed(tmp_path: Path) -> None:
    Store.open(tmp_path / "new").close()
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_an_open_store_is_reported(store: Store) -> None:
    for path in (store.home, store.home / "files"):
        path.chmod(0o755)
    privacy = {check.name: check for check in store.health().checks}["Privacy"]
    assert not privacy.ok
    assert "chmod" in privacy.hint


def test_a_backup_and_what_is_restored_from_it_are_closed(
    store: Store, dataset: Dataset, tmp_path: Path, elsewhere: Callable[[], None]
) -> None:
    back_up(store.home, tmp_path / "b.zip")
    assert stat.S_IMODE((tmp_path / "b.zip").stat().st_mode) == 0o600
    assert zipfile.is_zipfile(tmp_path / "b.zip")
    elsewhere()
    restore(tmp_path / "b.zip", tmp_path / "new")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_temporary_files_are_made_only_by_calls_that_keep_others_out() -> None:
    """mkstemp, TemporaryDirectory and TemporaryFile make private files with names that nobody can guess."""
    private = {"mkstemp", "mkdtemp", "TemporaryDirectory", "TemporaryFile"}
    for room in ("core", "storage", "worker", "dashboard", "pages"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "tempfile":
                    assert node.attr in private, f"{path}: tempfile.{node.attr}"
                if isinstance(node, ast.ImportFrom) and node.module == "tempfile":
                    assert {alias.name for alias in node.names} <= private, path
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    assert not node.value.startswith(("/tmp/", "/var/tmp/")), f"{path}: {node.value}"  # noqa: S108
