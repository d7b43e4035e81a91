"""What every test stands on: a home of its own, no network but loopback, and the few real assets, fetched once."""

import gc
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

os.environ.setdefault("OMP_NUM_THREADS", "1")  # two test processes share two cores; a tiny model needs one thread

ROOT = Path(__file__).parent.parent
os.environ["HF_HUB_OFFLINE"] = "1"  # for this process and those it starts; the stand-in hub's fixture takes it away
LOOPBACK = ("127.", "::1", "localhost")


def pytest_configure(config: pytest.Config) -> None:
    """The tests are a CPU's, bit for bit; those of a GPU see one when they are asked for with `-m gpu`."""
    if config.option.markexpr != "gpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = ""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """`-m gpu` opens the files test_gpu*.py alone: a GPU's machine has the engine, perhaps not what others import."""
    if config.option.markexpr != "gpu" or next(collection_path.parent.rglob("test_gpu*.py"), None) is None:
        return None
    wanted = collection_path.rglob("test_gpu*.py") if collection_path.is_dir() else [collection_path]
    return not any(path.name.startswith("test_gpu") for path in wanted)


@pytest.fixture(autouse=True)
def home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Tuneboard's home lies in the test's own folder, and its rows with it unless the test says otherwise."""
    home = tmp_path / "home"
    monkeypatch.delenv("TUNEBOARD_DATABASE_URL", raising=False)
    monkeypatch.setenv("TUNEBOARD_HOME", str(home))
    return home


@pytest.fixture(autouse=True, scope="session")
def no_network_but_loopback() -> Iterator[None]:
    """A test that reaches beyond this machine fails. Only pip, in a process of its own, fetches assets."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def refuse(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
            raise ConnectionRefusedError(f"tests may not reach {address[0]}: only loopback")

    def guarded(self: socket.socket, address: Any) -> None:
        refuse(self, address)
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        refuse(self, address)
        return connect_ex(self, address)

    socket.socket.connect, socket.socket.connect_ex = guarded, guarded_ex  # type: ignore[method-assign]
    yield
    socket.socket.connect, socket.socket.connect_ex = connect, connect_ex  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A real PostgreSQL server on loopback (a `tests.postgres.Server`), gone when the tests end."""
    from tests.postgres import WHY_NOT, binaries, server

    if binaries() is None:
        pytest.skip(WHY_NOT)
    with server() as one:
        yield one


@pytest.fixture(scope="session")
def assets() -> Path:
    """The cache of downloaded archives and models, shared by all workers and kept between runs.

    TUNEBOARD_TEST_ASSETS names another place for it. It can be handed to anything that takes a `cache` folder.
    """
    folder = Path(os.environ.get("TUNEBOARD_TEST_ASSETS") or ROOT / ".assets")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def minilm(assets: Path) -> Path:
    """The folder of the real MiniLM; its parent is a models folder that `locate("minilm", ...)` takes."""
    from core.models import locate

    with FileLock(assets / "minilm.lock"):
        return locate("minilm", assets / "models")


@pytest.fixture(scope="session")
def newsdesk(assets: Path) -> Any:
    """The 7,674 rows of the finance-newsdesk scenario: text, label, part."""
    from core.scenarios import SCENARIOS, load

    with FileLock(assets / "newsdesk.lock"):
        return load(SCENARIOS["finance-newsdesk"], assets)


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server that speaks S3 (moto), a process of its own on loopback."""
    python = Path(sys.prefix) / "s3" / "bin" / "python"
    if not python.exists():
        pytest.skip("no S3 server is installed: .ci/s3 installs one")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (tmp_path_factory.mktemp("s3") / "log").open("wb") as log:
        command = [str(python), "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait(10)


@pytest.fixture
def s3_url(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A bucket of its own on that server; the environment has its address and keys."""
    from pyarrow.fs import S3FileSystem

    keys = {"AWS_ACCESS_KEY_ID": "tester", "AWS_SECRET_ACCESS_KEY": "planted-s3-secret", "AWS_ENDPOINT_URL": s3_server}
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    bucket = f"bucket-{secrets.token_hex(4)}"
    S3FileSystem(endpoint_override=s3_server, region="us-east-1", allow_bucket_creation=True).create_dir(bucket)
    return f"s3://{bucket}/tuneboard"


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two thin layers with random weights and a vocabulary of letters and a few words: fast, and useless.

    Its folder lies in a models folder as `local:tiny` (so `models=tiny_model.parent` and `model="local:tiny"`).
    """
    from tests.tiny import make_tiny

    return make_tiny(tmp_path_factory.mktemp("tiny"), tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def pictured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run on drawn shapes leaves; `tests.pictured.keep` puts it into a store."""
    from tests.pictured import train

    folder = tmp_path_factory.mktemp("pictured")
    train(folder)
    return folder


@pytest.fixture(scope="session")
def tabled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run on a made-up table leaves; `tests.tabled.keep` puts it into a store."""
    from tests.tabled import train

    return train(tmp_path_factory.mktemp("tabled"))


LONGEST = ("processes", "browser", "test_runs_on_ray", "truth")
"""Groups and folders that take minutes each: they begin first, so that neither of two processes ends long after."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file's tests run in one process, so that what they share is made once; files marked as one group, together."""

    def turn(item: pytest.Item) -> int:
        marker = item.get_closest_marker("xdist_group")
        names = {item.path.parent.name, marker.args[0] if marker else ""}
        return next((place for place, name in enumerate(LONGEST) if name in names), len(LONGEST))

    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    items.sort(key=turn)


def pytest_collection_finish() -> None:
    """What all tests import and are lives to the end: no garbage collection looks at it again.

    Streamlit collects after each run of a page, which took a second among thousands of tests.
    """
    gc.collect()
    gc.freeze()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """In continuous integration nothing but the GPU tests may be skipped: elsewhere a skip is a failure."""
    if os.environ.get("CI") and report.skipped and "gpu" not in report.keywords and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
