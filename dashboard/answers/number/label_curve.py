"""Label curves of numbers: how far answers are off on average, in the target's own unit, and what a unit costs."""

import math

from core.evaluation.records import Interval
from core.scenarios import Scenario
from core.scenarios.scenario import NumberPayoff
from core.searches import IN_ALL, FittedLaws, LabelCurve, Levels, crossing
from dashboard.answers.curve_words import ErrorPrice, MoneyWords, QualityAxis
from dashboard.answers.number.scale import MOST_PLACES, Scale, unit_of
from dashboard.language.formats import count
from dashboard.language.plain import plain
from dashboard.language.words import listed, tr
from storage import Run, Store

USUAL = IN_ALL
HARDLY = 0.001
"""Of an error, so small a part is not worth naming."""


class NumberCurve:
    """See `dashboard.answers.curve_words.CurveWords`."""

    usual = USUAL
    offered = (25, 50, 100, 150, 250, 500, 1000, 1500, 3000, 6000, 12_000)

    def __init__(self, scale: Scale) -> None:
        self.scale = scale
        self.size = tr("Labels")
        self.sizes_help = tr("Each is learned from and measured.")
        self.too_few = tr("Choose at least two sizes; there have to be more rows than that.")
        self.counted = ""

    def plan(self, question: LabelCurve, other: str) -> str:
        """What will be measured."""
        return tr(
            "Learns from {sizes} labels, each number of them drawn {draws} times, and asks about the same test rows "
            "each time. {other} learns from the same draws.",
            sizes=listed(count(size) for size in question.sizes),
            draws=question.draws,
            other=other,
        )

    def ahead(self, found: Levels, model: str, other: str) -> str:
        """How the model stands to the baseline as labels grow."""
        where = crossing(found)
        names = {"name": plain(model), "other": other}
        if where.kind == "falls back" and where.last is not None:
            first = tr(
                "With {rows} labels, the answers of {name} are **{more} nearer to the truth** on average than those of "
                "{other}.",
                rows=count(found.rows[where.last]),
                more=self._more(found.ahead[where.last], found.errors[0][where.last]),
                **names,
            )
            next_rows = count(found.rows[where.last + 1])
            if where.standings[where.last + 1] == "behind":
                then = tr("With {rows} labels, **{other} is ahead**.", rows=next_rows, **names)
            else:
                then = tr("From {rows} labels on, these test rows **cannot tell the two apart**.", rows=next_rows)
            return f"{first} {then}"
        return {
            "ahead": tr("With every number of labels measured, **{name} is ahead** of {other}.", **names),
            "behind": tr("With every number of labels measured, **{other} is ahead** of {name}.", **names),
            "even": tr("With no number of labels can these test rows tell {name} and {other} apart.", **names),
        }.get(where.kind) or tr(
            "Neither {name} nor {other} is ahead throughout; the table below says how they stand with each number of "
            "labels.",
            **names,
        )

    def twice(self, fit: FittedLaws, name: str) -> str:
        """What twice the largest measured number of labels would bring."""
        reached, gained = fit.reached(2 * fit.largest), fit.gain(fit.largest, 2 * fit.largest)
        return tr(
            "**{name}**: twice the labels ({rows}) would bring answers {more} nearer to the truth on average: off by "
            "about {error} ({span}).",
            name=plain(name),
            rows=count(2 * fit.largest),
            more=self._more(gained, reached.value),
            error=self._said(reached.value),
            span=self._span(max(reached.low, 0.0), reached.high),
        )

    def with_interval(self, one: Interval) -> str:
        """A mean absolute error, with its interval where it has one."""
        bare = self.scale.bare
        return f"{bare(one.value)} ({bare(one.low)}–{bare(one.high)})" if one.low < one.high else bare(one.value)

    def axis(self) -> QualityAxis:
        """Mean absolute errors."""
        unit = f" ({self.scale.unit})" if self.scale.unit else ""
        ticks = f",.{self.scale.places or 0}f" if self.scale.places is not None else ",.4~g"
        return QualityAxis(tr("Off by, on average") + unit, ticks, tr("Lower is better."), self.scale)

    def error_price(self, story: Scenario | None, currency: str) -> ErrorPrice:
        """What one unit of error costs."""
        payoff = story.payoff if story else None
        start = 1.0
        if isinstance(payoff, NumberPayoff):
            start = (payoff.too_high.amount + payoff.too_low.amount) / 2
        return ErrorPrice(
            tr("One {unit} off, in {currency}", unit=plain(self.scale.unit) or tr("unit"), currency=currency),
            tr("What it costs that an answer is one unit away from the truth, on average of too high and too low."),
            start,
        )

    def money(self, currency: str) -> MoneyWords:
        """What errors and labels cost together."""
        return MoneyWords(
            axis=tr("Costs in all, in {currency}", currency=currency),
            title=tr("Where the next label stops paying"),
            reading=tr(
                "What the errors cost, and the labels with them. Left of the diamond a label saves more than it costs, "
                "right of it less. The lines are the fitted ones."
            ),
            best=tr("It costs least with about {rows} labels"),
            surely_worse=tr(
                "{other} would do best with about {rows} labels, and cost {low} to {high} {currency} more."
            ),
            perhaps_worse=tr(
                "{other} would do best with about {rows} labels. Which of the two costs less is not sure: the "
                "difference is {low} to {high} {currency}."
            ),
            are_costs=True,
        )

    def _more(self, gap: Interval, error: float) -> str:
        """By how much: "0.02 to 0.05", or "up to 0.03"."""
        least = max(HARDLY * error, 0.5 * 10.0 ** -(self.scale.places or MOST_PLACES))
        if gap.high < least:
            return tr("hardly any")
        if gap.low < least:
            return tr("up to {high}", high=self._said(gap.high))
        return self._span(gap.low, gap.high)

    def _said(self, value: float) -> str:
        return plain(self.scale(value))

    def _span(self, low: float, high: float) -> str:
        return plain(self.scale.span(low, high))


def words(store: Store, run: Run, found: Levels | None) -> NumberCurve:
    """The words for this run: numbers as fine as the smallest error measured, in the unit of its rows."""
    errors = found.errors[found.errors > 0] if found is not None else ()
    places = min(MOST_PLACES, max(0, 2 - math.floor(math.log10(errors.min())))) if len(errors) else None
    return NumberCurve(Scale(places=places, unit=unit_of(store, run)))
