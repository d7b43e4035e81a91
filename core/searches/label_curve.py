"""Learning curve over labelled rows: how many labels pay."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, field_validator

from core.errors import ConfigError
from core.searches.question import SearchQuestion

if TYPE_CHECKING:  # tasks know scikit-learn, points know pyarrow; a process that only keeps questions needs neither
    from core.searches.points import Point
    from core.tasks import Task

EACH = (8, 25, 100, 300)
"""Usual sizes where classes are drawn alike: labels of each class."""
IN_ALL = (50, 150, 500, 1500)
"""Usual sizes where targets have no classes: labels in all."""


class LabelCurve(SearchQuestion):
    """Learning curve: train on few rows and on more, and measure on the same test rows.

    `sizes` count rows of each class, or rows in all where targets have no classes; each is drawn `draws` times.
    """

    search: Literal["label-curve"] = "label-curve"
    sizes: Annotated[tuple[Annotated[int, Field(ge=2, le=1_000_000)], ...], Field(min_length=2, max_length=12)] = EACH
    draws: int = Field(3, ge=2, le=20)

    @field_validator("sizes", mode="after")
    @classmethod
    def _ascending(cls, sizes: tuple[int, ...]) -> tuple[int, ...]:
        ordered = tuple(sorted(set(sizes)))
        if len(ordered) < 2:
            raise ValueError(f"A curve needs at least two different sizes, got {', '.join(map(str, sizes))}")
        return ordered

    def read(self, place: Path) -> "tuple[Point, ...]":
        """Points measured so far, by size and draw."""
        from core.searches.points import read_points

        return read_points(place)


def baseline_of(task: "Task", measured: "Iterable[Point]" = ()) -> str:
    """Name of the baseline beside the model: the task's best, or that of the points measured so far.

    Raises ConfigError without one.
    """
    from core.searches.points import MODEL

    for point in measured:
        return next(who for who in point.who if who != MODEL)
    if not task.baselines:
        raise ConfigError(f"{task.title} has no baseline to stand beside the model.", "Choose another task.")
    return task.baselines[-1]
