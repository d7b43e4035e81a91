"""Payoff of a run, in money and in sentences that claim no more than the numbers do. Pages, commands, reports."""

from collections.abc import Callable

from core.answers import ClassAnswers
from core.errors import ConfigError, NotFound
from core.evaluation.records import Interval
from core.payoff import Alternative, Appraisal, Decision, Swing, appraise, from_story, labels_of
from core.payoff.asked import corrected
from core.scenarios import SCENARIOS
from dashboard.language.formats import bare_money, count, share
from dashboard.language.plain import plain, shortened
from dashboard.language.words import joined, tr
from dashboard.sentences.baselines import called
from storage import Run, Store

FEW_ANSWERED = 0.1
"""With a smaller share answered, the interval is wider than 95 of 100 need: dear mistakes are hardly seen."""


def money(amount: float, currency: str) -> str:
    """Amount with its currency: 1,234 USD; below 100 with two decimals."""
    return f"{bare_money(amount)} {currency}"


def money_between(measured: Interval, currency: str) -> str:
    """Interval of an amount with its currency: 250 to 410 USD."""
    low, high = bare_money(measured.low), bare_money(measured.high)
    return tr("{low} to {high} {currency}", low=low, high=high, currency=currency)


def prices_for(run: Run, model: ClassAnswers) -> Decision | None:
    """Prices of a run: its own decision, else its scenario's, else None."""
    labels = labels_of(model)
    if run.decision is not None and set(labels) <= set(run.decision.labels):
        return run.decision
    if run.scenario in SCENARIOS:
        return from_story(SCENARIOS[run.scenario].payoff, labels)
    return None


def require_prices(run: Run, model: ClassAnswers) -> Decision:
    """As `prices_for`. Raises ConfigError where the run has no prices."""
    if (prices := prices_for(run, model)) is None:
        raise ConfigError(
            "No prices are set for this run: what a right answer brings, and what a wrong one costs.",
            "Give --costs with a TOML, JSON or CSV file, or set the prices on the page 'Business value'.",
        )
    return prices


def appraisal_of(store: Store, run: Run, prices: Decision) -> Appraisal:
    """Appraisal of the run at these prices, from its stored predictions. Raises NotFound before it has any."""
    names = run.evaluation.baselines if run.evaluation else {}
    baselines = {who: (_kept(store, run, f"{who}.validation"), store.runs.predictions(run.id, who)) for who in names}
    model, validation = store.runs.predictions(run.id), _kept(store, run, "validation")
    found = appraise(model, prices, validation=validation, baselines=baselines)
    return corrected(found, store.ledger.asked(run.id).beside())


def _kept(store: Store, run: Run, who: str) -> ClassAnswers | None:
    """Predictions that the run may have kept; None where it did not."""
    try:
        found: ClassAnswers = store.runs.predictions(run.id, who)  # type: ignore[assignment]  # a run of classes
    except NotFound:
        return None
    return found


def way(name: str, other: Alternative) -> str:
    """Name of an alternative way to do the work; plain text."""
    names = {"nothing": tr("Doing nothing"), "person": tr("A person for every case")}
    if name == "always":
        return tr("Always “{answer}”", answer=shortened(other.answer or "", 30))
    return names.get(name) or called(name)


def best_alternative(found: Appraisal) -> tuple[str, Alternative]:
    """Alternative that is worth the most, with its key."""
    return max(found.alternatives.items(), key=lambda pair: pair[1].per_1000.value)


def spoken(found: Appraisal) -> str:
    """Appraisal in sentences of plain text."""
    return sentence(found, quote=str).replace("**", "")


def sentence(found: Appraisal, quote: Callable[[object], str] = plain) -> str:
    """Appraisal in two or three sentences of safe Markdown.

    `quote` escapes a user's words for the place where the sentence is read.
    """
    currency = quote(found.decision.currency)
    value = found.value.per_1000
    parts = [
        tr(
            "For 1,000 cases like these it is worth **{value}** (true average: {span}). The next 1,000 "
            "can bring {luck}.",
            value=money(value.value, currency),
            span=money_between(value, currency),
            luck=money_between(found.value.next_1000, currency),
        ),
        _against(*best_alternative(found), currency, quote),
    ]
    if found.decision.hands_over:
        parts.append(
            tr(
                "It answers {share} of the cases by itself and leaves {rest} to a person.",
                share=share(found.value.answered),
                rest=share(1 - found.value.answered),
            )
        )
        if found.value.answered < FEW_ANSWERED:
            parts.append(tr("So few answers hardly show what its mistakes cost: that makes the figures so wide."))
    return joined(parts)


def _against(name: str, other: Alternative, currency: str, quote: Callable[[object], str]) -> str:
    """Gain over the best alternative, claiming a difference only where the interval excludes zero."""
    told = quote(way(name, other))
    gain = other.gain
    if gain.low > 0:
        return tr("That is {span} more than the best other way: {way}.", span=money_between(gain, currency), way=told)
    if gain.high < 0:
        less = Interval(value=-gain.value, low=-gain.high, high=-gain.low)
        return tr("**{way}** brings {span} more.", span=money_between(less, currency), way=told)
    return tr(
        "Against the best other way, {way}, it is anything from {low} less to {high} more: too early to tell which is "
        "better.",
        way=told,
        low=money(-gain.low, currency),
        high=money(gain.high, currency),
    )


def chosen_on(decision: Decision) -> str:
    """Origin of the thresholds, in a sentence or two."""
    if decision.rule == "prices":
        return tr("Worked out from the prices, taking the model's probabilities at their word.")
    if decision.chosen_on == "validation":
        return tr(
            "Chosen on {n} validation rows; everything here is counted on the test rows, which had no part in it.",
            n=count(decision.chosen_rows),
        )
    if decision.chosen_on == "test":
        return tr(
            "This run kept no validation rows. So the thresholds were chosen on one half of the test rows, and "
            "everything here is counted on the other half.",
        )
    return tr("Set by hand.")


def pays_back_after(found: Appraisal) -> Interval | None:
    """Break-even point: cases after which the set-up is paid; None where nothing was spent or it may never be."""
    return cases_to_pay(found.decision.upfront, found.alternatives["nothing"].gain)


def cases_to_pay(upfront: float, gain: Interval) -> Interval | None:
    """Break-even point of a gain for 1,000 cases; None where nothing was spent or the gain may be none."""
    if upfront <= 0 or gain.low <= 0:
        return None
    value, low, high = (upfront / end * 1000 for end in (gain.value, gain.high, gain.low))
    return Interval(value=value, low=low, high=high)


def price_name(price: Swing) -> str:
    """Name of a price; plain text."""
    if price.kind == "person":
        return tr("What a person costs")
    amount = bare_money(price.amount)
    target, answer = (None if one is None else shortened(one, 24) for one in (price.target, price.answer))
    if price.kind == "right":
        name = tr("“{target}”, answered right") if target else tr("A right answer ({amount})")
    elif target and answer:
        name = tr("“{target}” taken for “{answer}”")
    elif target:
        name = tr("“{target}” taken for something else")
    else:
        name = tr("Something else taken for “{answer}”") if answer else tr("A wrong answer ({amount})")
    return name.format(target=target, answer=answer, amount=amount)
