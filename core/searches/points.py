"""Points of a learning curve: the losses of each candidate on each test row, from one small run.

Imports no torch.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.arrays import Floats
from core.searches.measure import Measure, first_metric, measure_of

MODEL = "model"
"""Name of the candidate that trains as the search's settings say. The other one has its baseline's name."""


@dataclass(frozen=True)
class Point:
    """Point: one draw of `size` labels, `rows` in all, and the candidates' losses.

    `size` counts labels of each class (one may have fewer), or labels in all where targets have no classes. `losses`
    has one array a candidate, the model's first, float64 (test rows,), in the same order of rows for every point
    of a search: what each row takes away from the `metric`. `shared` is the part of its rows that another draw of this
    size is expected to hold, 1 where all rows were drawn; points of older versions do not know it, and say 0.
    """

    size: int
    draw: int
    rows: int
    losses: Mapping[str, Floats]
    metric: str
    shared: float = 0.0

    @property
    def who(self) -> tuple[str, ...]:
        """Names of the candidates, the model first."""
        return tuple(self.losses)

    @property
    def measure(self) -> Measure:
        """Metric that the losses belong to."""
        return measure_of(self.metric)

    def reached(self, who: str) -> float:
        """Metric of `who` on the test rows."""
        return self.measure.reached(float(self.losses[who].mean()))

    def write(self, folder: Path) -> None:
        """Writes the point to `folder` atomically, as Parquet."""
        folder.mkdir(parents=True, exist_ok=True)
        about = {"size": str(self.size), "draw": str(self.draw), "rows": str(self.rows), "metric": self.metric}
        about |= {"shared": str(self.shared)}
        table = pa.table({who: pa.array(np.asarray(losses, np.float64)) for who, losses in self.losses.items()})
        unfinished = folder / f".{_name(self.size, self.draw)}.part"
        pq.write_table(table.replace_schema_metadata(about), unfinished)
        unfinished.replace(folder / _name(self.size, self.draw))

    @classmethod
    def read(cls, path: Path) -> "Point":
        """Reads a point from its file. The first release kept whether each answer was right, and no metric."""
        table = pq.read_table(path)
        known = table.schema.metadata
        columns = {name: table[name].to_numpy() for name in table.column_names}
        losses = {name: (~one if one.dtype == bool else one).astype(np.float64) for name, one in columns.items()}
        metric = known[b"metric"].decode() if b"metric" in known else first_metric()
        size, draw, rows = (int(known[name]) for name in _NUMBERS)
        return cls(size, draw, rows, losses, metric, float(known.get(b"shared", 0.0)))


_NUMBERS = (b"size", b"draw", b"rows")


def read_points(folder: Path) -> tuple[Point, ...]:
    """Reads all points in `folder`, by size and draw; none when there is no such folder."""
    found: Iterable[Point] = (Point.read(path) for path in folder.glob("*.parquet"))
    return tuple(sorted(found, key=lambda point: (point.size, point.draw)))


def _name(size: int, draw: int) -> str:
    return f"{size}-{draw}.parquet"
