"""Atomic checkpoints, whole or not there: written to a temporary folder, hashed, flushed to disk, then renamed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from core.durable import flush, flushed_hashes, is_unchanged
from core.failpoints import failpoint

KEPT = 2
MANIFEST = "manifest.json"
_PREFIX = "checkpoint-"


def save_whole(folder: Path, step: int, write: Callable[[Path], None], *, identity: str) -> Path:
    """Saves a checkpoint of `step` in `folder`, filled by `write`; all but the newest two are removed.

    `identity` names what the checkpoint belongs to. Whatever interrupts this, a half-written one never counts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    temporary, final = folder / f"writing-{step}", folder / f"{_PREFIX}{step}"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        write(temporary)
        failpoint("checkpoint.writing")
        seal(temporary, identity=identity)
    except BaseException:  # a disk that is full has room again for the run's last words
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    failpoint("checkpoint.sealed")
    shutil.rmtree(final, ignore_errors=True)
    temporary.rename(final)
    flush(folder)
    failpoint("checkpoint.named")
    for old in _newest_first(folder)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return final


def newest_whole(folder: Path, *, identity: str) -> Path | None:
    """Newest checkpoint whose files all match their hashes and that belongs to `identity`, or None."""
    return next((place for place in _newest_first(folder) if is_whole(place, identity=identity)), None)


def seal(folder: Path, *, identity: str) -> None:
    """Writes the manifest of hashes and flushes everything to disk. An earlier manifest is replaced."""
    hashes = flushed_hashes(folder, but=MANIFEST)
    (folder / MANIFEST).write_text(json.dumps({"identity": identity, "files": hashes}, indent=1))
    flush(folder / MANIFEST)
    flush(folder)


def is_whole(folder: Path, *, identity: str) -> bool:
    """Whether the manifest is there and names `identity`, every file has its hash, and nothing else is there."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        return (
            manifest["identity"] == identity
            and not folder.is_symlink()
            and is_unchanged(folder, manifest["files"], but=MANIFEST)
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def step_of(checkpoint: Path) -> int:
    """The step after which a checkpoint was taken."""
    return int(checkpoint.name.removeprefix(_PREFIX))


def _newest_first(folder: Path) -> list[Path]:
    found = [place for place in folder.glob(f"{_PREFIX}*") if place.name.removeprefix(_PREFIX).isdigit()]
    return sorted(found, key=step_of, reverse=True)
