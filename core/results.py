"""What a run leaves behind: one Prediction a held-out row, and an Evaluation of them all."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import Field

from core.config import Frozen


class Interval(Frozen):
    """A measured value and the 95% interval that would hold it again on other rows of the same kind."""

    value: float
    low: float
    high: float


class ClassQuality(Frozen):
    """How well one class is found: shares between 0 and 1; `rows` is how many held-out rows have it."""

    label: str
    rows: int
    precision: float
    recall: float
    f1: float


class Evaluation(Frozen):
    """Measured quality on held-out rows, with the baselines' quality on the same rows beside it."""

    kind: str = "class"
    """What the answers are: class or number."""
    headline: str = "accuracy"
    """The metric that stands for the run in lists and decides what is best."""
    split: str = "test"
    rows: int
    metrics: dict[str, Interval]
    per_class: tuple[ClassQuality, ...] = ()
    baselines: dict[str, dict[str, Interval]] = Field(default_factory=dict)
    seconds: dict[str, float] = Field(default_factory=dict)
    """How long each stage took: prepare, baseline, train, evaluate, save."""

    @property
    def reached(self) -> Interval | None:
        """The headline metric's value; None where these rows could not give it."""
        return self.metrics.get(self.headline)


@dataclass(frozen=True)
class Predictions:
    """Answers for held-out rows.

    `row_ids` and `targets` have one entry a row; `scores` has shape (rows, classes), float32, its columns in the
    order of `labels`; a row sums to one.
    """

    row_ids: tuple[str, ...]
    targets: tuple[str, ...]
    labels: tuple[str, ...]
    scores: np.ndarray

    @property
    def answers(self) -> tuple[str, ...]:
        """The label with the highest score of each row."""
        return tuple(self.labels[i] for i in self.scores.argmax(axis=1)) if len(self.scores) else ()

    def write(self, path: Path) -> None:
        """One Parquet file: row_id, target, answer, scores; the labels stand in the schema's metadata."""
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
        metadata = {b"labels": json.dumps(self.labels).encode()}
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table.replace_schema_metadata(metadata), path)

    @classmethod
    def read(cls, path: Path) -> "Predictions":
        """The same Predictions that `write` put there."""
        table = pq.read_table(path)
        labels = tuple(json.loads(table.schema.metadata[b"labels"]))
        flat = table["scores"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
        return cls(
            row_ids=tuple(table["row_id"].to_pylist()),
            targets=tuple(table["target"].to_pylist()),
            labels=labels,
            scores=flat.reshape(-1, len(labels)),
        )
