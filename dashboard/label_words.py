"""A label curve in sentences: who is ahead with how many labels, what twice as many would bring, when to stop.

Every sentence is safe Markdown and says no more than its interval allows.
"""

from core.results import Interval
from core.searches import Fit, Levels, Prices, Stop, crossing, next_label
from dashboard.formats import count, share
from dashboard.plain import plain
from dashboard.words import tr


def who_is_ahead(found: Levels, start: str) -> str:
    """How the pretrained start stands to word counting as labels grow. `start` is what the model is called."""
    where = crossing(found)
    name = plain(start)
    if where.kind == "falls back" and where.last is not None:
        first = tr(
            "With {size} labels a class ({rows} in all), {name} gets **{more} more right answers in 1,000** than word "
            "counting.",
            size=count(found.sizes[where.last]),
            rows=count(found.rows[where.last]),
            name=name,
            more=in_thousand(found.ahead[where.last]),
        )
        sizes = {"size": count(found.sizes[where.last + 1]), "rows": count(found.rows[where.last + 1])}
        if where.standings[where.last + 1] == "behind":
            then = tr("With {size} a class ({rows} in all), **word counting is ahead**.", **sizes)
        else:
            then = tr("From {size} a class on ({rows} in all), these test rows **cannot tell the two apart**.", **sizes)
        return f"{first} {then}"
    return {
        "ahead": tr("At every size measured, **{name} is ahead** of word counting.", name=name),
        "behind": tr("At every size measured, **word counting is ahead**: the pretrained start does not pay here."),
        "even": tr("At no size can these test rows tell {name} and word counting apart.", name=name),
    }.get(where.kind) or tr(
        "Neither {name} nor word counting is ahead throughout; the table below says how they stand at each size.",
        name=name,
    )


def where_they_meet(found: Interval, rows: tuple[int, ...]) -> str:
    """Where the two fitted lines meet, within the `rows` that were measured."""
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


def twice(fit: Fit, name: str) -> str:
    """What twice the largest measured number of labels would bring."""
    reached, gained = fit.accuracy(2 * fit.largest), fit.gain(fit.largest, 2 * fit.largest)
    return tr(
        "**{name}**: twice the labels ({rows}) would bring {more} more right answers in 1,000: about {share} right in "
        "all ({low} to {high}).",
        name=plain(name),
        rows=count(2 * fit.largest),
        more=in_thousand(gained),
        share=share(reached.value),
        low=share(reached.low),
        high=share(reached.high),
    )


def when_to_stop(stop: Stop, fit: Fit, prices: Prices, *, name: str, smallest: int, currency: str) -> str:
    """Where the next label stops paying for this contender, in one sentence."""
    if stop.beyond or stop.rows.value > 2 * fit.largest:
        return tr(
            "**{advice}** With {name} and {rows} labels, the next one still brings about {brings} {currency} "
            "and costs {price}. Where that ends is too far beyond what was measured: label about {twice}, and look "
            "again.",
            advice=tr("Keep labelling.") if stop.rows.low > fit.largest else tr("Probably keep labelling."),
            name=plain(name),
            rows=count(fit.largest),
            brings=money(next_label(fit, prices, fit.largest)),
            price=money(prices.label),
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
        "**Stop at about {rows} labels** ({low} to {high}) with {name}: from there on the next one brings less than "
        "the {price} {currency} it costs.",
        rows=about(stop.rows.value),
        low=about(stop.rows.low),
        high=about(stop.rows.high),
        name=plain(name),
        price=money(prices.label),
        currency=plain(currency),
    )


def in_thousand(gap: Interval) -> str:
    """An interval of a difference, as right answers in 1,000: "9 to 52", or "up to 5"."""
    low, high = round(gap.low * 1000), round(gap.high * 1000)
    if high < 1:
        return tr("hardly any")
    return tr("{low} to {high}", low=count(low), high=count(high)) if low >= 1 else tr("up to {high}", high=count(high))


def about(number: float) -> str:
    """A number of labels, no finer than it is known: two digits."""
    if number < 100:
        return count(round(number))
    step = 10 ** (len(str(int(number))) - 2)
    return count(round(number / step) * step)


def money(amount: float, *, whole: bool = False) -> str:
    """An amount: cents where it is small, unless only `whole` ones are wanted."""
    shown = f"{amount:,.2f}" if abs(amount) < 100 and not whole else count(round(amount))
    return shown.replace("-", "\u2212")
