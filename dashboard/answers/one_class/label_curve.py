"""Label curves of classes: right answers in 1,000, and what one more of them is worth."""

from core.config import Head
from core.config.learning import Tuned
from core.evaluation.records import Interval
from core.scenarios import Scenario
from core.searches import EACH, FittedLaws, LabelCurve, Levels, crossing
from dashboard.answers.curve_words import ErrorPrice, MoneyWords, QualityAxis
from dashboard.language.formats import count, share
from dashboard.language.plain import plain
from dashboard.language.words import listed, tr
from storage import Run, Store

USUAL = EACH


class ClassCurve:
    """See `dashboard.answers.curve_words.CurveWords`."""

    usual = USUAL
    offered = (4, 8, 16, 25, 50, 100, 200, 300, 500, 1000, 3000)

    def __init__(self, *, starts_pretrained: bool = True) -> None:
        self.starts_pretrained = starts_pretrained
        self.size = tr("Labels a class")
        self.sizes_help = tr("Each is learned from and measured. Classes with fewer rows give all they have.")
        self.too_few = tr("Choose at least two sizes; the classes of these rows have to be larger than them.")
        self.counted = tr(
            "Labels are counted as they were drawn, as many of each class as there are. To find rare classes, more "
            "rows may have to be read than are labelled here."
        )

    def plan(self, question: LabelCurve, other: str) -> str:
        """What will be measured."""
        return tr(
            "Learns from {sizes} labels a class, each drawn {draws} times, and asks about the same test rows each "
            "time. {other} learns from the same draws.",
            sizes=listed(count(size) for size in question.sizes),
            draws=question.draws,
            other=other,
        )

    def ahead(self, found: Levels, model: str, other: str) -> str:
        """How the model stands to the baseline as labels grow."""
        where = crossing(found)
        name = plain(model)
        if where.kind == "falls back" and where.last is not None:
            first = tr(
                "With {size} labels a class ({rows} in all), {name} gets **{more} more right answers in 1,000** than "
                "{other}.",
                size=count(found.sizes[where.last]),
                rows=count(found.rows[where.last]),
                name=name,
                more=in_thousand(found.ahead[where.last]),
                other=other,
            )
            sizes = {"size": count(found.sizes[where.last + 1]), "rows": count(found.rows[where.last + 1])}
            if where.standings[where.last + 1] == "behind":
                then = tr("With {size} a class ({rows} in all), **{other} is ahead**.", **sizes, other=other)
            else:
                then = tr(
                    "From {size} a class on ({rows} in all), these test rows **cannot tell the two apart**.", **sizes
                )
            return f"{first} {then}"
        if where.kind == "behind" and self.starts_pretrained:
            return tr(
                "At every size measured, **{other} is ahead**: the pretrained start does not pay here.", other=other
            )
        return {
            "ahead": tr("At every size measured, **{name} is ahead** of {other}.", name=name, other=other),
            "behind": tr("At every size measured, **{other} is ahead** of {name}.", name=name, other=other),
            "even": tr("At no size can these test rows tell {name} and {other} apart.", name=name, other=other),
        }.get(where.kind) or tr(
            "Neither {name} nor {other} is ahead throughout; the table below says how they stand at each size.",
            name=name,
            other=other,
        )

    def twice(self, fit: FittedLaws, name: str) -> str:
        """What twice the largest measured number of labels would bring."""
        reached, gained = fit.reached(2 * fit.largest), fit.gain(fit.largest, 2 * fit.largest)
        return tr(
            "**{name}**: twice the labels ({rows}) would bring {more} more right answers in 1,000: about {share} right "
            "in all ({low} to {high}).",
            name=plain(name),
            rows=count(2 * fit.largest),
            more=in_thousand(gained),
            share=share(reached.value),
            low=share(reached.low),
            high=share(reached.high),
        )

    def with_interval(self, one: Interval) -> str:
        """A share of right answers, with its interval where it has one."""
        return f"{share(one.value)} ({share(one.low)}–{share(one.high)})" if one.low < one.high else share(one.value)

    def axis(self) -> QualityAxis:
        """Shares of right answers."""
        return QualityAxis(tr("Test rows answered right"), ".0%", tr("Higher is better."), share)

    def error_price(self, story: Scenario | None, currency: str) -> ErrorPrice:
        """What a right answer is worth over a wrong one."""
        payoff = story.payoff if story else None
        return ErrorPrice(
            tr("Right in place of wrong, in {currency}", currency=currency),
            tr("How much more a right answer is worth than a wrong one: what it saves, and what the other costs."),
            getattr(payoff, "right", 1.0) - getattr(payoff, "wrong", 0.0),
        )

    def money(self, currency: str) -> MoneyWords:
        """What is left over of what right answers are worth."""
        return MoneyWords(
            axis=tr("Left over, in {currency}", currency=currency),
            title=tr("Where the next label stops paying"),
            reading=tr(
                "What the right answers are worth, less the price of the labels. Left of the diamond a label brings "
                "more than it costs, right of it less. The lines are the fitted ones."
            ),
            best=tr("Most is left over at about {rows} labels"),
            surely_worse=tr(
                "{other} would do best with about {rows} labels, and leave over {low} to {high} {currency} less."
            ),
            perhaps_worse=tr(
                "{other} would do best with about {rows} labels. Which of the two leaves over more is not sure: the "
                "difference is {low} to {high} {currency}."
            ),
            are_costs=False,
        )


def words(_store: Store, run: Run, _found: Levels | None) -> ClassCurve:
    """The words for this run."""
    return ClassCurve(starts_pretrained=isinstance(run.config.learning, Head | Tuned))


def in_thousand(gap: Interval) -> str:
    """An interval of a difference, as right answers in 1,000: "9 to 52", or "up to 5"."""
    low, high = round(gap.low * 1000), round(gap.high * 1000)
    if high < 1:
        return tr("hardly any")
    return tr("{low} to {high}", low=count(low), high=count(high)) if low >= 1 else tr("up to {high}", high=count(high))
