"""How many labels pay: the quality against the number of labelled rows."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from core.config import Kept


class LabelCurve(Kept):
    """Learn from `sizes` rows of each class, each size drawn `draws` times, and measure on the same held-out rows."""

    search: Literal["label-curve"] = "label-curve"
    sizes: Annotated[tuple[Annotated[int, Field(ge=2, le=1_000_000)], ...], Field(min_length=2, max_length=12)] = (
        8,
        25,
        100,
        300,
    )
    draws: int = Field(3, ge=2, le=20)

    @field_validator("sizes", mode="after")
    @classmethod
    def _ascending(cls, sizes: tuple[int, ...]) -> tuple[int, ...]:
        ordered = tuple(sorted(set(sizes)))
        if len(ordered) < 2:
            raise ValueError(f"A curve needs at least two different sizes, got {', '.join(map(str, sizes))}")
        return ordered
