"""Judgement: the engine's verdict in one sentence, for someone who never saw code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.comparison.contest import Standing
from core.evaluation import best_baseline
from core.evaluation.records import Evaluation


@dataclass(frozen=True)
class Judgement:
    """The sentence (safe Markdown), and how the model stands to the best baseline: better, same, worse, unknown."""

    kind: Standing
    sentence: str


def strongest(evaluation: Evaluation, baselines: Mapping[str, Any]) -> tuple[str, float] | None:
    """The best of these baselines by the headline metric, and what it reached; None where there is none."""
    known = {who: metrics for who, metrics in evaluation.baselines.items() if who in baselines}
    found = best_baseline(evaluation.model_copy(update={"baselines": known}))
    return (found[0], found[1].value) if found else None
