"""Business value of numeric predictions, in money and in sentences. For pages, commands and reports."""

from collections.abc import Callable

import numpy as np

from core.answers import NumberAnswers
from core.baselines import BASELINES
from core.errors import ConfigError, NotFound
from core.evaluation.records import Interval
from core.payoff.asked import corrected
from core.payoff.number import NumberAlternative, NumberAppraisal, NumberDecision, appraise, from_story
from core.payoff.number.appraise import PLAIN
from core.scenarios import SCENARIOS
from dashboard.answers.number.scale import Scale
from dashboard.language.formats import count
from dashboard.language.plain import plain
from dashboard.language.words import joined, tr
from dashboard.sentences.money import cases_to_pay, money, money_between
from storage import Run, Store


def prices_for(run: Run) -> NumberDecision | None:
    """Decision in force: the run's own; else its scenario's prices; else None."""
    if isinstance(run.decision, NumberDecision):
        return run.decision
    story = SCENARIOS.get(run.scenario or "")
    return from_story(story.payoff) if story else None  # type: ignore[arg-type]  # a story of numbers prices units


def require_prices(run: Run) -> NumberDecision:
    """As `prices_for`. Raises ConfigError where nobody has said what an error costs."""
    if (prices := prices_for(run)) is None:
        raise ConfigError(
            "Nobody has said what a wrong number costs.",
            "Give --costs with a TOML or JSON file: currency, too_high and too_low, for one unit in one case.",
        )
    return prices


def appraisal_of(store: Store, run: Run, prices: NumberDecision) -> NumberAppraisal:
    """What the run is worth at these prices, from its stored predictions. Raises NotFound before it has any."""
    return corrected(appraised_alone(store, run, prices), store.ledger.asked(run.id).beside())


def appraised_alone(store: Store, run: Run, prices: NumberDecision) -> NumberAppraisal:
    """As `appraisal_of`, as if its test rows had been asked only once."""
    model, names = answers_by(store, run, "model"), run.evaluation.baselines if run.evaluation else {}
    assert model is not None  # noqa: S101  # the caller looked for a finished run
    beside = {who: (answers_by(store, run, f"{who}.validation"), answers_by(store, run, who)) for who in names}
    baselines = {who: (choosing, theirs) for who, (choosing, theirs) in beside.items() if theirs is not None}
    return appraise(model, prices, validation=answers_by(store, run, "validation"), baselines=baselines)


def answers_by(store: Store, run: Run, who: str) -> NumberAnswers | None:
    """The answers that a run kept by `who`; None where it kept none."""
    try:
        found: NumberAnswers = store.runs.predictions(run.id, who)  # type: ignore[assignment]  # a run of numbers
    except NotFound:
        return None
    return found


def cost(worth: Interval) -> Interval:
    """What errors cost, where `worth` is what they leave: the same with its sign turned."""
    return Interval(value=abs(worth.value), low=max(0.0, -worth.high), high=-worth.low)


def way(name: str) -> str:
    """What another way to answer is called; plain text."""
    if name == PLAIN:
        return tr("The model's own answers")
    return tr(BASELINES[name].title) if name in BASELINES else name


def best_alternative(found: NumberAppraisal) -> tuple[str, NumberAlternative] | None:
    """The baseline that is worth the most; None where none was measured."""
    simple = [(name, other) for name, other in found.alternatives.items() if name != PLAIN]
    return max(simple, key=lambda pair: pair[1].per_1000.value) if simple else None


def spoken(found: NumberAppraisal) -> str:
    """The sentence as plain text."""
    return sentence(found, quote=str).replace("**", "")


def sentence(found: NumberAppraisal, quote: Callable[[object], str] = plain) -> str:
    """The answer to "what is it worth?" in a few sentences of safe Markdown.

    `quote` makes a user's words harmless where the sentence is read.
    """
    currency, costs = quote(found.decision.currency), cost(found.value.per_1000)
    parts = [
        tr(
            "In 1,000 cases like these its errors cost **{value}** (true average: {span}). In the next "
            "1,000 they can cost {luck}.",
            value=money(costs.value, currency),
            span=money_between(costs, currency),
            luck=money_between(cost(found.value.next_1000), currency),
        )
    ]
    if best := best_alternative(found):
        parts.append(_against(quote(way(best[0])), best[1].gain, currency))
    if found.decision.shift:
        parts.append(_raised(found.alternatives[PLAIN].gain, currency))
    return joined(parts)


def _against(other: str, gain: Interval, currency: str) -> str:
    """How it stands to the best baseline, claiming a difference only where the interval leaves no doubt."""
    if gain.low > 0:
        return tr("That is {span} less than the best baseline: {way}.", span=money_between(gain, currency), way=other)
    if gain.high < 0:
        less = Interval(value=-gain.value, low=-gain.high, high=-gain.low)
        return tr("The errors of **{way}** cost {span} less.", span=money_between(less, currency), way=other)
    return tr(
        "Against the best baseline, {way}, it is anything from {low} more to {high} less: too early to tell "
        "which is better.",
        way=other,
        low=money(-gain.low, currency),
        high=money(gain.high, currency),
    )


def _raised(gain: Interval, currency: str) -> str:
    """What moving the answers is worth."""
    if gain.low > 0:
        return tr("Moving the model's own answers saves {span} of it.", span=money_between(gain, currency))
    return tr(
        "Whether moving the model's own answers saves anything, these rows cannot tell ({span}).",
        span=money_between(gain, currency),
    )


def answer_worth_most(found: NumberAppraisal, model: NumberAnswers, scale: Scale) -> str:
    """Which answer is worth the most at these prices, and how far that is from the model's own; plain text."""
    below = round(100 * found.decision.quantile)
    moved = float(np.mean(found.answers - model.values))
    ratio = tr(
        "At these prices the answer that is worth the most is the one that {n} of 100 true numbers lie below.", n=below
    )
    if not found.decision.shift:
        return joined([ratio, tr("The model’s own answers come as near to it as these rows can tell, so they stay.")])
    by = scale(abs(moved))
    where = (
        tr("On average that is {n} above the model's own answer.", n=by)
        if moved > 0
        else tr("On average that is {n} below the model's own answer.", n=by)
    )
    return f"{ratio} {where}"


def chosen_on(decision: NumberDecision) -> str:
    """Where the shift came from, in a sentence or two."""
    if decision.chosen_on == "validation":
        return tr(
            "Chosen on {n} validation rows; everything here is counted on the test rows, which had no part in it.",
            n=count(decision.chosen_rows),
        )
    if decision.chosen_on == "test":
        return tr(
            "This run kept no validation rows. So each tenth of the test rows was answered with what was chosen on the "
            "other nine; what is kept was chosen on all {n} of them.",
            n=count(decision.chosen_rows),
        )
    return tr("Set by hand.")


def pays_back_after(found: NumberAppraisal) -> Interval | None:
    """After how many cases the set-up is paid by what is saved beside the best baseline; None where it may never."""
    best = best_alternative(found)
    return cases_to_pay(found.decision.upfront, best[1].gain) if best else None
