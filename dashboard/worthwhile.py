"""What a run is worth, in sentences for a stakeholder: never more than the intervals support."""

from collections.abc import Mapping

from core.config import Frozen
from core.payoff import Appraisal, Decision, Rival, appraise, from_story, labels_of
from core.results import Interval, Predictions
from core.scenarios import SCENARIOS
from dashboard.formats import count, share
from dashboard.plain import shortened
from dashboard.words import tr
from storage import Run

DECIMALS_BELOW = 100.0


class Worthwhile(Frozen):
    """The money of one run: the headline, what it means, and how it stands to other ways of doing the work."""

    value: str
    meaning: str
    beside: tuple[str, ...]
    are_examples: bool
    """True where the prices are the scenario's examples and nobody has set them."""


def prices_of(run: Run, *answered: Predictions) -> Decision | None:
    """The run's own decision, else its scenario's prices, else None."""
    if run.decision:
        return run.decision
    story = SCENARIOS.get(run.scenario or "")
    return from_story(story.payoff, labels_of(*answered)) if story else None


def worthwhile(
    run: Run, model: Predictions, others: Mapping[str, Predictions], validation: Predictions | None = None
) -> Worthwhile | None:
    """What the run's answers are worth for 1,000 cases; None where nobody has said what an answer is worth."""
    prices = prices_of(run, model, *others.values())
    if prices is None:
        return None
    found = appraise(model, prices, validation=validation, baselines=others)
    return Worthwhile(
        value=amount(found.value.per_1000.value, prices.currency),
        meaning=_meaning(found),
        beside=tuple(_beside(who, rival, found) for who, rival in found.rivals.items()),
        are_examples=run.decision is None,
    )


def amount(value: float, currency: str) -> str:
    """1234.5 as 1,234 USD; below a hundred with two decimals, unless they are zero."""
    size = round(abs(value), 2)
    words = count(round(size)) if size >= DECIMALS_BELOW or size == round(size) else f"{size:.2f}"
    minus = "\u2212" if value < 0 and size else ""
    return f"{minus}{words} {shortened(currency, 16)}"


def _meaning(found: Appraisal) -> str:
    measured, currency = found.value.per_1000, found.decision.currency
    said = tr(
        "What 1,000 cases answered this way are worth. On other rows of the same kind it would be {low} to {high}, "
        "95 times of 100.",
        low=amount(measured.low, currency),
        high=amount(measured.high, currency),
    )
    if found.value.answered < 1:
        handed = tr("{share} of the cases go to a person.", share=share(1 - found.value.answered))
        return f"{said} {handed}"
    return said


def _beside(who: str, rival: Rival, found: Appraisal) -> str:
    """How the model stands to one other way of doing the work."""
    name = {
        "nothing": tr("doing nothing"),
        "person": tr("a person doing all of it"),
        "always": tr("always answering '{label}'", label=shortened(rival.answer or "", 40)),
        "tfidf": tr("the simple method that counts words"),
    }.get(who, who)
    words = {"name": name, "theirs": amount(rival.per_1000.value, found.decision.currency)}
    return _sentence(rival.gain).format(**words, **_spans(rival.gain, found.decision.currency))


def _sentence(gain: Interval) -> str:
    if gain.low > 0:
        return tr("{gain} more than {name} ({low} to {high} more), which is worth {theirs}.")
    if gain.high < 0:
        return tr("{gain} less than {name} ({low} to {high} less), which is worth {theirs}.")
    return tr("Not to be told from {name}, which is worth {theirs}: from {low} less to {high} more.")


def _spans(gain: Interval, currency: str) -> dict[str, str]:
    low, high = sorted((abs(gain.low), abs(gain.high)))
    if gain.low <= 0 <= gain.high:
        low, high = -gain.low, gain.high
    return {
        "gain": amount(abs(gain.value), currency),
        "low": amount(low, currency).removesuffix(f" {shortened(currency, 16)}"),
        "high": amount(high, currency),
    }
