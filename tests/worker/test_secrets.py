"""Secrets planted in the environment and in addresses are nowhere in what is kept, said, shown or handed out."""

import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from core.config import make_config
from core.data import Table
from dashboard.command_line import app
from storage import Store
from storage.places import FILES_URL
from storage.remote import Remote
from tests.dashboard.server import dashboard
from tests.worker.conftest import ended, sixty_rows
from worker.executor import passes_on

pytestmark = pytest.mark.xdist_group("processes")
ROOT = Path(__file__).parent.parent.parent
PLANTED = {
    "HF_TOKEN": "hf_plantedhubtoken",
    "AWS_SESSION_TOKEN": "planted-session-token",
    "TUNEBOARD_OIDC_CLIENT_SECRET": "planted-oidc-secret",
    "PGPASSWORD": "planted-database-password",
    "HF_ENDPOINT": "http://somebody:planted-hub-password@127.0.0.1:9",
}
WORDS = (b"planted", b"hf_plantedhubtoken")


def leaks(content: bytes) -> bool:
    return any(word in content for word in WORDS)


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    yield from ((f"{path}:{name}", archive.read(name)) for name in archive.namelist())


def tuneboard(*words: str) -> str:
    """What the command said, or raised."""
    done = CliRunner().invoke(app, words)
    return f"{done.output}{done.exception or ''}"


@pytest.fixture
def planted(tmp_path: Path, s3_url: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store whose files go to S3, with the S3 key and all other secrets in this process's environment."""
    for name, value in PLANTED.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setenv(FILES_URL, s3_url)
    return Store.open(store.home)


def test_a_runs_life_from_queue_to_backup_leaves_no_secret_anywhere(planted: Store, tmp_path: Path) -> None:
    dataset = planted.datasets.add(Table(sixty_rows(), ()), name="desks", source="desks.csv")
    fields = {"preset": "balanced", "epochs": 1, "batch_size": 4, "task.max_tokens": 32}
    good = planted.runs.queue(make_config(dataset=dataset.id, model="local:tiny", **fields), "good")
    bad = planted.runs.queue(make_config(dataset=dataset.id, model="nobody/has-this", **fields), "bad")
    environment = {**os.environ, "TUNEBOARD_HOME": str(planted.home), "PYTHONPATH": str(ROOT)}
    log = tmp_path / "worker.log"
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", "worker"], env=environment, cwd=ROOT, stdout=output, stderr=output
        )
    try:
        assert ended(planted, good.id).status == "succeeded"
        failed = ended(planted, bad.id)
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(120)
    assert failed.error is not None
    assert "http://127.0.0.1:9" in failed.error.message
    home = str(planted.home)
    said = [
        tuneboard("health", "--json", "--home", home),
        tuneboard("runs", "show", good.id, "--json", "--home", home),
        tuneboard("report", good.id, "-o", str(tmp_path / "report.html"), "--home", home),
        tuneboard("backup", str(tmp_path / "backup.zip"), "--home", home),
    ]
    assert all((tmp_path / name).is_file() for name in ("report.html", "backup.zip"))
    assert f"run {good.id} ended" in log.read_text()
    assert [text for text in said if leaks(text.encode())] == []
    assert [place for place, content in contents(tmp_path) if leaks(content)] == []
    remote = Remote.open(os.environ[FILES_URL])
    there = remote._system.find(remote._root)
    assert len(there) > 5
    assert [key for key in there if leaks(remote._system.cat_file(key))] == []


@pytest.mark.parametrize(
    "url",
    [
        "s3://key:planted-in-address@bucket/x",
        "ftp://me:planted-in-address@127.0.0.1:9/x",
        "file://me:planted-in-address@/x",
    ],
)
def test_a_wrong_place_for_files_is_told_without_its_password(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FILES_URL, url)
    said = tuneboard("health", "--json", "--home", str(tmp_path / "home"))
    assert not leaks(said.encode())
    assert FILES_URL in said
    assert not any("planted" in path.name for path in tmp_path.rglob("*"))


def test_a_shared_links_token_is_in_no_log_and_nowhere_at_rest(
    planted: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TUNEBOARD_OIDC_CLIENT_SECRET")  # half a sign-in would not start
    _, token = planted.shares.create("report", title="A", run_ids=(), content=b"<html><body>numbers</body></html>")
    with dashboard(planted.home) as address:
        assert "numbers" in httpx.get(f"{address}/s/{token}", trust_env=False, timeout=120).text
        assert httpx.get(f"{address}/s/{token[::-1]}", trust_env=False, timeout=120).status_code == 404
    assert list(tmp_path.glob("dashboard-*.log"))
    for place, content in contents(tmp_path):
        assert token.encode() not in content, place
        assert token[::-1].encode() not in content, place
        assert not leaks(content), place


def test_a_run_process_hears_how_gpus_are_chosen_and_no_secret() -> None:
    wanted = ("CUDA_DEVICE_ORDER", "CUDA_VISIBLE_DEVICES", "NCCL_P2P_DISABLE", "PYTORCH_CUDA_ALLOC_CONF", "PATH")
    assert all(passes_on(name) for name in wanted)
    secret = ("TUNEBOARD_DATABASE_URL", "TUNEBOARD_FILES_URL", "HF_TOKEN", "AWS_SECRET_ACCESS_KEY", "RAY_AUTH_TOKEN")
    assert not any(passes_on(name) for name in secret)
