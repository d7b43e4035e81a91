"""Attribution targets, called aims: what of a model's answer is explained, the log-odds of a class or a number."""

from dataclasses import dataclass
from typing import Protocol

import torch

from core.errors import ConfigError, did_you_mean
from core.targets import ClassTarget, Target


class Aim(Protocol):
    """Attribution target: one quantity of a model's outputs."""

    @property
    def label(self) -> str:
        """The class that is explained; empty for a number."""
        ...

    @property
    def answer(self) -> str:
        """The class that the model answers; empty for a number."""
        ...

    def score(self, outputs: torch.Tensor) -> torch.Tensor:
        """Scalar that is attributed, to which pushes add up: (rows, outputs) to (rows,)."""
        ...

    def value(self, outputs: torch.Tensor) -> torch.Tensor:
        """Probability or number that a person is shown, (rows, outputs) to (rows,)."""
        ...

    def side(self, difference: float, /) -> float:
        """Sign of the pushes that made the answer: 1 where it was words that push up, -1 where words that push down."""
        ...


@dataclass(frozen=True)
class ClassAim:
    """The log-odds of one class, shown as its probability."""

    label: str
    answer: str
    place: int

    def score(self, outputs: torch.Tensor) -> torch.Tensor:
        """Log-odds, log(p / (1 - p)): not cramped near 0 and 1, as a probability is."""
        others = torch.cat([outputs[:, : self.place], outputs[:, self.place + 1 :]], dim=1)
        return outputs[:, self.place] - torch.logsumexp(others, dim=1)

    def value(self, outputs: torch.Tensor) -> torch.Tensor:
        """The probability of the class."""
        return outputs.softmax(dim=1)[:, self.place]

    def side(self, _difference: float, /) -> float:
        """1: words are asked to speak for the class."""
        return 1.0


@dataclass(frozen=True)
class NumberAim:
    """The number that the model answers, in its own unit."""

    label: str = ""
    answer: str = ""

    def score(self, outputs: torch.Tensor) -> torch.Tensor:
        """The number."""
        return outputs[:, 0]

    def value(self, outputs: torch.Tensor) -> torch.Tensor:
        """The number."""
        return outputs[:, 0]

    def side(self, difference: float, /) -> float:
        """Sign of the difference: the side of the blanked text's number that the answer lies on."""
        return -1.0 if difference < 0 else 1.0


def aim_at(target: Target, label: str | None, outputs: torch.Tensor) -> Aim:
    """Attribution target for a row's `outputs`: the class of this name, else the answer. Raises ConfigError."""
    if not isinstance(target, ClassTarget):
        return NumberAim()
    answer = int(outputs.argmax())
    if label is not None and label not in target.labels:
        raise ConfigError(
            f"The model knows no class '{label}'. It knows: {', '.join(target.labels[:20])}.",
            did_you_mean(label, target.labels),
        )
    place = answer if label is None else target.labels.index(label)
    return ClassAim(target.labels[place], target.labels[answer], place)
