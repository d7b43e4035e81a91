"""Was fine-tuning worth it, where answers are numbers: how much nearer they are to the truth."""

from collections.abc import Mapping

from core.answers import NumberAnswers
from core.comparison import ASKED_ONCE, Asked, verdict
from core.comparison.contest import MARGIN
from core.evaluation.records import Evaluation
from dashboard.answers.judgement import Judgement, strongest
from dashboard.answers.number.scale import Scale, places_of
from dashboard.language.formats import count
from dashboard.language.words import joined, tr
from dashboard.sentences.baselines import spoken


def judge(
    evaluation: Evaluation,
    model: NumberAnswers,
    baselines: Mapping[str, NumberAnswers],
    *,
    inputs: str = "text",  # noqa: ARG001  # rows of any kind are told alike
    asked: Asked = ASKED_ONCE,
    margin: float = MARGIN,
) -> Judgement:
    """The judgement of a finished run, against the best of its baselines. Raises DatasetError on unequal rows."""
    scale = Scale(places=places_of(evaluation))
    head = tr(
        "It is off by **{error}** on average, over {rows} test rows.",
        error=scale(evaluation.metrics["mae"].value),
        rows=count(evaluation.rows),
    )
    best = strongest(evaluation, baselines)
    if best is None:
        return Judgement("unknown", head)
    found = verdict(model, baselines[best[0]], asked.beside(), margin=margin)
    low, high = found.gain.low, found.gain.high
    words = {
        "name": spoken(best[0]),
        "theirs": scale(best[1]),
        "margin": f"{margin * 100:g}",
        "more": scale(abs(found.gain.value)),
        "less": scale(max(0.0, -low)),
        "nearer": scale(max(0.0, high)),
        "span": scale.span(-high, -low) if found.kind == "worse" else scale.span(low, high),
    }
    return Judgement(found.kind, joined([head, _tails()[found.kind].format(**words)]))


def _tails() -> dict[str, str]:
    """What follows for each kind of verdict; {span} is in the target's own unit."""
    return {
        "better": tr(
            "Beside it, {name} is off by {theirs}: this trained model is **better**, {more} nearer to the "
            "truth ({span}), more than luck explains. Fine-tuning was worth it."
        ),
        "worse": tr(
            "Beside it, {name} is off by {theirs}: this trained model is **worse**, {more} further from the "
            "truth ({span}). On these rows, use the baseline."
        ),
        "same": tr(
            "Beside it, {name} is off by {theirs}: the two are **about the same**, within {margin} of 100 of "
            "its error (difference {span}). The baseline is the cheaper choice here."
        ),
        "unknown": tr(
            "Beside it, {name} is off by {theirs}. With so few rows it is **too early to tell** which is "
            "better: the model may be {less} further from the truth to {nearer} nearer."
        ),
    }
