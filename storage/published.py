"""Artifacts of runs at the remote place: an attempt's files first, then a manifest of their hashes.

A manifest names only files that are there, so it stands for all of them or none. Each attempt writes below its own
number: a worker that has lost its lease can disturb nobody.
"""

import logging
import shutil
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import ValidationError

from core.durable import sha256_of
from core.errors import NotFound
from storage.files import ARRIVING, write_whole
from storage.records import Record
from storage.remote import FileDamaged, Remote

log = logging.getLogger(__name__)

FolderPart = Literal["state", "results", "words", "columns"]
"""Part of a manifest: the newest checkpoint, what a success left, or explanations found later by whoever asked."""
AT_ONCE = 4
"""Parallel transfers."""
EXPLANATIONS: dict[Literal["words", "columns"], str] = {
    "words": "explanations/words.json",
    "columns": "explanations/columns.json",
}
"""Files of what is found about a model after its run."""
LATER = 0
"""Attempt number of what is found after the run; no attempt has it."""


class PublishedFile(Record):
    """File in a manifest: its hash and size."""

    sha256: str
    bytes: int


class Listing(Record):
    """Manifest: the files of one part of one attempt, by their names below the run's work folder."""

    format: Literal[1] = 1
    attempt: int
    files: dict[str, PublishedFile]


class Published:
    """Artifact store: runs' files at a remote place."""

    def __init__(self, remote: Remote) -> None:
        self.remote = remote

    def publish(self, run_id: str, attempt: int, part: FolderPart, work: Path, names: Iterable[str]) -> Listing:
        """Uploads the named files of `work`, then the manifest. Raises FileNotFoundError when one of them vanishes."""

        def put(name: str) -> tuple[str, PublishedFile]:
            kept = PublishedFile(sha256=sha256_of(work / name), bytes=(work / name).stat().st_size)
            self.remote.put(work / name, _key(run_id, attempt, kept.sha256))
            return name, kept

        with ThreadPoolExecutor(AT_ONCE) as pool:
            files = dict(pool.map(put, sorted(names)))
        listing = Listing(attempt=attempt, files=files)
        self.remote.write(listing.model_dump_json().encode(), _key(run_id, attempt, f"{part}.json"))
        return listing

    def put_again(self, run_id: str, listing: Listing, work: Path, *, check: bool) -> bool:
        """Uploads files of a manifest that are missing there and are in `work`; returns whether all are there now."""
        for name, kept in listing.files.items():
            path, key = work / name, _key(run_id, listing.attempt, kept.sha256)
            if path.is_file() and sha256_of(path) == kept.sha256:
                self.remote.put(path, key, check=kept.sha256 if check else "")
            elif self.remote.size(key) != kept.bytes:
                return False
        return True

    def find(self, run_id: str, attempt: int, part: FolderPart) -> Listing | None:
        """Manifest that this attempt left, None when it left none. Raises FileDamaged."""
        content = self.remote.read(_key(run_id, attempt, f"{part}.json"))
        if content is None:
            return None
        try:
            listing = Listing.model_validate_json(content)
        except ValidationError:
            raise FileDamaged(f"The list of what run {run_id} left at {self.remote.shown} is damaged.") from None
        strange = [name for name in listing.files if not _is_below(name)]
        if strange:
            raise FileDamaged(f"The list of what run {run_id} left names a file outside its folder.")
        return listing

    def newest(self, run_id: str, part: FolderPart, attempt: int) -> Listing | None:
        """Manifest of the latest attempt, up to `attempt`, that left one."""
        found = (self.find(run_id, number, part) for number in range(attempt, 0, -1))
        return next((listing for listing in found if listing), None)

    def bring(self, run_id: str, listing: Listing, work: Path, wanted: Callable[[str], bool]) -> None:
        """Downloads the wanted files that are not in `work`, or are there with another size."""

        def fetch(name: str) -> None:
            kept, path = listing.files[name], work / name
            if not (path.is_file() and path.stat().st_size == kept.bytes):
                self.remote.fetch(_key(run_id, listing.attempt, kept.sha256), path, kept.sha256)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(fetch, filter(wanted, listing.files)))

    def tidy(self, run_id: str, before: Listing, after: Listing) -> None:
        """Removes files that the earlier manifest of the same attempt names and the later does not."""
        needed = {kept.sha256 for kept in after.files.values()}
        for kept in before.files.values():
            if kept.sha256 not in needed:
                self.remote.forget(_key(run_id, before.attempt, kept.sha256))

    def forget(self, run_id: str, attempt: int | None = None) -> None:
        """Removes what one attempt left, or everything of the run."""
        self.remote.forget(f"runs/{run_id}" if attempt is None else f"runs/{run_id}/{attempt}")

    def forget_part(self, run_id: str, attempt: int, part: FolderPart) -> None:
        """Removes a manifest, not its files."""
        self.remote.forget(_key(run_id, attempt, f"{part}.json"))


class Results:
    """Results of succeeded runs, here or downloaded on demand; the manifest is cached beside the files."""

    def __init__(self, published: Published | None) -> None:
        self.published = published

    def publish(self, run_id: str, attempt: int, work: Path) -> None:
        """Uploads everything but checkpoints."""
        if self.published:
            names = [path.relative_to(work).as_posix() for path in work.rglob("*") if path.is_file()]
            kept = [name for name in names if not name.startswith("checkpoints/")]
            listing = self.published.publish(run_id, attempt, "results", work, kept)
            write_whole(_local(work), listing.model_dump_json().encode())

    def publish_again(self, run_id: str, attempt: int, work: Path, *, check: bool) -> bool:
        """Uploads results that are missing there and on this machine; returns whether all are there now."""
        assert self.published  # noqa: S101  # nobody asks without one
        if listing := self.published.find(run_id, attempt, "results"):
            return self.published.put_again(run_id, listing, work, check=check)
        is_whole = (work / "evaluation.json").is_file() or (work / "points").is_dir()
        if is_whole:
            self.publish(run_id, attempt, work)
        return is_whole

    def publish_explanation(self, run_id: str, work: Path, about: Literal["words", "columns"]) -> None:
        """Uploads what was found about the model after the run."""
        if self.published:
            self.published.publish(run_id, LATER, about, work, [EXPLANATIONS[about]])

    def here(self, run_id: str, attempt: int | None, work: Path, name: str) -> Path:
        """Path of a run's file or folder, downloaded if need be; `attempt` succeeded, None: none has."""
        about = next((part for part, file in EXPLANATIONS.items() if file == name), None)
        if self.published and about:
            listing = None if (work / name).exists() else self.published.find(run_id, LATER, about)
            if listing:
                self.published.bring(run_id, listing, work, lambda found: found == name)
        elif attempt is not None:
            self.bring(run_id, attempt, work, name)
        return work / name

    def bring(self, run_id: str, attempt: int, work: Path, prefix: str = "") -> bool:
        """Downloads the files whose names begin so, unless here; False, and no change, where none was published."""
        if self.published is None or (listing := self._listing(run_id, attempt, work)) is None:
            return False
        self.published.bring(run_id, listing, work, lambda name: name.startswith(prefix))
        return True

    def _listing(self, run_id: str, attempt: int, work: Path) -> Listing | None:
        """Manifest cached here, if of this attempt; else the remote one, and local files that differ are removed."""
        assert self.published  # noqa: S101  # bring has looked
        here = _local(work)
        if here.is_file() and (known := Listing.model_validate_json(here.read_bytes())).attempt == attempt:
            return known
        listing = self.published.find(run_id, attempt, "results")
        if listing is not None:
            for name, kept in listing.files.items():
                path = work / name
                if path.is_file() and sha256_of(path) != kept.sha256:
                    path.unlink()
            write_whole(here, listing.model_dump_json().encode())
        return listing


def bring_state(published: Published, run_id: str, attempt: int, work: Path) -> None:
    """Downloads the newest checkpoint that any attempt published, unless a later one is here."""
    for _ in range(3):  # another attempt may tidy away what we are fetching
        listing = published.newest(run_id, "state", attempt)
        if listing is None or _step(listing.files) <= _step(state_of(work)):
            return
        for left in work.parent.glob(f"{ARRIVING}*"):  # of an attempt that was killed
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=_ensured(work.parent), prefix=ARRIVING) as folder:
            try:
                published.bring(run_id, listing, Path(folder), lambda _: True)
            except NotFound:
                log.info("run %s: a checkpoint was replaced while it was being fetched", run_id)
                continue
            _move_in(Path(folder), work)
            log.info("run %s: fetched what attempt %d had saved", run_id, listing.attempt)
            return


def _move_in(arrived: Path, work: Path) -> None:
    """Moves each checkpoint and each point in by one rename, so that half of one is never seen."""
    for place in [*arrived.glob("checkpoints/*"), *arrived.glob("points/*")]:
        target = _ensured(work / place.parent.name) / place.name
        if target.is_dir():
            shutil.rmtree(target)
        place.replace(target)


def _ensured(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def state_of(work: Path) -> list[str]:
    """Files that a later attempt resumes from: the newest checkpoint's, and a search's points."""
    checkpoints = [place for place in (work / "checkpoints").glob("checkpoint-*") if place.name[11:].isdigit()]
    newest = max(checkpoints, key=lambda place: int(place.name[11:]), default=None)
    found = [path for path in newest.rglob("*") if path.is_file()] if newest else []
    found += (work / "points").glob("*.parquet")
    return sorted(path.relative_to(work).as_posix() for path in found)


def _step(names: Iterable[str]) -> tuple[int, int]:
    """Progress of a state, for comparing two: its checkpoint's step, and a search's number of points."""
    parts = [PurePosixPath(name).parts for name in names]
    steps = [int(part[1][11:]) for part in parts if part[0] == "checkpoints" and part[1][11:].isdigit()]
    return max(steps, default=-1), sum(part[0] == "points" for part in parts)


def _local(work: Path) -> Path:
    return work.parent / "results.json"


def _key(run_id: str, attempt: int, name: str) -> str:
    return f"runs/{run_id}/{attempt}/{name}"


def _is_below(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name and "\0" not in name
