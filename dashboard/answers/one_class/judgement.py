"""Was fine-tuning worth it, where answers are classes: points of 100 right answers."""

from collections.abc import Mapping

from core.answers import ClassAnswers
from core.comparison import ASKED_ONCE, Asked, verdict
from core.comparison.contest import MARGIN
from core.evaluation.records import Evaluation
from dashboard.answers.judgement import Judgement, strongest
from dashboard.inputs import room
from dashboard.language.formats import count, share
from dashboard.language.words import joined, tr
from dashboard.sentences.baselines import spoken


def judge(
    evaluation: Evaluation,
    model: ClassAnswers,
    baselines: Mapping[str, ClassAnswers],
    *,
    inputs: str = "text",
    asked: Asked = ASKED_ONCE,
    margin: float = MARGIN,
) -> Judgement:
    """The judgement of a finished run, against the best of its baselines. Raises DatasetError on unequal rows."""
    reached = share(evaluation.metrics["accuracy"].value)
    head = room(inputs, "words").gets_right(reached, count(evaluation.rows))
    best = strongest(evaluation, baselines)
    if best is None:
        return Judgement("unknown", head)
    found = verdict(model, baselines[best[0]], asked.beside(), margin=margin)
    flipped = found.kind == "worse"
    words = {
        "name": spoken(best[0]),
        "theirs": share(best[1]),
        "margin": f"{margin * 100:g}",
        "more": _points(abs(found.gain.value)),
        "low": _points(-found.gain.high if flipped else found.gain.low),
        "high": _points(-found.gain.low if flipped else found.gain.high),
        "less": _points(max(0.0, -found.gain.low)),
    }
    return Judgement(found.kind, joined([head, _tails()[found.kind].format(**words)]))


def _tails() -> dict[str, str]:
    """What follows for each kind of verdict; {low} and {high} are points of 100."""
    return {
        "better": tr(
            "Beside it, {name} gets {theirs}: this trained model is **better**, by {more} points ({low} to "
            "{high}), more than luck explains. Fine-tuning was worth it."
        ),
        "worse": tr(
            "Beside it, {name} gets {theirs}: this trained model is **worse**, by {more} points ({low} to "
            "{high}). On these rows, use the baseline."
        ),
        "same": tr(
            "Beside it, {name} gets {theirs}: the two are **about the same**, less than {margin} points apart "
            "({low} to {high}). The baseline is the cheaper choice here."
        ),
        "unknown": tr(
            "Beside it, {name} gets {theirs}. With so few rows it is **too early to tell** which is better: "
            "the model may be {less} points worse to {high} points better."
        ),
    }


def _points(value: float) -> str:
    return f"{value * 100:.1f}".replace("-", "\u2212")
