"""Source archives are fetched from wherever pip looks, checked, and never built."""

import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from core.archives import Archive, fetch, read
from core.durable import sha256_of
from core.errors import UserError
from core.source_archives import DEFAULT_INDEX, settings_told

SETUP = 'from pathlib import Path\nPath("{marker}").touch()\nfrom setuptools import setup\nsetup()\n'
MEMBER = "toy-1.0/rows.csv"


@pytest.fixture
def source(tmp_path) -> Path:
    """A source archive whose build would leave a mark."""
    path = tmp_path / "files" / "toy-1.0.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("toy-1.0/PKG-INFO", "Metadata-Version: 1.0\nName: toy\nVersion: 1.0\n")
        archive.writestr("toy-1.0/setup.py", SETUP.format(marker=tmp_path / "was-built"))
        archive.writestr(MEMBER, "a,b\n1,2\n")
    return path


def archive_of(path: Path, **changes: object) -> Archive:
    told = {"package": "toy", "version": "1.0", "file": path.name, "sha256": sha256_of(path), "megabytes": 0.1}
    return Archive.model_validate({**told, "kind": "source", **changes})


@pytest.fixture
def pip(monkeypatch) -> Callable[..., None]:
    """Tells pip where to look, and nothing else."""

    def told(**settings: str) -> None:
        for name in ("INDEX_URL", "EXTRA_INDEX_URL", "FIND_LINKS", "NO_INDEX"):
            monkeypatch.delenv(f"PIP_{name}", raising=False)
        for name, value in {"CONFIG_FILE": "/dev/null", "CERT": "", **settings}.items():
            monkeypatch.setenv(f"PIP_{name}", value) if value else monkeypatch.delenv(f"PIP_{name}", raising=False)

    return told


@pytest.fixture
def served(source) -> Iterator[Callable[[str, bytes], str]]:
    """An index on loopback that answers with one page, as HTML or JSON, and with the file."""
    pages: dict[str, tuple[str, bytes]] = {"/files/toy-1.0.zip": ("application/zip", source.read_bytes())}

    class Index(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = pages.get(self.path, ("", b""))
            self.send_response(200 if kind else 404)
            self.send_header("Content-Type", kind or "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Index)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def answer(kind: str, page: bytes) -> str:
        pages["/simple/toy/"] = (kind, page)
        return f"http://127.0.0.1:{server.server_port}/simple"

    yield answer
    server.shutdown()
    server.server_close()


HTML = ("text/html", b'<a href="../../files/toy-1.0.zip">toy-1.0.zip</a>')
JSON = (
    "application/vnd.pypi.simple.v1+json",
    json.dumps(
        {
            "meta": {"api-version": "1.0"},
            "name": "toy",
            "files": [{"filename": "toy-1.0.zip", "url": "../../files/toy-1.0.zip", "hashes": {}}],
        }
    ).encode(),
)


def fetched_rightly(archive: Archive, tmp_path: Path) -> None:
    path = fetch(archive, tmp_path / "cache")
    assert read(path, MEMBER) == b"a,b\n1,2\n"
    assert not (tmp_path / "was-built").exists()
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(("kind", "page"), [HTML, JSON], ids=["PEP 503", "PEP 691"])
def test_an_archive_is_fetched_from_an_index_without_building_it(source, served, pip, tmp_path, kind, page):
    pip(INDEX_URL=served(kind, page))
    fetched_rightly(archive_of(source), tmp_path)


def test_an_archive_is_fetched_from_a_folder(source, pip, tmp_path):
    pip(NO_INDEX="1", FIND_LINKS=str(source.parent))
    fetched_rightly(archive_of(source), tmp_path)
    assert source.is_file()


def test_an_archive_is_fetched_from_an_index_in_a_folder(source, pip, tmp_path):
    page = tmp_path / "simple" / "toy" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text(f'<a href="{source.as_uri()}">toy-1.0.zip</a>')
    pip(INDEX_URL=(tmp_path / "simple").as_uri())
    fetched_rightly(archive_of(source), tmp_path)


def test_a_place_that_does_not_answer_hides_no_other(source, served, pip, tmp_path):
    pip(INDEX_URL="http://127.0.0.1:9/simple", EXTRA_INDEX_URL=served(*HTML))
    fetched_rightly(archive_of(source), tmp_path)


def test_where_nobody_answers_it_says_so(source, pip, tmp_path):
    pip(INDEX_URL="http://127.0.0.1:9/simple")
    with pytest.raises(UserError, match="did not answer"):
        fetch(archive_of(source), tmp_path / "cache")


def test_where_nobody_has_it_it_says_so(source, served, pip, tmp_path):
    pip(INDEX_URL=served(*HTML))
    with pytest.raises(UserError, match=r"does not have toy==2\.0"):
        fetch(archive_of(source, version="2.0", file="toy-2.0.zip"), tmp_path / "cache")


def test_another_file_than_promised_is_thrown_away(source, served, pip, tmp_path):
    pip(INDEX_URL=served(*HTML))
    with pytest.raises(UserError, match="is not the one expected"):
        fetch(archive_of(source, sha256="0" * 64), tmp_path / "cache")
    assert not list((tmp_path / "cache" / "archives").iterdir())


def test_a_file_far_larger_than_said_is_left(source, served, pip, tmp_path):
    with source.open("ab") as file:
        file.write(bytes(1_500_000))
    pip(NO_INDEX="1", FIND_LINKS=str(source.parent))
    with pytest.raises(UserError, match="far larger"):
        fetch(archive_of(source), tmp_path / "cache")


def test_a_download_that_takes_too_long_ends(source, served, pip, tmp_path):
    pip(INDEX_URL=served(*HTML))
    with pytest.raises(UserError, match="did not arrive"):
        fetch(archive_of(source), tmp_path / "cache", timeout_s=0.01)


def test_pips_settings_are_read_as_pip_reads_them():
    told = settings_told(
        "global.index-url='https://a/simple'\nglobal.extra-index-url='https://b/simple\\nfile:///c'\n"
        ":env:.index-url='https://d/simple'\ndownload.trusted-host='d'\nglobal.cert='/e.pem'\nsite.else='f'\n"
    )
    assert told.indexes == ("https://d/simple", "https://b/simple", "file:///c")
    assert told.trusted_hosts == ("d",)
    assert told.certificates == "/e.pem"
    assert settings_told("").indexes == (DEFAULT_INDEX,)
    assert settings_told("global.no-index='true'\nglobal.find-links='/x /y'").indexes == ()


def test_a_wheel_is_not_a_source_and_a_source_is_no_wheel(source):
    with pytest.raises(ValueError, match="not a wheel"):
        archive_of(source, kind="wheel")
    with pytest.raises(ValueError, match="not a source"):
        archive_of(source, file="toy-1.0-py3-none-any.whl")
