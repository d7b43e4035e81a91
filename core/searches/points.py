"""What one small run of a search found: which held-out rows each contender got right. Imports no torch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

MODEL, TFIDF = "model", "tfidf"
WHO = (MODEL, TFIDF)
"""The contenders of a label curve: the chosen start, and counted words with logistic regression."""


@dataclass(frozen=True)
class Point:
    """One draw of `size` labels a class, `rows` labels in all (a class may have fewer), and how the contenders did.

    `right` has one array a contender, bool (held-out rows,), in the same order of rows for every point of a search.
    """

    size: int
    draw: int
    rows: int
    right: Mapping[str, NDArray[np.bool_]]

    def accuracy(self, who: str) -> float:
        """The share of the held-out rows that `who` got right."""
        return float(self.right[who].mean())

    def write(self, folder: Path) -> None:
        """Keeps the point in `folder`: whole or not there."""
        folder.mkdir(parents=True, exist_ok=True)
        about = {"size": str(self.size), "draw": str(self.draw), "rows": str(self.rows)}
        table = pa.table({who: pa.array(right) for who, right in self.right.items()})
        unfinished = folder / f".{_name(self.size, self.draw)}.part"
        pq.write_table(table.replace_schema_metadata(about), unfinished)
        unfinished.replace(folder / _name(self.size, self.draw))

    @classmethod
    def read(cls, path: Path) -> "Point":
        """The point that `write` put there."""
        table = pq.read_table(path)
        about = {key.decode(): int(value) for key, value in table.schema.metadata.items() if key in _ABOUT}
        return cls(**about, right={name: table[name].to_numpy() for name in table.column_names})


_ABOUT = (b"size", b"draw", b"rows")


def read_points(folder: Path) -> tuple[Point, ...]:
    """The points kept in `folder`, by size and draw; none when there is no such folder."""
    found: Iterable[Point] = (Point.read(path) for path in folder.glob("*.parquet"))
    return tuple(sorted(found, key=lambda point: (point.size, point.draw)))


def _name(size: int, draw: int) -> str:
    return f"{size}-{draw}.parquet"
