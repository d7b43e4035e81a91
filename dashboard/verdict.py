"""Was fine-tuning worth it? The engine's verdict in one sentence, for someone who never saw code."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.answers import ClassAnswers
from core.evaluation import verdict
from core.results import Evaluation
from dashboard.formats import count, share
from dashboard.words import tr, word

BASELINES = {
    "tfidf": word("Word counting"),
    "majority": word("Always the commonest class"),
}
"""The simple ways that stand beside every model, and what each is called."""


@dataclass(frozen=True)
class Judgement:
    """The sentence (safe Markdown), and how the model stands to the best simple way: better, same, worse, unknown."""

    kind: str
    sentence: str


def judge(evaluation: Evaluation, model: ClassAnswers, baselines: Mapping[str, ClassAnswers]) -> Judgement:
    """The judgement of a finished run, against the best of its baselines. Raises DatasetError on unequal rows."""
    head = tr(
        "It gets **{share}** of {rows} held-out texts right.",
        share=share(evaluation.metrics["accuracy"].value),
        rows=count(evaluation.rows),
    )
    if not baselines:
        return Judgement("unknown", head)
    best = max(baselines, key=lambda who: evaluation.baselines[who]["accuracy"].value)
    found = verdict(model, baselines[best])
    gained = found.difference
    flipped = found.kind == "worse"
    words = {
        "name": tr(BASELINES.get(best, best)).lower(),
        "theirs": share(evaluation.baselines[best]["accuracy"].value),
        "more": _points(abs(gained.value)),
        "low": _points(-gained.high if flipped else gained.low),
        "high": _points(-gained.low if flipped else gained.high),
    }
    return Judgement(found.kind, f"{head} {_tails()[found.kind].format(**words)}")


def _tails() -> dict[str, str]:
    """What follows for each kind of verdict; {low} and {high} are points of 100."""
    return {
        "better": tr(
            "The best simple way, {name}, gets {theirs}: the model is **{more} points better** ({low} to {high}), "
            "more than luck explains. Fine-tuning was worth it."
        ),
        "worse": tr(
            "But the best simple way, {name}, gets {theirs}: **{more} points more** ({low} to {high}). "
            "On these rows, use the simple way."
        ),
        "same": tr(
            "The best simple way, {name}, gets {theirs} and **does as well** (difference {low} to {high} points). "
            "It is the cheaper choice here."
        ),
        "unknown": tr(
            "The best simple way, {name}, gets {theirs}. **These rows are too few to tell the two apart** "
            "(difference {low} to {high} points)."
        ),
    }


def _points(value: float) -> str:
    return f"{value * 100:.1f}".replace("-", "\u2212")
