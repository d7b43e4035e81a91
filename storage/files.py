"""Files on disk, addressed by content: the same bytes are kept once, and are whole or not there."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from core.disk import room_for
from core.failpoints import failpoint


def sha256_of(path: Path) -> str:
    """The file's SHA-256 as 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Puts `content` at `path` so that a reader sees the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
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
            temporary = target.with_suffix(".new")
            try:
                with room_for("the file"):
                    shutil.copyfile(source, temporary)
                    with temporary.open("rb") as file:
                        os.fsync(file.fileno())
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
            failpoint("files.copied")
            temporary.replace(target)
        return sha256

    def forget(self, sha256: str) -> None:
        """Removes the file; it is no fault if it is gone."""
        self.path(sha256).unlink(missing_ok=True)
