"""Cost of a picture in a quote, for a pretrained image classifier and for the network from scratch."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from core.config import ReadsPicture, RunConfig
from core.inputs.picture.columns import measured
from core.inputs.picture.sides import ENOUGH, FIXED, TINY, reads_tiny_at_less, scratch_side
from core.quote.row_cost import RowCost, fetched_first

if TYPE_CHECKING:
    from core.models import ModelInfo

TIMES_MOVED = 4.0
"""Memory traffic of an activation, in its own size: written, normed, read, and that for its gradient. Measured."""
WORKSPACE = 1.15
"""Factor on the kept activations: what convolutions lay out anew meanwhile. Measured with ResNet-18."""
LORA = 2.2
"""Factor on the kept activations where LoRA's matrices keep their inputs too. Measured with DeiT."""
LEAST_SIDE = 28
FILTERS, DENSE, WINDOW = (32, 64), 128, 9
"""Widths of the network from scratch, and the places that a filter looks at."""
DECODING_S, RESIZING_S = 0.4e-3, 15e-9
"""Cost of encoding on one core: of a picture, and of each pixel that it is brought to."""
BASELINE_S = (0.5, 0.8e-3, 0.2e-3)
"""Cost of the picture baselines on one core: to begin, for each picture to learn from, for each to answer."""
MOST_ROWS, BASELINE_SIDE, COPIES = 20_000, 32, 3
"""Most pictures that a baseline learns from, their side, and the copies of them that are held at once."""
EXTRACTED_SIDE, AT_ONCE, EXTRACTING = 64, 500, 112
"""Side and number of the pictures that the gradient-feature baseline reads at once, and bytes for each of their pixels.
Measured."""


@dataclass(frozen=True)
class PictureCost:
    """Cost of a picture, read at `side` pixels; see `RowCost`.

    `flops` and `kept_bytes` are those of one picture at that side. A network from scratch has no `title`.
    """

    title: str
    parameters: int
    hidden_size: int
    side: int
    flops: float
    kept_bytes: float
    fetch: str | None = None
    is_fixed: bool = False
    """Whether the network reads pictures of one size only."""
    reads: Literal["text", "picture"] = "picture"
    units: float = 1.0

    @property
    def unit_weights(self) -> int:
        """Multiply-adds of a forward pass: as if each were a weight."""
        return max(1, round(self.flops / 2))

    @property
    def forward(self) -> float:
        """FLOPs of a forward pass."""
        return self.flops

    @property
    def moved(self) -> float:
        """Memory traffic for each FLOP: of activations, which in convolutions are many beside few FLOPs."""
        return TIMES_MOVED * self.kept_bytes / self.flops

    def kept(self, config: RunConfig) -> float:
        """Bytes of a picture's activations; none where only a head learns."""
        method = config.learning.method
        return 0.0 if method == "frozen" else self.kept_bytes * WORKSPACE * (LORA if method == "lora" else 1.0)

    def peak(self, batch: float, rows: int) -> float:
        """Bytes of the activations, or of the baselines' features: one goes before the other comes.

        Encoded pictures are in a file, which is mapped.
        """
        pixels = min(self.side, EXTRACTED_SIDE) ** 2
        features = min(rows, AT_ONCE) * pixels * EXTRACTING + COPIES * 4 * 3 * min(rows, MOST_ROWS) * BASELINE_SIDE**2
        return max(batch, features)

    def baseline_s(self, rows: int, test_rows: int) -> float:
        """Seconds of the baselines on small copies of the pictures."""
        start, a_picture, an_answer = BASELINE_S
        return start + a_picture * min(rows, MOST_ROWS) + an_answer * test_rows

    def encoding_s(self, rows: int) -> float:
        """Seconds of decoding so many pictures and bringing them to size."""
        return rows * (DECODING_S + RESIZING_S * self.side**2)

    def reasons(self, rows: int, often: str, *, head_alone: bool) -> tuple[str, str]:
        """What is read, and what the network computes for it."""
        side, weights, flops = self.side, f"{self.parameters / 1e6:,.1f}", f"{self.flops / 1e6:,.0f}"
        read = f"{rows:,} pictures to learn from, read at {side} x {side} pixels, {often}."
        if not self.title:
            return read, (
                f"The network from scratch has {weights} million weights and computes {flops} million operations for "
                "every picture."
            )
        if head_alone:
            return read, (
                f"{self.title} has {weights} million weights and computes {flops} million operations for every "
                "picture, and only a small head learns."
            )
        return read, (
            f"{self.title} has {weights} million weights and computes {flops} million operations for every picture."
        )

    def to_fetch(self) -> str | None:
        """Sentence on the model where it must be fetched first."""
        return self.fetch

    def smaller(self, _config: RunConfig) -> Iterator[tuple[RowCost, dict[str, Any], str]]:
        """Pictures of about half as many pixels, where the network reads any size."""
        side, now = round(self.side / 2**0.5), self.side
        if not self.is_fixed and side >= LEAST_SIDE:
            phrase = f"Reading pictures at {side} x {side} pixels in place of {now} x {now}"
            yield self.at(side), {"side": side}, phrase

    def at(self, side: int) -> "PictureCost":
        """Cost at another side: operations and activations of a convolution grow with the pixels."""
        share = side**2 / self.side**2
        return replace(self, side=side, flops=self.flops * share, kept_bytes=self.kept_bytes * share)


def picture_cost(config: RunConfig, frame: pd.DataFrame, models: Path, model: "ModelInfo | None") -> PictureCost | None:
    """Cost of a picture of these rows. `model` is what a pretrained one is known by, None from scratch.

    None where the model reads no pictures. Raises ModelError where it cannot be looked at.
    """
    from core.models.picture_work import picture_work

    assert isinstance(config.task, ReadsPicture)  # noqa: S101  # its task says so
    usual = usual_side(frame)
    if model is None:
        classes = frame[config.task.target].nunique() if config.task.target in frame else 2
        return from_scratch(config.task.side or scratch_side(usual or 0), classes=classes)
    work = picture_work(config.model, models)
    if work is None:
        return None
    made = PictureCost(
        model.title,
        model.parameters,
        model.hidden_size,
        work.side,
        work.flops,
        work.kept_bytes,
        fetch=fetched_first(model),
        is_fixed=work.family in FIXED,
    )
    is_tiny = usual is not None and usual <= TINY
    side = config.task.side or (ENOUGH if is_tiny and reads_tiny_at_less(work.family, work.side) else work.side)
    return made if made.is_fixed else made.at(side)


def usual_side(frame: pd.DataFrame) -> float | None:
    """Median of the pictures' larger sides, in pixels, by the measures of the intake; None without them."""
    width, height = measured(frame, "width"), measured(frame, "height")
    if width is None or height is None or width.dropna().empty:
        return None
    return float(pd.concat([width, height], axis=1).max(axis=1).median())


def from_scratch(side: int, *, channels: int = 3, classes: int) -> PictureCost:
    """Cost of the convolutional network from scratch, whose sizes are known: see `core.learners.scratch.cnn`."""
    first, second, dense, window = FILTERS[0], FILTERS[1], DENSE, 9
    half, quarter = side // 2, side // 4
    flat = second * quarter**2
    weights = (
        (window * channels + 1) * first + (window * first + 1) * second + (flat + 1) * dense + (dense + 1) * classes
    )
    products = window * (channels * first * side**2 + first * second * half**2) + flat * dense + dense * classes
    values = channels * side**2 + first * side**2 + first * half**2 + second * half**2 + flat + 2 * dense
    places = first * half**2 + flat
    return PictureCost("", weights, dense, side, 2.0 * products, 4.0 * values + 8.0 * places)
