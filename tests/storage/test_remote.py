"""A place for files keeps them whole or not at all, on a real S3 server, in memory and in a folder."""

import hashlib
import os
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import ConfigError, NotFound
from storage.remote import FileDamaged, FilesOutOfReach, Remote
from tests.storage.rude import Door


@pytest.fixture(params=["s3", "memory", "file"])
def remote(request: pytest.FixtureRequest, tmp_path: Path) -> Remote:
    if request.param == "s3":
        return Remote.open(request.getfixturevalue("s3_url"))
    folder = tmp_path / "far" if request.param == "file" else f"/{secrets.token_hex(4)}"
    return Remote.open(f"{request.param}://{folder}")


@pytest.fixture
def door(s3_url: str, s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    rude = Door(s3_server)
    monkeypatch.setenv("AWS_ENDPOINT_URL", rude.url)
    yield rude
    rude.close()


def written(path: Path, content: bytes) -> tuple[Path, str]:
    path.write_bytes(content)
    return path, hashlib.sha256(content).hexdigest()


def damage(remote: Remote, key: str, content: bytes) -> None:
    """Puts other bytes there, as a failing disk or a stranger would."""
    with remote._system.open(remote._path(key), "wb") as file:
        file.write(content)


def test_a_file_comes_back_as_it_was_put(remote: Remote, tmp_path: Path) -> None:
    source, sha256 = written(tmp_path / "source", os.urandom(12_000_000))
    assert remote.size("a/b") is None
    remote.put(source, "a/b")
    remote.fetch("a/b", tmp_path / "deep" / "target", sha256)
    assert (tmp_path / "deep" / "target").read_bytes() == source.read_bytes()
    assert remote.size("a/b") == 12_000_000
    assert remote.names("a") == ["b"]


def test_an_empty_file_and_strange_names_are_kept_too(remote: Remote, tmp_path: Path) -> None:
    source, sha256 = written(tmp_path / "source", b"")
    remote.put(source, "a/ü b+%2f")
    remote.fetch("a/ü b+%2f", tmp_path / "target", sha256)
    assert (tmp_path / "target").read_bytes() == b""


def test_what_is_forgotten_is_gone_and_forgetting_twice_is_no_fault(remote: Remote, tmp_path: Path) -> None:
    remote.write(b"one", "a/one")
    remote.write(b"two", "a/b/two")
    remote.write(b"other", "other")
    remote.forget("a")
    remote.forget("a")
    assert (remote.read("a/one"), remote.read("a/b/two"), remote.read("other")) == (None, None, b"other")
    assert remote.names("a") == []


def test_a_missing_file_is_a_sentence(remote: Remote, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="is not there"):
        remote.fetch("a/b", tmp_path / "target", "0" * 64)
    assert list(tmp_path.glob("*target*")) == []


def test_a_file_with_another_hash_is_not_let_in(remote: Remote, tmp_path: Path) -> None:
    source, sha256 = written(tmp_path / "source", b"as it was put")
    remote.put(source, "a/b")
    damage(remote, "a/b", b"as it is now!")
    with pytest.raises(FileDamaged, match="is damaged"):
        remote.fetch("a/b", tmp_path / "target", sha256)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["source"]


def test_a_half_written_file_is_written_again(remote: Remote, tmp_path: Path) -> None:
    source, sha256 = written(tmp_path / "source", b"all of it")
    remote.write(b"half", "a/b")
    remote.put(source, "a/b")
    remote.fetch("a/b", tmp_path / "target", sha256)


def test_a_damaged_file_of_the_right_size_is_mended_when_asked_to_check(remote: Remote, tmp_path: Path) -> None:
    source, sha256 = written(tmp_path / "source", b"as it was put")
    remote.put(source, "a/b")
    damage(remote, "a/b", b"as it is now!")
    remote.put(source, "a/b", check=sha256)
    remote.fetch("a/b", tmp_path / "target", sha256)


def test_two_writers_of_one_file_leave_it_whole(remote: Remote, tmp_path: Path) -> None:
    source, sha256 = written(tmp_path / "source", os.urandom(3_000_000))
    failed: list[BaseException] = []

    def put() -> None:
        try:
            remote.put(source, "a/b")
        except BaseException as error:
            failed.append(error)

    writers = [threading.Thread(target=put) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert failed == []
    remote.fetch("a/b", tmp_path / "target", sha256)
    assert remote.names("a") == ["b"]


def test_the_probe_leaves_nothing_behind(remote: Remote) -> None:
    assert remote.probe() > 0
    assert remote.names("probe") == []


def test_a_connection_lost_in_an_upload_leaves_nothing_and_the_next_try_works(
    s3_url: str, door: Door, tmp_path: Path
) -> None:
    source, sha256 = written(tmp_path / "source", os.urandom(20_000_000))
    remote = Remote.open(s3_url)
    door.cut_after = 6_000_000
    with pytest.raises(FilesOutOfReach, match="cannot be reached"):
        remote.put(source, "a/b")
    door.cut_after = None
    assert remote.size("a/b") is None
    remote.put(source, "a/b")
    remote.fetch("a/b", tmp_path / "target", sha256)


def test_a_place_that_lets_nobody_in_is_a_sentence_without_secrets(s3_url: str, door: Door, tmp_path: Path) -> None:
    door.denies = True
    with pytest.raises(FilesOutOfReach) as refused:
        Remote.open(s3_url).put(written(tmp_path / "source", b"x")[0], "a/b")
    assert "access is denied" in refused.value.message
    assert "planted-s3-secret" not in str(refused.value)


def test_a_place_that_is_off_is_a_sentence(s3_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(FilesOutOfReach, match="there is no connection"):
        Remote.open(s3_url).read("a/b")


def test_a_bucket_that_is_not_there_is_a_sentence(s3_url: str, tmp_path: Path) -> None:
    remote = Remote.open("s3://nobody-made-this/place")
    with pytest.raises(FilesOutOfReach, match=r"s3://nobody-made-this/place"):
        remote.put(written(tmp_path / "source", b"x")[0], "a/b")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("bucket/folder", "is no URL"),
        ("s3://planted:planted@[x/folder", "is no URL"),
        ("s3://key:planted-secret@bucket/folder", "keys do not belong"),
        ("gopher://planted-user:planted-secret@there/folder", "gopher://there/folder"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_telling_its_secrets(url: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as refused:
        Remote.open(url)
    assert "planted" not in str(refused.value)
