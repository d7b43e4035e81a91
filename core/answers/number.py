"""NumberAnswers: regression predictions in the target's own unit, with prediction intervals where they are known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.answers.base import KIND
from core.arrays import Floats
from core.errors import ModelError


@dataclass(frozen=True, eq=False)
class NumberAnswers:
    """Predicted numbers for test rows.

    Every array is float64 of shape (rows,). `low` and `high` are the ends of each row's prediction
    interval, or None where none was worked out. Raises ModelError when lengths differ or a number is not finite.
    """

    kind: ClassVar[str] = "number"

    row_ids: tuple[str, ...]
    targets: Floats
    values: Floats
    low: Floats | None = None
    high: Floats | None = None

    def __post_init__(self) -> None:
        for name, column in self._columns().items():
            kept: Floats = np.asarray(column, np.float64)
            _check(name, kept, len(self.row_ids))
            object.__setattr__(self, name, kept)
        if (self.low is None) != (self.high is None):
            raise ModelError("A prediction interval has a low and a high end, and only one of the two is there.")

    def __len__(self) -> int:
        return len(self.row_ids)

    @property
    def answers(self) -> Floats:
        """Predicted number of each row."""
        return self.values

    @property
    def errors(self) -> Floats:
        """Signed errors, prediction less target; below zero where the answer is too low."""
        return self.values - self.targets

    def take(self, rows: Sequence[int] | NDArray[np.intp]) -> Self:
        """Subset of the answers by row position, in this order."""
        places = np.asarray(rows, np.intp)
        picked = {name: column[places] for name, column in self._columns().items()}
        return type(self)(row_ids=tuple(self.row_ids[i] for i in places), **picked)

    def distance(self, other: Self) -> float:
        """Largest difference of a value, in standard deviations of values or targets, whichever is larger.

        Answers may all be alike, and a single row has no spread: then it counts against the value itself.
        """
        if not len(self):
            return 0.0
        spread = max(float(np.std(self.values)), float(np.std(self.targets))) or float(np.abs(self.values).max())
        return float(np.abs(self.values - other.values).max()) / (spread or 1.0)

    def write(self, path: Path) -> None:
        """Writes one Parquet file: row_id, target, answer, low, high; the kind stands in the schema's metadata."""
        nothing = pa.nulls(len(self), pa.float64())
        table = pa.table(
            {
                "row_id": pa.array(self.row_ids, pa.string()),
                "target": pa.array(self.targets),
                "answer": pa.array(self.values),
                "low": nothing if self.low is None else pa.array(self.low),
                "high": nothing if self.high is None else pa.array(self.high),
            }
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table.replace_schema_metadata({KIND: self.kind.encode()}), path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Reads back the NumberAnswers that `write` put there. Raises ModelError for answers of another kind."""
        table = pq.read_table(path)
        kind = (table.schema.metadata or {}).get(KIND, b"class").decode()
        if kind != cls.kind:
            raise ModelError(f"The answers in {path.name} are of the kind '{kind}', expected '{cls.kind}'.")
        return cls(
            row_ids=tuple(table["row_id"].to_pylist()),
            targets=table["target"].to_numpy(),
            values=table["answer"].to_numpy(),
            low=_column(table, "low"),
            high=_column(table, "high"),
        )

    def _columns(self) -> Mapping[str, Floats]:
        found = {"targets": self.targets, "values": self.values, "low": self.low, "high": self.high}
        return {name: column for name, column in found.items() if column is not None}


def _column(table: pa.Table, name: str) -> Floats | None:
    column = table[name]
    return None if len(column) and column.null_count == len(column) else column.to_numpy()


def _check(name: str, column: Floats, rows: int) -> None:
    if column.shape != (rows,):
        raise ModelError(f"There are {rows:,} rows, and '{name}' has the shape {column.shape}.")
    if name in {"targets", "values"} and not np.isfinite(column).all():
        strange = int((~np.isfinite(column)).sum())
        raise ModelError(
            f"{strange:,} of {rows:,} numbers in '{name}' are not finite.",
            "Learn with a lower learning rate, or look for extreme values in the target column.",
        )
