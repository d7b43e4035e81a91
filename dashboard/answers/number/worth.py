"""Business value of numeric predictions, frozen into a report."""

from collections.abc import Sequence

from core.evaluation.records import Interval
from dashboard.answers.money_told import Other, Worthwhile
from dashboard.answers.number.charts import costs
from dashboard.answers.number.money import appraisal_of, cost, prices_for, spoken, way
from dashboard.charts import Chart
from dashboard.language.words import tr
from dashboard.sentences.money import money, money_between
from storage import Run, Store


def worthwhile(store: Store, run: Run) -> Worthwhile | None:
    """Cost of the run's errors in 1,000 cases; None without prices."""
    prices = prices_for(run)
    if prices is None:
        return None
    found = appraisal_of(store, run, prices)
    spent, currency = cost(found.value.per_1000), prices.currency
    return Worthwhile(
        title=tr("Errors cost, in 1,000 cases"),
        currency=currency,
        value=money(spent.value, currency),
        worth=found.value.per_1000,
        meaning=tr(
            "What the errors in 1,000 cases cost on average. The true average: {span}; the next 1,000 cases: {luck}; "
            "each holds 95 times of 100.",
            span=money_between(spent, currency),
            luck=money_between(cost(found.value.next_1000), currency),
        ),
        sentence=spoken(found),
        claim=tr("In 1,000 cases its errors cost **{value}**, {prices}."),
        others=tuple(Other(name=way(name), worth=other.per_1000) for name, other in found.alternatives.items()),
        are_examples=run.decision is None,
    )


def chart(names: Sequence[str], worths: Sequence[Interval], currency: str) -> Chart:
    """What errors in 1,000 cases cost, answered one way or another; the first is the model."""
    return costs(names, [cost(one) for one in worths], currency)
