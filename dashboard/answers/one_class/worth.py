"""Business value of class predictions, frozen into a report."""

from collections.abc import Sequence

from core.evaluation.records import Interval
from core.payoff import Appraisal
from dashboard import charts
from dashboard.answers.money_told import Other, Worthwhile
from dashboard.charts import Chart
from dashboard.language.formats import share
from dashboard.language.words import joined, tr
from dashboard.sentences.money import appraisal_of, money, money_between, prices_for, spoken, way
from storage import Run, Store


def worthwhile(store: Store, run: Run) -> Worthwhile | None:
    """Value of the run's answers in 1,000 cases; None without prices."""
    if (prices := prices_for(run, store.runs.predictions(run.id))) is None:
        return None
    found = appraisal_of(store, run, prices)
    return Worthwhile(
        currency=prices.currency,
        value=money(found.value.per_1000.value, prices.currency),
        worth=found.value.per_1000,
        meaning=_meaning(found),
        sentence=spoken(found),
        others=tuple(Other(name=way(name, other), worth=other.per_1000) for name, other in found.alternatives.items()),
        are_examples=run.decision is None,
    )


def _meaning(found: Appraisal) -> str:
    currency = found.decision.currency
    said = tr(
        "What 1,000 cases answered this way are worth on average. The true average: {span}; the next 1,000 cases: "
        "{luck}; each holds 95 times of 100.",
        span=money_between(found.value.per_1000, currency),
        luck=money_between(found.value.next_1000, currency),
    )
    if found.value.answered == 1:
        return said
    return joined([said, tr("{rest} of the cases go to a person.", rest=share(1 - found.value.answered))])


def chart(names: Sequence[str], worths: Sequence[Interval], currency: str) -> Chart:
    """What 1,000 cases are worth, done one way or another; the first is the model."""
    return charts.ways(names, worths, currency)
