"""Files on disk, addressed by content: the same bytes are kept once, and are whole or not there."""

import os
import secrets
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Protocol

from core.disk import room_for
from core.durable import flush, sha256_of
from core.failpoints import failpoint

LEFT = ".new-"
"""How the names of files begin that are still being written."""
ARRIVING = ".arriving-"
"""The same of what is being fetched from elsewhere."""


def size_of(folder: Path) -> int:
    """Bytes of the files under `folder`, whatever vanishes meanwhile; links count nothing and are not followed."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                found = os.lstat(os.path.join(place, name))  # noqa: PTH118  # a Path for each file is slow
            except FileNotFoundError:
                continue
            total += found.st_size if stat.S_ISREG(found.st_mode) else 0
    return total


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Puts `content` at `path` so that a reader sees the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=LEFT)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)  # noqa: PTH101  # mkstemp gives a string
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


class Elsewhere(Protocol):
    """A place beyond this machine that holds files by their keys; `storage.remote.Remote` is one."""

    def fetch(self, key: str, target: Path, sha256: str) -> None:
        """Put the file at `target`, whole and as its hash says."""
        ...

    def put(self, source: Path, key: str, *, check: str = "") -> None:
        """Take the file in."""
        ...

    def size(self, key: str) -> int | None:
        """Its bytes; None where it is not there."""
        ...

    def forget(self, key: str) -> None:
        """Remove it."""
        ...


class Files:
    """A folder of files named by their hash. With a remote place, that holds them all and the folder is a cache."""

    def __init__(self, folder: Path, remote: Elsewhere | None = None) -> None:
        self.folder = folder
        self._remote = remote

    def place(self, sha256: str) -> Path:
        """Where the file with this hash lies, or would lie, on this machine."""
        return self.folder / sha256[:2] / sha256

    def path(self, sha256: str) -> Path:
        """The file with this hash, fetched when it is not on this machine. Raises NotFound, FilesOutOfReach."""
        place = self.place(sha256)
        if self._remote and not place.exists():
            self._remote.fetch(self._key(sha256), place, sha256)
        return place

    def keep(self, source: Path) -> str:
        """Copies the file in, unless it is there, and returns its hash."""
        sha256 = sha256_of(source)
        target = self.place(sha256)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = target.with_name(f"{LEFT}{secrets.token_hex(8)}")  # two who keep the same do not meet
            try:
                with room_for("the file"):
                    shutil.copyfile(source, temporary)
                    flush(temporary)
                failpoint("files.copied")
                temporary.replace(target)
            finally:
                temporary.unlink(missing_ok=True)
        self.publish(sha256)
        return sha256

    def publish(self, sha256: str, *, check: bool = False) -> bool:
        """Puts the file to the remote place, where there is one; `check` looks whether it is whole there.

        Returns whether it is there now: it may be neither there nor here.
        """
        place, key = self.place(sha256), self._key(sha256)
        if self._remote and place.is_file():
            self._remote.put(place, key, check=sha256 if check else "")
        elif self._remote:
            return self._remote.size(key) is not None
        return True

    def forget(self, sha256: str) -> None:
        """Removes the file, here and there; it is no fault if it is gone."""
        self.forget_there(sha256)  # first: when it cannot be done, all of it stays
        self.place(sha256).unlink(missing_ok=True)

    def forget_there(self, sha256: str) -> None:
        """Removes the file from the remote place, where there is one."""
        if self._remote:
            self._remote.forget(self._key(sha256))

    def _key(self, sha256: str) -> str:
        return f"{self.folder.name}/{sha256[:2]}/{sha256}"
