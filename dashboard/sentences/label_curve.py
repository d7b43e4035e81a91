"""Label curves in sentences, for every kind of target: where two fitted lines meet, and when to stop.

Every sentence is safe Markdown and says no more than its interval allows. Who is ahead and what twice as many labels
would bring, each kind of answers says in its own room.
"""

from core.evaluation.records import Interval
from core.searches import FARTHEST, FittedLaws, Prices, Stop, next_label
from dashboard.language.formats import bare_money, count
from dashboard.language.plain import plain
from dashboard.language.words import tr


def where_they_meet(found: Interval, rows: tuple[int, ...]) -> str:
    """Intersection of the two fitted lines, within the `rows` that were measured."""
    if found.high >= max(rows):
        return tr(
            "The two lines meet at about {rows} labels, though it may be anywhere from {low} to beyond {high}.",
            rows=about(found.value),
            low=about(found.low),
            high=count(max(rows)),
        )
    return tr(
        "The two lines meet at about {rows} labels ({low} to {high}).",
        rows=about(found.value),
        low=about(found.low),
        high=about(found.high),
    )


def counted_together(curves: int) -> str:
    """How many curves of the same rows were counted, and what that does to the claims of each."""
    return tr(
        "{n} label curves of these rows were counted. Whoever looks at many finds a lead by luck, so each one's claims "
        "(who is ahead, twice the labels, where to stop) are held to a stricter level: those of all together are false "
        "at most 6 times of 100.",
        n=count(curves),
    )


def too_irregular() -> str:
    """Where neither curve follows a law."""
    return tr(
        "**These curves are not regular enough to say** what more labels would bring, or when to stop: quality does "
        "not grow with labels the way it usually does. What was measured holds. To know more, measure larger sizes."
    )


def irregular(name: str) -> str:
    """Where this candidate's curve follows no law."""
    return tr("**{name}**: the curve is not regular enough to say.", name=plain(name))


def when_to_stop(stop: Stop, fit: FittedLaws, prices: Prices, *, name: str, smallest: int, currency: str) -> str:
    """Stopping point: where the next label stops paying for this candidate, in one sentence."""
    if stop.beyond or stop.rows.value > 2 * fit.largest:
        return tr(
            "**{advice}** With {name} and {rows} labels, the next one still brings about {brings} {currency} "
            "and costs {price}. Where that ends is too far beyond what was measured: label about {twice}, and look "
            "again.",
            advice=tr("Keep labelling.") if stop.rows.low > fit.largest else tr("Probably keep labelling."),
            name=plain(name),
            rows=count(fit.largest),
            brings=bare_money(next_label(fit, prices, fit.largest)),
            price=bare_money(prices.label),
            currency=plain(currency),
            twice=count(2 * fit.largest),
        )
    if stop.rows.high < smallest:
        return tr(
            "**The {rows} labels of the smallest size are enough.** With {name}, the next one brings less than its "
            "price.",
            rows=count(smallest),
            name=plain(name),
        )
    if stop.rows.value < smallest:
        return tr(
            "**The {rows} labels of the smallest size are probably enough.** With {name}, the next one brings less "
            "than its price from somewhere between {low} and {high} labels on.",
            rows=count(smallest),
            name=plain(name),
            low=about(stop.rows.low),
            high=about(stop.rows.high),
        )
    return tr(
        "**Stop at about {rows} labels** ({span}) with {name}: from there on the next one brings less than "
        "the {price} {currency} it costs.",
        rows=about(stop.rows.value),
        span=_span(stop.rows, FARTHEST * fit.largest),
        name=plain(name),
        price=bare_money(prices.label),
        currency=plain(currency),
    )


def _span(rows: Interval, farthest: float) -> str:
    """An interval of labels; what lies beyond the `farthest` forecast is not known."""
    low, high = about(rows.low), about(rows.high)
    return (
        tr("{low} to {high}, or more", low=low, high=high)
        if rows.high >= farthest
        else tr("{low} to {high}", low=low, high=high)
    )


def about(number: float) -> str:
    """Number of labels rounded to two significant digits, no finer than it is known."""
    if number < 100:
        return count(round(number))
    step = 10 ** (len(str(int(number))) - 2)
    return count(round(number / step) * step)
