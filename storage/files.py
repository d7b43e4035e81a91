"""Files on disk, addressed by content: the same bytes are kept once, and are whole or not there."""

import hashlib
import os
import secrets
import shutil
import stat
import tempfile
from pathlib import Path

LEFT = ".new-"
"""How the names of files begin that are still being written."""


def sha256_of(path: Path) -> str:
    """The file's SHA-256 as 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Puts `content` at `path` so that a reader sees the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=LEFT)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(temporary, mode)  # noqa: PTH101  # mkstemp gives a string
    Path(temporary).replace(path)


class Files:
    """A folder of files named by their hash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the file with this hash lies."""
        return self.folder / sha256[:2] / sha256

    def keep(self, source: Path) -> str:
        """Copies the file in, unless it is there, and returns its hash."""
        sha256 = sha256_of(source)
        target = self.path(sha256)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = target.with_name(f"{LEFT}{secrets.token_hex(8)}")  # two who keep the same do not meet
            shutil.copyfile(source, temporary)
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            temporary.replace(target)
        return sha256

    def forget(self, sha256: str) -> None:
        """Removes the file; it is no fault if it is gone."""
        self.path(sha256).unlink(missing_ok=True)
