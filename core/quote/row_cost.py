"""Cost of one row in a quote: what a network computes, keeps and moves for it. A class a kind of inputs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from core.config import RunConfig

if TYPE_CHECKING:
    from core.models import ModelInfo

KEPT = {"full": 85, "scratch": 85, "lora": 130, "frozen": 0}
"""Activation memory, in bytes kept for the backward pass for each token, layer and hidden unit: measured with MiniLM in
32 bits; Korthikanti et al. 2022 count 34 in 16 bits, and attention beside it. LoRA keeps its matrices' inputs too."""
A_TOKEN_OF_DATA = 150
"""Data memory in bytes for each token of the rows: the text, its id, and its columns in the TF-IDF baseline."""
BASELINE_S = (1.5, 25e-6, 3e-6)
"""Cost of the tuned baseline on one core: to begin, for each token to learn from, for each token to answer."""


class RowCost(Protocol):
    """Cost of a row, and of the network that reads it."""

    @property
    def reads(self) -> Literal["text", "picture"]:
        """Kind of the rows: speeds of one say nothing of the other."""
        ...

    @property
    def parameters(self) -> int:
        """Parameters of the network."""
        ...

    @property
    def hidden_size(self) -> int:
        """Width of the network; narrow ones fill a GPU less."""
        ...

    @property
    def units(self) -> float:
        """Size of a row, in the units that speed is measured by: its tokens, or one picture."""
        ...

    @property
    def unit_weights(self) -> int:
        """Weights by which a unit's work is told from that of another network."""
        ...

    @property
    def forward(self) -> float:
        """FLOPs of a forward pass for a row."""
        ...

    @property
    def moved(self) -> float:
        """Memory traffic in bytes for each FLOP, beyond what a device's rate for matrix products holds already."""
        ...

    def kept(self, config: RunConfig) -> float:
        """Bytes of activations that a row of a training batch keeps for the backward pass, in fp32."""
        ...

    def peak(self, batch: float, rows: int) -> float:
        """Bytes of so many rows, and of what is made of them, beside `batch` bytes of activations."""
        ...

    def baseline_s(self, rows: int, test_rows: int) -> float:
        """Seconds of the baselines on one core."""
        ...

    def encoding_s(self, rows: int, /) -> float:
        """Seconds of encoding so many rows on one core."""
        ...

    def reasons(self, rows: int, often: str, *, head_alone: bool) -> tuple[str, str]:
        """What is read, and what the network computes for it, a sentence each."""
        ...

    def to_fetch(self) -> str | None:
        """Sentence on the model where it must be fetched first."""
        ...

    def smaller(self, config: RunConfig, /) -> Iterator[tuple["RowCost", dict[str, Any], str]]:
        """Smaller variants of a row: its cost, the task's settings that make it, and a phrase."""
        ...


@dataclass(frozen=True)
class TextCost:
    """Cost of a text of `mean_tokens`, its mean length after cutting; see `RowCost`."""

    model: "ModelInfo"
    mean_tokens: float
    reads: Literal["text", "picture"] = "text"
    moved: float = 0.0

    @property
    def parameters(self) -> int:
        """Parameters of the model."""
        return self.model.parameters

    @property
    def hidden_size(self) -> int:
        """Hidden size of the model."""
        return self.model.hidden_size

    @property
    def units(self) -> float:
        """Tokens of a text."""
        return self.mean_tokens

    @property
    def unit_weights(self) -> int:
        """Parameters of the model."""
        return self.model.parameters

    @property
    def working_weights(self) -> float:
        """Non-embedding parameters, at work for every token: 12 x hidden² x layers in a transformer (Kaplan 2020)."""
        blocks = 12.0 * self.model.hidden_size**2 * self.model.layers
        return min(blocks, self.model.parameters) if blocks else float(self.model.parameters)

    @property
    def forward(self) -> float:
        """FLOPs of a text's forward pass: for a token two a weight, and attention to the other tokens."""
        attention = 4 * self.mean_tokens * self.model.hidden_size * self.model.layers
        return self.mean_tokens * (2 * self.working_weights + attention)

    def kept(self, config: RunConfig) -> float:
        """Bytes of the longest text of a batch."""
        longest = min(self.model.max_tokens or 10**9, getattr(config.task, "max_tokens", 10**9), 4 * self.mean_tokens)
        return longest * KEPT[config.learning.method] * self.model.hidden_size * self.model.layers

    def peak(self, batch: float, rows: int) -> float:
        """Bytes of the activations, and of the texts, their ids, and their columns in the TF-IDF baseline."""
        return batch + rows * self.mean_tokens * A_TOKEN_OF_DATA

    def baseline_s(self, rows: int, test_rows: int) -> float:
        """Seconds of the tuned TF-IDF baseline."""
        start, a_token, an_answer = BASELINE_S
        return start + self.mean_tokens * (a_token * rows + an_answer * test_rows)

    def encoding_s(self, _rows: int) -> float:
        """None: tokenizing texts is part of what was measured."""
        return 0.0

    def reasons(self, rows: int, often: str, *, head_alone: bool) -> tuple[str, str]:
        """What is read, and what the model computes for it."""
        title, weights = self.model.title, f"{self.working_weights / 1e6:,.1f}"
        read = f"{rows:,} rows to learn from, of about {self.mean_tokens:.0f} tokens, read {often}."
        if head_alone:
            return (
                read,
                f"{title} computes with {weights} million weights for every token, and only a small head learns.",
            )
        return read, f"{title} computes with {weights} million weights for every token."

    def to_fetch(self) -> str | None:
        """Sentence on the model where it must be fetched first."""
        return fetched_first(self.model)

    def smaller(self, config: RunConfig) -> Iterator[tuple[RowCost, dict[str, Any], str]]:
        """Texts cut at half of the length, where many are that long."""
        cut = getattr(config.task, "max_tokens", 0)
        if cut >= 32 and self.mean_tokens > 0.7 * cut:
            less = replace(self, mean_tokens=cut / 2)
            yield less, {"max_tokens": cut // 2}, f"Cutting texts at {cut // 2} tokens in place of {cut}"


def fetched_first(model: "ModelInfo") -> str | None:
    """Sentence on a model that is not here."""
    if model.is_here:
        return None
    return f"The model ({model.parameters * 4 / 1e6:,.0f} MB) must be fetched first; that is not counted."
