"""Temporary folders for uploads, each locked while in use; those that a dead process left are removed."""

import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

LOCK = ".in-use"
GRACE_S = 60.0
"""Grace period: a folder so young may not have been locked yet."""


@contextmanager
def for_a_moment(incoming: Path) -> Iterator[Path]:
    """Temporary folder under `incoming`, locked, and removed when the block ends."""
    folder = incoming / secrets.token_hex(8)
    folder.mkdir(parents=True, mode=0o700)
    try:
        with FileLock(folder / LOCK):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(incoming: Path) -> int:
    """Removes the folders whose lock is free and returns how many: a lock ends with its process."""
    swept = 0
    for folder in incoming.iterdir() if incoming.is_dir() else ():
        try:
            if time.time() - folder.stat().st_mtime < GRACE_S:
                continue
            with FileLock(folder / LOCK, timeout=0):
                shutil.rmtree(folder, ignore_errors=True)
                swept += 1
        except (Timeout, OSError):
            continue
    return swept
