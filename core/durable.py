"""Hashes of files, and durable writes (fsync): what a power cut cannot take back."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's content, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stamp(path: Path) -> tuple[int, int, int]:
    """Inode, time of change and size of a file: equal ones say that nobody wrote to it or replaced it in between."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


def flush(path: Path) -> None:
    """Fsync: returns when a file's content, or a folder's list of names, is on the disk and not only in memory."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flushed_hashes(folder: Path, *, but: str) -> dict[str, str]:
    """The SHA-256 of every file below a folder by its relative path, all on the disk; the manifest `but` left out."""
    hashes = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / but):
        hashes[path.relative_to(folder).as_posix()] = sha256_of(path)
        flush(path)
    return hashes


def is_unchanged(folder: Path, hashes: Mapping[str, str], *, but: str) -> bool:
    """Whether the files below a folder are those of `hashes`, no more, no fewer, none a link; `but` may lie there."""
    here = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    if {path.relative_to(folder).as_posix() for path in here} - {but} != set(hashes):
        return False
    return not any(path.is_symlink() for path in here) and all(
        sha256_of(folder / name) == expected for name, expected in hashes.items()
    )
