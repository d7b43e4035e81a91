"""Datasets: content-addressed rows, with a name and where they came from."""

import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlmodel import Session, col, select

from core.data.checks.findings import Finding
from core.data.files.options import AS_FOUND, ReadOptions
from core.disk import room_for
from core.errors import ConfigError, DatasetError, LimitReached, NotFound, did_you_mean
from core.failpoints import failpoint
from storage import rights
from storage.bounds import Bounds
from storage.database import Database
from storage.files import Files
from storage.incoming import for_a_moment
from storage.records import Dataset
from storage.rights import demands
from storage.tables import NAME_LENGTH, DatasetRow, RunRow

if TYPE_CHECKING:  # a process that opens no rows needs no pandas
    import pandas as pd

    from core.data.mends import Carried
    from core.data.pictures.pack import PictureFile

MENDED = re.compile(r", mended(?: \(\d+\))?$")
"""End of the name that a mended version gets."""


class ReadRows(Protocol):
    """Result of reading a file: the rows, and notes on how they were read."""

    @property
    def frame(self) -> "pd.DataFrame":
        """The rows."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Plain sentences."""
        ...

    @property
    def pictures(self) -> "PictureFile | None":
        """The pictures that the rows refer to, where they do."""
        ...

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found in reading."""
        ...

    @property
    def options(self) -> ReadOptions:
        """How the file was read."""
        ...


class Datasets:
    """Repository of datasets: adds, lists, reads and deletes them."""

    def __init__(self, database: Database, files: Files, bounds: Bounds, incoming: Path) -> None:
        self._database = database
        self.files = files
        self._bounds = bounds
        self._incoming = incoming

    @demands("editor", "dataset.add", about_first=False)
    def add(
        self, table: ReadRows, *, name: str, source: str, original: Path | None = None, scenario: str | None = None
    ) -> Dataset:
        """Keeps the rows and, where there is one, the file they were read from.

        The same rows under the same name are the same dataset; a taken name gets a number, a very long one is cut.
        Raises LimitReached for a person or a disk that has no room; then nothing is kept.
        """
        name = _short(name)
        with self._rows_of(table.frame, getattr(table, "pictures", None), original) as parquet:
            sha256 = self.files.keep(parquet)
            original_sha256 = self.files.keep(original) if original else None
            with self._taking_in({sha256: parquet, original_sha256: original}) as session:
                same = session.exec(
                    select(DatasetRow).where(
                        DatasetRow.sha256 == sha256,
                        DatasetRow.scenario == scenario,
                        col(DatasetRow.parent_id).is_(None),
                    )
                )
                known = [row for row in same if row.name == name or scenario]
                if known:
                    return Dataset.model_validate(known[0])
                row = _row(table, name, sha256, _size(parquet), source, session)
                row.original_sha256, row.original_bytes, row.scenario = original_sha256, _size(original), scenario
                return self._added(row, session)

    @demands("editor", "dataset.mend", about_first=False)
    def add_version(self, parent: str, table: ReadRows, *, mends: "Sequence[Carried]" = (), name: str = "") -> Dataset:
        """Keeps mended rows as a new version of `parent` (an id or a name), which stays as it is.

        `mends` are all that made these rows of those that were read, the parent's own among them. The same rows
        are the same version. Raises NotFound for an unknown parent, DatasetError when nothing changed, LimitReached as
        `add` does.
        """
        old = self.get(parent)
        with self._rows_of(table.frame, getattr(table, "pictures", None) or self.pictures(old.id)) as parquet:
            sha256 = self.files.keep(parquet)
            if sha256 == old.sha256:
                raise DatasetError(f"Nothing is changed: the rows are those of '{old.name}'.", "Mend a row first.")
            with self._taking_in({sha256: parquet}) as session:
                same = select(DatasetRow).where(DatasetRow.sha256 == sha256, DatasetRow.parent_id == old.id)
                if known := session.exec(same).first():
                    return Dataset.model_validate(known)
                row = _row(
                    table,
                    _short(name or f"{MENDED.sub('', old.name)}, mended"),
                    sha256,
                    _size(parquet),
                    old.source,
                    session,
                )
                row.parent_id, row.scenario = old.id, old.scenario
                row.mends = [one.model_dump(mode="json") for one in mends]
                return self._added(row, session)

    @contextmanager
    def _rows_of(
        self, frame: "pd.DataFrame", pictures: "PictureFile | None", original: Path | None = None
    ) -> Iterator[Path]:
        """Temporary Parquet file with the rows; there is room for it and the original. Raises LimitReached."""
        from core.data.pictures.pack import write_table
        from core.data.rows.stored import as_arrow

        with self._database.read() as session:
            self._bounds.take_in(session, _size(original))
        with for_a_moment(self._incoming) as folder:
            parquet = folder / "rows.parquet"
            with room_for("the rows"):
                write_table(as_arrow(frame), parquet, pictures)
            with self._database.read() as session:
                self._bounds.take_in(session, _size(parquet) + _size(original))
            yield parquet

    @contextmanager
    def _taking_in(self, kept: dict[str | None, Path | None]) -> Iterator[Session]:
        """Write transaction that may refer to these files: they are there, and stay there until it ends.

        There is still room for them, whoever else came meanwhile; otherwise LimitReached, and they are gone again.
        """
        files = [(sha256, path) for sha256, path in kept.items() if sha256 and path]
        try:
            with self._database.write() as session:
                self._bounds.take_in(session, sum(_size(path) for _, path in files))
                for sha256, path in files:
                    if not self.files.place(sha256).exists():  # tidied away between the copy and this transaction
                        self.files.keep(path)
                yield session
        except LimitReached:
            with self._database.write() as session:
                self.forget_unused(session, {sha256 for sha256, _ in files})
            raise

    def forget_unused(self, session: Session, hashes: set[str]) -> set[str]:
        """Garbage collection: removes those of the files that no dataset refers to; returns which.

        Within a transaction that writes alone, as whoever puts a file in does: no row comes to name what goes.
        """
        unused = _unused(session, hashes)
        for sha256 in unused:
            self.files.forget(sha256)
        return unused

    def _added(self, row: DatasetRow, session: Session) -> Dataset:
        row.created_by = self._database.actor.name
        session.add(row)
        session.flush()
        failpoint("datasets.adding")
        rights.about(row.id)
        return Dataset.model_validate(row)

    def get(self, id_or_name: str) -> Dataset:
        """The dataset with this id or name. Raises NotFound."""
        with self._database.read() as session:
            row = (
                session.get(DatasetRow, id_or_name)
                or session.exec(select(DatasetRow).where(DatasetRow.name == id_or_name)).one_or_none()
            )
            if row is None:
                names = session.exec(select(DatasetRow.name)).all()
                raise NotFound(f"There is no dataset '{id_or_name}'.", did_you_mean(id_or_name, names))
            return Dataset.model_validate(row)

    def path(self, id_or_name: str) -> Path:
        """The Parquet file that holds the rows. Raises DatasetError where it is damaged or missing."""
        dataset = self.get(id_or_name)
        return self.files.path(dataset.sha256, f"the dataset '{dataset.name}'")

    def original(self, id_or_name: str) -> Path | None:
        """The file that the rows, or those of the version that they were made from, were read from; None without one.

        Raises NotFound where a version is gone that lies between.
        """
        with self._database.read() as session:
            row = session.get(DatasetRow, self.get(id_or_name).id)
            while row is not None and row.original_sha256 is None and row.parent_id is not None:
                row = session.get(DatasetRow, row.parent_id)
            sha256 = row.original_sha256 if row else None
        return self.files.path(sha256, f"what '{row.name}' was read from") if row and sha256 else None

    def frame(self, id_or_name: str) -> "pd.DataFrame":
        """All rows; pictures by reference."""
        from core.data.pictures.pack import read_frame

        return read_frame(self.path(id_or_name))

    def head(self, id_or_name: str, rows: int = 100) -> "pd.DataFrame":
        """The first rows, without reading the rest; pictures by reference."""
        from core.data.pictures.pack import read_head

        return read_head(self.path(id_or_name), rows)

    def pictures(self, id_or_name: str) -> "PictureFile | None":
        """The pictures that the rows refer to; None where there are none."""
        from core.data.pictures.pack import PictureFile

        pictures = PictureFile(self.path(id_or_name))
        return pictures if pictures.columns else None

    @demands("viewer")
    def hashes(self) -> list[str]:
        """SHA-256 of every file that a dataset needs: its rows, and what they were read from."""
        with self._database.read() as session:
            pairs = session.exec(select(DatasetRow.sha256, DatasetRow.original_sha256)).all()
        return sorted({sha256 for pair in pairs for sha256 in pair if sha256})

    def hashes_of(self, dataset_id: str) -> tuple[str | None, str | None]:
        """SHA-256 of a dataset's rows, and of the file that they were read from, where there is one."""
        with self._database.read() as session:
            row = session.get_one(DatasetRow, dataset_id)
            return row.sha256, row.original_sha256

    @demands("editor", "dataset.delete")
    def delete(self, id_or_name: str) -> None:
        """Deletes the dataset and its files. Raises DatasetError while runs need it."""
        dataset = self.get(id_or_name)
        with self._database.write() as session:
            rights.own(session, self._database.actor, dataset.created_by, "dataset")
            runs = session.exec(select(RunRow.name).where(RunRow.dataset_id == dataset.id)).all()
            if runs:
                raise DatasetError(
                    f"{len(runs)} {'run needs' if len(runs) == 1 else 'runs need'} the dataset '{dataset.name}'.",
                    "Delete those runs first, or keep it.",
                )
            row = session.get_one(DatasetRow, dataset.id)
            hashes = {str(sha256) for sha256 in (row.sha256, row.original_sha256) if sha256}
            session.delete(row)
            session.flush()
            for sha256 in _unused(session, hashes):
                self.files.forget_there(sha256)  # where it cannot be done, the row stays
        with self._database.write() as session:  # here only when nothing can bring the row back
            self.forget_unused(session, hashes)

    @demands("editor", "dataset.rename")
    def rename(self, id_or_name: str, name: str) -> Dataset:
        """Gives the dataset another name; a taken one gets a number. Raises ConfigError for a blank one."""
        dataset, name = self.get(id_or_name), _short(name)
        with self._database.write() as session:
            rights.own(session, self._database.actor, dataset.created_by, "dataset")
            row = session.get_one(DatasetRow, dataset.id)
            taken = set(session.exec(select(DatasetRow.name).where(DatasetRow.id != dataset.id)))
            row.name = _free_name(name, taken)
        return self.get(dataset.id)

    @demands("machine")
    def measure_all(self) -> None:
        """Fills in the sizes of original files that an older version did not measure."""
        uncounted = (col(DatasetRow.original_sha256).is_not(None), col(DatasetRow.original_bytes) == 0)
        with self._database.read() as session:
            if session.exec(select(DatasetRow.id).where(*uncounted)).first() is None:
                return
        with self._database.write() as session:
            for row in session.exec(select(DatasetRow).where(*uncounted)):
                place = self.files.place(str(row.original_sha256))
                row.original_bytes = place.stat().st_size if place.exists() else 0

    def list(self) -> list[Dataset]:
        """All datasets, newest first."""
        with self._database.read() as session:
            rows = session.exec(select(DatasetRow).order_by(col(DatasetRow.created).desc()))
            return [Dataset.model_validate(row) for row in rows]


def _unused(session: Session, hashes: set[str]) -> set[str]:
    """Hashes without a reference: those that no dataset names."""
    named = session.execute(select(DatasetRow.sha256, DatasetRow.original_sha256))
    return hashes - {str(sha256) for row in named for sha256 in row if sha256}


def _size(file: Path | None) -> int:
    return file.stat().st_size if file else 0


def _row(table: ReadRows, name: str, sha256: str, size: int, source: str, session: Session) -> DatasetRow:
    return DatasetRow(
        id=f"d{secrets.token_hex(5)}",
        name=_free_name(name, set(session.exec(select(DatasetRow.name)))),
        rows=len(table.frame),
        columns=[str(column) for column in table.frame.columns],
        bytes=size,
        sha256=sha256,
        source=source,
        notes=list(table.notes),
        options=getattr(table, "options", AS_FOUND).model_dump(mode="json"),
        findings=[finding.model_dump(mode="json") for finding in getattr(table, "findings", ())],
    )


def _short(name: str) -> str:
    """Name that fits, without blanks around it. Raises ConfigError for one of blanks alone."""
    name = name.strip()
    if not name:
        raise ConfigError("A dataset needs a name.", "Write one with at least one letter.")
    most = NAME_LENGTH - 10  # room for a number
    return name if len(name) <= most else f"{name[:most]}…"


def _free_name(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    return next(f"{name} ({n})" for n in range(2, len(taken) + 3) if f"{name} ({n})" not in taken)
