"""Content-addressed files: the same bytes are kept once, and each file is whole or not there (atomic rename)."""

import os
import secrets
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from core.disk import room_for
from core.durable import flush, sha256_of
from core.errors import DatasetError
from core.failpoints import failpoint

LEFT = ".new-"
"""Prefix of temporary files that are still being written."""
ARRIVING = ".arriving-"
"""Prefix of temporary files that are still being downloaded."""

MEND = "Bring the same file again, which puts it back; or restore a backup: tuneboard restore FILE --home NEW."
_WHOLE: set[tuple[str, int, int, int]] = set()
"""Files that this process has read and found whole: path, inode, time of change and size."""


def size_of(folder: Path | str) -> int:
    """Total bytes of the files under `folder`, whatever vanishes meanwhile; links are not followed or counted."""
    total, places = 0, [os.fspath(folder)]
    while places:
        try:
            inside = list(os.scandir(places.pop()))
        except OSError:
            continue
        for one in inside:
            if one.is_dir(follow_symlinks=False):
                places.append(one.path)
            elif one.is_file(follow_symlinks=False):
                with suppress(FileNotFoundError):
                    total += one.stat(follow_symlinks=False).st_size
    return total


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Writes `content` to `path` atomically: a reader sees the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
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


def is_whole(place: Path, *, again: bool = False) -> bool:
    """Whether the file is there with the content that its name is the SHA-256 of.

    Read once in a process, and again when its time, its size or its place on the disk has changed, or with `again`.
    """
    try:
        found = place.stat()
        key = (str(place), found.st_ino, found.st_mtime_ns, found.st_size)
        if again or key not in _WHOLE:
            if sha256_of(place) != place.name:
                return False
            _WHOLE.add(key)
    except OSError:
        return False
    return True


class Elsewhere(Protocol):
    """Object store beyond this machine, which holds files by their keys; `storage.remote.Remote` is one."""

    def fetch(self, key: str, target: Path, sha256: str) -> None:
        """Download the file to `target`, whole and as its hash says."""
        ...

    def put(self, source: Path, key: str, *, check: str = "") -> None:
        """Upload the file."""
        ...

    def size(self, key: str) -> int | None:
        """Size of the object in bytes; None where it is not there."""
        ...

    def forget(self, key: str) -> None:
        """Remove the object."""
        ...


class Files:
    """Content-addressed folder: files named by their hash. With a remote place, the folder is a cache of that."""

    def __init__(self, folder: Path, remote: Elsewhere | None = None) -> None:
        self.folder = folder
        self._remote = remote

    def place(self, sha256: str) -> Path:
        """Local path of this hash, whether the file is there or not."""
        return self.folder / sha256[:2] / sha256

    def path(self, sha256: str, what: str = "a dataset") -> Path:
        """Path of the file with this hash, downloaded when it is not here, and checked the first time in a process.

        `what` is whose file it is, for the error. Raises DatasetError where it is damaged or missing; with a remote
        place, one that is damaged here is downloaded again, and NotFound or FilesOutOfReach raised where it cannot be.
        """
        place = self.place(sha256)
        if self._remote and not is_whole(place):  # what is here stays until what is there has come whole
            self._remote.fetch(self._key(sha256), place, sha256)
        elif not is_whole(place):
            how = "damaged: it is no longer what was kept" if place.exists() else "missing"
            raise DatasetError(f"The file of {what} is {how}.", MEND)
        return place

    def keep(self, source: Path) -> str:
        """Copies the file in, unless it is there and whole, and returns its hash."""
        sha256 = sha256_of(source)
        target = self.place(sha256)
        if not is_whole(target):
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
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
        """Uploads the file to the remote place, where there is one; `check` compares its hash there.

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
