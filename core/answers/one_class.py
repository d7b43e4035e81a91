"""ClassAnswers: class probabilities for each test row, beside its true label."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.answers.base import KIND


@dataclass(frozen=True)
class ClassAnswers:
    """Class probabilities for test rows.

    `row_ids` and `targets` have one entry a row; `scores` has shape (rows, classes), float32, its columns in the
    order of `labels`; a row sums to one.
    """

    kind: ClassVar[str] = "class"

    row_ids: tuple[str, ...]
    targets: tuple[str, ...]
    labels: tuple[str, ...]
    scores: np.ndarray

    @cached_property
    def answers(self) -> tuple[str, ...]:
        """Predicted label of each row: the one with the highest score."""
        return tuple(map(self.labels.__getitem__, self.scores.argmax(axis=1).tolist())) if len(self.scores) else ()

    def take(self, rows: Sequence[int] | NDArray[np.intp]) -> "ClassAnswers":
        """Subset of the answers by row position, in this order."""
        chosen = np.asarray(rows, np.intp)
        return ClassAnswers(
            row_ids=tuple(map(self.row_ids.__getitem__, chosen.tolist())),
            targets=tuple(map(self.targets.__getitem__, chosen.tolist())),
            labels=self.labels,
            scores=self.scores[chosen],
        )

    def distance(self, other: "ClassAnswers") -> float:
        """Largest absolute difference of a class's score."""
        return float(np.abs(self.scores - other.scores).max(initial=0.0))

    def write(self, path: Path) -> None:
        """Writes one Parquet file: row_id, target, answer, scores; kind and labels stand in the schema's metadata."""
        table = pa.table(
            {
                "row_id": pa.array(self.row_ids, pa.string()),
                "target": pa.array(self.targets, pa.string()),
                "answer": pa.array(self.answers, pa.string()),
                "scores": pa.FixedSizeListArray.from_arrays(
                    pa.array(np.ascontiguousarray(self.scores, dtype=np.float32).ravel()), len(self.labels)
                ),
            }
        )
        metadata = {b"labels": json.dumps(self.labels).encode(), KIND: self.kind.encode()}
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table.replace_schema_metadata(metadata), path)

    @classmethod
    def read(cls, path: Path) -> "ClassAnswers":
        """Reads back the answers that `write` put there."""
        table = pq.read_table(path)
        labels = tuple(json.loads(table.schema.metadata[b"labels"]))
        flat = table["scores"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
        return cls(
            row_ids=tuple(table["row_id"].to_pylist()),
            targets=tuple(table["target"].to_pylist()),
            labels=labels,
            scores=flat.reshape(-1, len(labels)),
        )
