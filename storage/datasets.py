"""Datasets: rows kept by content, with a name and where they came from."""

import secrets
import tempfile
from pathlib import Path
from typing import Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from sqlmodel import Session, col, select

from core.errors import DatasetError, NotFound, did_you_mean
from storage.database import Database
from storage.files import Files
from storage.records import Dataset
from storage.remote import FilesOutOfReach
from storage.tables import DatasetRow, RunRow


class Rows(Protocol):
    """What a reader of files gives: the rows, and what there was to say about reading them."""

    @property
    def frame(self) -> pd.DataFrame:
        """The rows."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Plain sentences."""
        ...


class Datasets:
    """Adds, lists, reads and deletes datasets."""

    def __init__(self, database: Database, files: Files) -> None:
        self._database = database
        self.files = files

    def add(
        self, table: Rows, *, name: str, source: str, original: Path | None = None, scenario: str | None = None
    ) -> Dataset:
        """Keeps the rows and, where there is one, the file they were read from.

        The same rows under the same name are the same dataset; a taken name gets a number.
        """
        sha256, size = self._keep(table.frame)
        original_sha256 = self.files.keep(original) if original else None
        with self._database.write() as session:
            same = session.exec(
                select(DatasetRow).where(
                    DatasetRow.sha256 == sha256, DatasetRow.scenario == scenario, col(DatasetRow.parent_id).is_(None)
                )
            )
            known = [row for row in same if row.name == name or scenario]
            if known:
                return Dataset.model_validate(known[0])
            row = _row(table, name, sha256, size, source, session)
            row.original_sha256, row.scenario = original_sha256, scenario
            return self._added(row, session)

    def add_version(self, parent: str, table: Rows, *, name: str = "") -> Dataset:
        """Keeps mended rows as a new version of `parent` (an id or a name), which stays as it is.

        The same rows are the same version. Raises NotFound for an unknown parent, DatasetError when nothing changed.
        """
        old = self.get(parent)
        sha256, size = self._keep(table.frame)
        if sha256 == old.sha256:
            raise DatasetError(f"Nothing is changed: the rows are those of '{old.name}'.", "Mend a row first.")
        with self._database.write() as session:
            same = select(DatasetRow).where(DatasetRow.sha256 == sha256, DatasetRow.parent_id == old.id)
            if known := session.exec(same).first():
                return Dataset.model_validate(known)
            row = _row(table, name or f"{old.name}, mended", sha256, size, old.source, session)
            row.parent_id, row.scenario = old.id, old.scenario
            return self._added(row, session)

    def _keep(self, frame: pd.DataFrame) -> tuple[str, int]:
        """The hash and the size of the file that now holds these rows."""
        with tempfile.TemporaryDirectory() as folder:
            parquet = Path(folder) / "rows.parquet"
            pq.write_table(_as_arrow(frame), parquet, compression="zstd")
            return self.files.keep(parquet), parquet.stat().st_size

    def _added(self, row: DatasetRow, session: Session) -> Dataset:
        row.created_by = self._database.actor.name
        session.add(row)
        session.flush()
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
        """The Parquet file that holds the rows."""
        return self.files.path(self.get(id_or_name).sha256)

    def frame(self, id_or_name: str) -> pd.DataFrame:
        """All rows."""
        frame: pd.DataFrame = pd.read_parquet(self.path(id_or_name))
        return frame

    def head(self, id_or_name: str, rows: int = 100) -> pd.DataFrame:
        """The first rows, without reading the rest."""
        with pq.ParquetFile(self.path(id_or_name)) as file:
            first = next(file.iter_batches(batch_size=rows), None)
            head: pd.DataFrame = (first or file.schema_arrow.empty_table()).to_pandas()
            return head

    def hashes(self) -> list[str]:
        """The hash of every file that a dataset needs: its rows, and what they were read from."""
        with self._database.read() as session:
            pairs = session.exec(select(DatasetRow.sha256, DatasetRow.original_sha256)).all()
        return sorted({sha256 for pair in pairs for sha256 in pair if sha256})

    def delete(self, id_or_name: str) -> None:
        """Forgets the dataset and its files. Raises DatasetError while runs need it."""
        dataset = self.get(id_or_name)
        with self._database.write() as session:
            runs = session.exec(select(RunRow.name).where(RunRow.dataset_id == dataset.id)).all()
            if runs:
                raise DatasetError(
                    f"{len(runs)} {'run needs' if len(runs) == 1 else 'runs need'} the dataset '{dataset.name}'.",
                    "Delete those runs first, or keep it.",
                )
            row = session.get_one(DatasetRow, dataset.id)
            hashes = {row.sha256, row.original_sha256} - {None}
            session.delete(row)
            session.flush()
            others = session.exec(select(DatasetRow)).all()
            still_used = {sha for other in others for sha in (other.sha256, other.original_sha256)}
        try:
            for sha256 in hashes - still_used:
                self.files.forget(str(sha256))
        except FilesOutOfReach as error:
            raise DatasetError(
                f"'{dataset.name}' is deleted, but a file of it stays where files are kept. {error.message}",
                f"Remove it there by hand: {', '.join(sorted(str(sha256) for sha256 in hashes - still_used))}.",
            ) from None

    def list(self) -> list[Dataset]:
        """All datasets, newest first."""
        with self._database.read() as session:
            rows = session.exec(select(DatasetRow).order_by(col(DatasetRow.created).desc()))
            return [Dataset.model_validate(row) for row in rows]


def _row(table: Rows, name: str, sha256: str, size: int, source: str, session: Session) -> DatasetRow:
    return DatasetRow(
        id=f"d{secrets.token_hex(5)}",
        name=_free_name(name, set(session.exec(select(DatasetRow.name)))),
        rows=len(table.frame),
        columns=[str(column) for column in table.frame.columns],
        bytes=size,
        sha256=sha256,
        source=source,
        notes=list(table.notes),
    )


def _as_arrow(frame: pd.DataFrame) -> pa.Table:
    """The rows as an Arrow table; a column of mixed types is kept as text."""
    columns = {}
    for name, column in frame.items():
        try:
            columns[str(name)] = pa.array(column, from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            columns[str(name)] = pa.array(column.astype("string"), from_pandas=True)
    return pa.table(columns)


def _free_name(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    return next(f"{name} ({n})" for n in range(2, len(taken) + 3) if f"{name} ({n})" not in taken)
