"""Remote object store: objects below one fsspec URL, each whole and as its hash says, or not there.

It knows nothing of datasets or runs.
"""

import hashlib
import logging
import os
import re
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from core.errors import NotFound, UserError
from storage.files import ARRIVING
from storage.places import FILES_URL, file_system, without_secrets

log = logging.getLogger(__name__)

CHUNK_BYTES = 4_000_000
WHOLE_WRITES = {"s3", "gs", "gcs", "abfs", "abfss", "az"}
"""Protocols with atomic uploads; with others a file is written under a temporary name and renamed."""


class FilesOutOfReach(UserError):
    """Object store that does not answer, or denies access. Trying again may help."""


class FileDamaged(UserError):
    """Checksum mismatch: what came is not what was put there."""


class Remote:
    """Object store at one URL. Keys are words divided by slashes, keyed by content hash."""

    def __init__(self, system: Any, root: str, shown: str) -> None:
        self._system = system
        self._root = root.rstrip("/")
        named = system.protocol
        self._renames = not WHOLE_WRITES.intersection((named,) if isinstance(named, str) else named)
        self.shown = shown
        """Name of the place, for people: its URL without passwords."""

    @classmethod
    def open(cls, url: str) -> "Remote":
        """Object store that `url` names, such as s3://bucket/folder. Raises ConfigError."""
        return cls(*file_system(url), without_secrets(url))

    @classmethod
    def configured(cls) -> "Remote | None":
        """Object store that TUNEBOARD_FILES_URL names; None where files stay in the home."""
        url = os.environ.get(FILES_URL, "").strip()
        return cls.open(url) if url else None

    def size(self, key: str) -> int | None:
        """Size of the object in bytes, None when there is none. Raises FilesOutOfReach, as every call here does."""
        with self._translated("look up", key):
            try:
                return int(self._system.info(self._path(key))["size"])
            except FileNotFoundError:
                return None

    def put(self, source: Path, key: str, *, check: str = "") -> None:
        """Uploads a file, unless one of the same size is there: the same key always names the same bytes.

        `check` is its SHA-256, where one that is there is to be read and replaced if it is damaged.
        """
        with source.open("rb") as content:
            size = os.fstat(content.fileno()).st_size
            if self.size(key) != size or (check and not self._matches(key, check)):
                self._write(content, key, size)

    def write(self, content: bytes, key: str) -> None:
        """Uploads these bytes, in place of what was there."""
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.seek(0)
            self._write(file, key, len(content))

    def read(self, key: str) -> bytes | None:
        """Content of the object, None when there is none."""
        with self._translated("read", key):
            try:
                content: bytes = self._system.cat_file(self._path(key))
            except FileNotFoundError:
                return None
            return content

    def fetch(self, key: str, target: Path, sha256: str) -> None:
        """Downloads the object to `target`, whole or not at all. Raises NotFound, and FileDamaged for another hash."""
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=ARRIVING)
        arriving = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                came = self._read_into(file, key)
            if came != sha256:
                log.warning("an object came with SHA-256 %s instead of %s", came, sha256)
                raise FileDamaged(
                    f"The file {target.name[:16]} at {self.shown} is damaged: it is not the one that was put there.",
                    "Publish it again from a machine that has it: tuneboard publish --check.",
                )
            arriving.replace(target)
        finally:
            arriving.unlink(missing_ok=True)

    def forget(self, key: str) -> None:
        """Removes an object or everything below a key; it is no fault if it is gone."""
        with self._translated("remove", key), suppress(FileNotFoundError):
            self._system.rm(self._path(key), recursive=True)

    def names(self, key: str) -> list[str]:
        """The names directly below a key."""
        with self._translated("list", key):
            try:
                found = self._system.ls(self._path(key), detail=False)
            except FileNotFoundError:
                return []
            return [str(path).rstrip("/").rsplit("/", 1)[-1] for path in found]

    def probe(self) -> float:
        """Health probe: writes, reads and removes a few bytes; returns the seconds that took. Raises FileDamaged."""
        began, key, content = time.perf_counter(), f"probe/{secrets.token_hex(8)}", secrets.token_bytes(16)
        self.write(content, key)
        came = self.read(key)
        self.forget(key)
        if came != content:
            raise FileDamaged(f"{self.shown} does not give back what is put there.", "Ask whoever runs it.")
        return time.perf_counter() - began

    def _matches(self, key: str, sha256: str) -> bool:
        with Path(os.devnull).open("wb") as nowhere:
            return self._read_into(nowhere, key) == sha256

    def _path(self, key: str) -> str:
        return f"{self._root}/{key}"

    def _write(self, content: IO[bytes], key: str, size: int) -> None:
        path = self._path(key)
        temporary = f"{path}.new-{secrets.token_hex(4)}" if self._renames else path
        try:
            with self._translated("put", key):
                if self._renames:
                    self._system.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
                with self._system.open(temporary, "wb") as out:
                    while chunk := content.read(CHUNK_BYTES):
                        out.write(chunk)
                if self._renames:
                    self._system.mv(temporary, path)
            if (there := self.size(key)) != size:
                raise FilesOutOfReach(f"Only {there or 0:,} of {size:,} bytes reached {self.shown}.", "Try again.")
        except BaseException:  # a stream that is closed on an error may leave half an object behind
            with suppress(Exception):
                self._system.rm_file(temporary)
            raise

    def _read_into(self, file: IO[bytes], key: str) -> str:
        """Downloads the object into `file` and returns its SHA-256."""
        digest = hashlib.sha256()
        with self._translated("fetch", key):
            try:
                with self._system.open(self._path(key), "rb") as source:
                    while chunk := source.read(CHUNK_BYTES):
                        digest.update(chunk)
                        file.write(chunk)
            except FileNotFoundError:
                raise NotFound(
                    f"A file that should be at {self.shown} is not there ({key.rsplit('/', 1)[-1][:16]}).",
                    "It was removed, or never arrived. 'tuneboard publish' on a machine that has it puts it back.",
                ) from None
        return digest.hexdigest()

    @contextmanager
    def _translated(self, verb: str, key: str) -> Iterator[None]:
        """Translates whatever a driver raises into FilesOutOfReach; drivers raise all sorts of things."""
        try:
            yield
        except (UserError, FileNotFoundError) as error:
            if isinstance(error, UserError) or verb not in ("put",):
                raise
            raise FilesOutOfReach(f"{self.shown} is not there.", "Make the bucket or folder first.") from None
        except Exception as error:
            reason = _reason(error)
            log.warning("could not %s %s: %s", verb, key, reason)
            raise FilesOutOfReach(
                f"The files at {self.shown} cannot be reached: {reason}.",
                "Check the network, the address and the keys. Nothing was lost; try again.",
            ) from None


_REASONS = {
    "NETWORK_CONNECTION": "there is no connection",
    "ACCESS_DENIED": "access is denied",
    "SIGNATURE_DOES_NOT_MATCH": "the secret key is wrong",
    "INVALID_ACCESS_KEY_ID": "the access key is unknown",
    "NO_SUCH_BUCKET": "there is no such bucket",
    "SLOW_DOWN": "it asks to be asked less often",
}


def _reason(error: Exception) -> str:
    """Reason of an error in a few words; never the driver's whole message, which may hold keys or addresses."""
    told = re.search(r"AWS Error ([A-Z_]+)", str(error))
    if told:
        return _REASONS.get(told[1], told[1].replace("_", " ").lower())
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno).lower()
    return type(error).__name__
