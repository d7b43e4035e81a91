"""Pruning (garbage collection): planned first, shown, and checked again under the write lock before removal.

Nothing goes that a waiting or working job, an open share or a decision needs, and no run goes unless somebody says how
many of the best are to stay.
"""

import logging
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy import delete
from sqlmodel import col, select

from storage import rights, unneeded
from storage.clock import now
from storage.database import Database
from storage.datasets import Datasets
from storage.files import ARRIVING, LEFT, size_of
from storage.published import Published
from storage.records import Record
from storage.rights import demands
from storage.tables import LogRow, RunRow, ShareRow
from storage.unneeded import EndedRun, PruneOptions
from storage.whole import why_unreadable

log = logging.getLogger(__name__)

SETTLED = timedelta(days=1)
"""Grace period of an unreferenced file: it may be on its way in."""

PruneKind = Literal["checkpoints", "attempts", "lines", "run", "folder", "file", "stray", "cache", "audit"]


class Prunable(Record):
    """Item that could be removed, or has been."""

    kind: PruneKind
    subject: str
    """A run's id, a hash, or a file's path in the cache or the home."""
    name: str
    bytes: int = 0
    rows: int = 0


class Pruning:
    """Plans what could be removed, and removes it."""

    def __init__(self, database: Database, datasets: Datasets, home: Path, published: Published | None = None) -> None:
        self._database = database
        self._published = published
        self._datasets = datasets
        self._home = home

    @demands("admin")
    def plan(self, options: PruneOptions) -> tuple[Prunable, ...]:
        """Dry run: everything that could be removed, what is missed least first. Changes nothing."""
        with self._database.read() as session:
            ended = unneeded.ended(session, options.before)
            removable = unneeded.removable(session, options)
            named = unneeded.named(session)
            known, snapshots = set(session.exec(select(RunRow.id))), set(session.exec(select(ShareRow.sha256)))
            whole = {run.id for run in removable}
            items = [item for run in ended if run.id not in whole for item in self._of_a_run(run)]
            items += [self._whole_run(run) for run in removable]
            if lines := unneeded.old_audit(session, options):
                items.append(Prunable(kind="audit", subject="audit", name="who did what, over a year ago", rows=lines))
        items += self._unnamed("folder", (self._home / "runs").glob("*"), known)
        items += self._unnamed("file", (self._home / "files").glob("??/*"), named)
        items += self._strays(snapshots)
        items += self._cache(options.before)
        order: list[PruneKind] = [
            "cache",
            "checkpoints",
            "folder",
            "file",
            "stray",
            "attempts",
            "lines",
            "audit",
            "run",
        ]
        return tuple(sorted(items, key=lambda item: (order.index(item.kind), -item.bytes, item.subject)))

    @demands("admin", "prune", about_first=False)
    def carry_out(self, items: tuple[Prunable, ...], options: PruneOptions) -> tuple[Prunable, ...]:
        """Removes what `plan` found, as far as it would still find it and it may still go; returns what has gone."""
        rights.about(f"{len(items)} things")
        gone = []
        found = {(item.kind, item.subject) for item in self.plan(options)}
        for item in items:
            if (item.kind, item.subject) in found and self._let_go(item, options):
                log.info("pruned %s %s, %d bytes, %d rows", item.kind, item.subject, item.bytes, item.rows)
                gone.append(item)
        return tuple(gone)

    def _of_a_run(self, run: EndedRun) -> Iterator[Prunable]:
        folder = f"{self._home}/runs/{run.id}"  # a Path for each is slow
        checkpoints, attempts = size_of(f"{folder}/work/checkpoints"), size_of(f"{folder}/attempts")
        if checkpoints:
            yield Prunable(kind="checkpoints", subject=run.id, name=run.name, bytes=checkpoints)
        if attempts:
            yield Prunable(kind="attempts", subject=run.id, name=run.name, bytes=attempts)
        if run.lines:
            yield Prunable(kind="lines", subject=run.id, name=run.name, rows=run.lines)

    def _whole_run(self, run: RunRow) -> Prunable:
        return Prunable(kind="run", subject=run.id, name=run.name, bytes=size_of(self._home / "runs" / run.id), rows=1)

    def _unnamed(self, kind: PruneKind, places: Iterator[Path], named: set[str]) -> Iterator[Prunable]:
        for place in places:
            if place.name not in named and _is_older(place, now() - SETTLED):
                size = size_of(place) if place.is_dir() else place.stat().st_size
                yield Prunable(
                    kind=kind, subject=place.name, name=f"{place.name[:12]}, which nothing names", bytes=size
                )

    def _strays(self, snapshots: set[str]) -> Iterator[Prunable]:
        """Files that lie where none belongs, snapshots that no share names, and what a killed process half wrote."""
        shares, files = self._home / "shares", self._home / "files"
        found = [place for place in files.glob("*") if place.is_file()]
        found += [place for place in shares.glob("??/*") if place.name not in snapshots]
        found += [place for top in (self._home, self._home / "models") for place in top.glob(".*-*") if _is_left(place)]
        for place in found:
            if _is_older(place, now() - SETTLED):
                name = place.relative_to(self._home).as_posix()
                size = size_of(place) if place.is_dir() else place.stat().st_size
                yield Prunable(kind="stray", subject=name, name="which nothing names", bytes=size)

    def _cache(self, before: datetime) -> Iterator[Prunable]:
        for part in ("tokens", "vectors"):
            for place in (self._home / "cache" / part).glob("??/*"):
                if _is_older(place, before):
                    name = place.relative_to(self._home / "cache").as_posix()
                    yield Prunable(kind="cache", subject=name, name=f"{part} of texts", bytes=place.stat().st_size)

    def _let_go(self, item: Prunable, options: PruneOptions) -> bool:
        folder = self._home / "runs" / item.subject
        ways: dict[PruneKind, Callable[[], bool]] = {
            "cache": lambda: _unlink(self._home / "cache" / item.subject),
            "checkpoints": lambda: self._remove_folder(folder / "work" / "checkpoints", item.subject, options),
            "attempts": lambda: self._remove_folder(folder / "attempts", item.subject, options),
            "lines": lambda: self._forget_lines(item.subject, options),
            "run": lambda: self._forget_run(item.subject, options),
            "folder": lambda: self._forget_folder(folder),
            "file": lambda: self._forget_file(item.subject),
            "stray": lambda: self._forget_stray(self._home / item.subject),
            "audit": lambda: self._forget_audit(options),
        }
        return ways[item.kind]()

    def _remove_folder(self, place: Path, run_id: str, options: PruneOptions) -> bool:
        """Renames the folder away while the run's job is locked, and removes it then."""
        with self._moved_away(place) as move, self._database.write() as session:
            run = unneeded.still_ended(session, run_id, options)
            if run is None or not place.is_dir():
                return False
            move()
            run.bytes = size_of(self._home / "runs" / run_id)
        return True

    def _forget_lines(self, run_id: str, options: PruneOptions) -> bool:
        with self._database.write() as session:
            if unneeded.still_ended(session, run_id, options):
                session.execute(delete(LogRow).where(col(LogRow.run_id) == run_id))
                return True
        return False

    def _forget_run(self, run_id: str, options: PruneOptions) -> bool:
        with self._moved_away(self._home / "runs" / run_id) as move, self._database.write() as session:
            run = unneeded.still_ended(session, run_id, options)
            if run is None or run.decision or why_unreadable(run) or run_id in unneeded.shared(session):
                return False
            session.delete(run)
            move()
        if self._published:
            self._published.forget(run_id)
        return True

    def _forget_folder(self, folder: Path) -> bool:
        with self._moved_away(folder) as move, self._database.write() as session:
            if session.get(RunRow, folder.name) or not folder.is_dir():
                return False
            move()
        return True

    def _forget_file(self, sha256: str) -> bool:
        place = next((self._home / "files").glob(f"??/{sha256}"), None)
        with self._database.write() as session:
            if place is None or not _is_older(place, now() - SETTLED):
                return False
            if sha256.startswith((LEFT, ARRIVING)):
                return _unlink(place)
            return bool(self._datasets.forget_unused(session, {sha256}))

    def _forget_stray(self, place: Path) -> bool:
        with self._moved_away(place) as move, self._database.write() as session:
            if session.exec(select(ShareRow.id).where(ShareRow.sha256 == place.name)).first():
                return False
            if not place.is_dir():
                return _unlink(place)
            move()
        return True

    def _forget_audit(self, options: PruneOptions) -> bool:
        with self._database.write() as session:
            unneeded.forget_audit(session, options)
        return True

    @contextmanager
    def _moved_away(self, place: Path) -> Iterator[Callable[[], None]]:
        """Yields a function that renames the folder away: removed when the block succeeds, put back when it raises."""
        away = self._home / "incoming" / f"gone-{place.parent.name}-{place.name}-{time.time_ns()}"
        away.parent.mkdir(exist_ok=True)

        def move() -> None:
            if place.is_dir():
                place.rename(away)

        try:
            yield move
        except BaseException:
            if away.exists():
                away.rename(place)
            raise
        shutil.rmtree(away, ignore_errors=True)


def _is_older(place: Path, moment: datetime) -> bool:
    try:
        return place.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:
        return False


def _is_left(place: Path) -> bool:
    """Whether the name is that of a temporary file or folder."""
    return place.name.startswith((LEFT, ARRIVING, ".archive-", ".fetching-"))


def _unlink(place: Path) -> bool:
    try:
        place.unlink()
    except FileNotFoundError:
        return False
    return True
