"""Number formats: metrics, amounts, intervals, durations and sizes as people read them."""

import math
from datetime import UTC, datetime

from babel.dates import format_datetime

from core.evaluation.records import Interval
from dashboard.language.words import count, language, tr, trn

MINUS = "\u2212"
MINUTE, HOUR, DAY = 60, 3600, 86400
CENT = 0.01


def share(value: float, digits: int = 1) -> str:
    """Percentage: 0.9412 as 94.1%."""
    return f"{value * 100:.{digits}f}%"


def figure(value: float, digits: int = 3) -> str:
    """Fixed-point number with so many decimals."""
    return f"{value:.{digits}f}"


def metric_value(name: str, value: float) -> str:
    """Metric value in its own unit: a share as 94.1%, a loss as 0.513, an error in the target's unit as 1,230."""
    unit = _unit(name)
    if unit == "share":
        return share(value)
    return amount(value) if unit == "target" else figure(value)


def line_value(name: str, value: float) -> str:
    """Success threshold of a metric: 94%, or 0.8 (R²)."""
    from core.evaluation import MEANINGS

    if _unit(name) == "share":
        return share(value, 0)
    return tr("{value} ({metric})", value=f"{value:g}", metric=tr(MEANINGS[name].title) if name in MEANINGS else name)


def metric_values(name: str, measured: Interval) -> tuple[str, str, str]:
    """Metric value and both ends of its interval in the metric's own unit, with as many decimals each."""
    values = (measured.value, measured.low, measured.high)
    value, low, high = amounts(*values) if _unit(name) == "target" else [metric_value(name, one) for one in values]
    return value, low, high


def metric_interval(name: str, measured: Interval) -> str:
    """Metric value with its interval: 94.1% (93.0 to 95.2), or in the metric's own unit."""
    if _unit(name) == "share":
        return interval(measured)
    value, low, high = metric_values(name, measured)
    return tr("{value} ({low} to {high})", value=value, low=low, high=high)


def is_percentage(name: str) -> bool:
    """Whether the metric is written as a percentage, in every table, sentence and chart: a share, and F1 beside it."""
    return _unit(name) == "share"


def _unit(name: str) -> str:
    from core.evaluation import MEANINGS  # scikit-learn comes with it, which not every process needs

    if name not in MEANINGS:
        return "score"
    return "share" if MEANINGS[name].as_percentage else MEANINGS[name].unit


def amount(value: float) -> str:
    """Number in the target's own unit, to about four significant digits: 12,530 and 1.250 and 0.0420."""
    return amounts(value)[0]


def amounts(*values: float, digits: int = 4) -> list[str]:
    """Numbers in the target's own unit that stand side by side: as many decimals as the largest needs."""
    decimals = decimals_of(max((abs(value) for value in values if math.isfinite(value)), default=0.0), digits)
    said = [f"{value:.{decimals}f}" if decimals or not math.isfinite(value) else count(value) for value in values]
    return [one if math.isfinite(value) else "\u2013" for one, value in zip(said, values, strict=True)]


def amount_interval(measured: Interval) -> str:
    """Value with its interval in the target's own unit: 0.460 (0.431 to 0.489)."""
    value, low, high = amounts(measured.value, measured.low, measured.high)
    return tr("{value} ({low} to {high})", value=value, low=low, high=high)


def decimals_of(size: float, digits: int = 4) -> int:
    """Decimals with which a number of this size has `digits` significant digits."""
    whole = math.floor(math.log10(size)) + 1 if size > 0 else 0
    return max(0, digits - whole) if whole > 0 else min(digits - 1 - whole, 12)


def span_of(low: float, high: float, digits: int = 4) -> str:
    """Interval between two numbers in the target's own unit: 0.28 to 0.35."""
    least, most = (one.replace("-", "\u2212") for one in amounts(low, high, digits=digits))
    return tr("{low} to {high}", low=least, high=most)


def interval(measured: Interval) -> str:
    """Percentage with its interval: 94.1% (93.0 to 95.2)."""
    return tr(
        "{value} ({low} to {high})",
        value=share(measured.value),
        low=f"{measured.low * 100:.1f}",
        high=f"{measured.high * 100:.1f}",
    )


def duration(seconds: float) -> str:
    """Duration in at most two units: 45 s, 2 min 5 s, 1 h 12 min."""
    whole = max(0, round(seconds))
    if whole < MINUTE:
        return tr("{n} s", n=whole)
    if whole < HOUR:
        minutes, rest = divmod(whole, MINUTE)
        return tr("{m} min {s} s", m=minutes, s=rest) if rest else tr("{m} min", m=minutes)
    hours, rest = divmod(whole, HOUR)
    return tr("{h} h {m} min", h=hours, m=rest // MINUTE)


def ago(moment: datetime, now: datetime | None = None) -> str:
    """Relative time since `moment`, in one unit; after a week, the date."""
    passed = ((now or datetime.now(UTC)) - moment).total_seconds()
    if passed < MINUTE:
        return tr("just now")
    if passed < HOUR:
        return trn("{n} minute ago", "{n} minutes ago", int(passed // MINUTE))
    if passed < DAY:
        return trn("{n} hour ago", "{n} hours ago", int(passed // HOUR))
    if passed < 7 * DAY:
        return trn("{n} day ago", "{n} days ago", int(passed // DAY))
    return str(format_datetime(moment, "d MMM y", locale=language()))


def size(number_of_bytes: float) -> str:
    """Size in decimal units: 1536000 as 1.5 MB."""
    for unit in ("B", "kB", "MB", "GB"):
        if number_of_bytes < 1000 or unit == "GB":
            return f"{number_of_bytes:.0f} {unit}" if unit == "B" else f"{number_of_bytes:.1f} {unit}"
        number_of_bytes /= 1000
    raise AssertionError("unreachable")


def small_cost(amount: float, currency: str) -> str:
    """Cost that may be tiny, with its currency: 0.42 USD, and below a hundredth "under 0.01 USD"."""
    if 0 < amount < CENT:
        return tr("under {least} {currency}", least=f"{CENT:.2f}", currency=currency)
    return f"{bare_money(amount)} {currency}"


def bare_money(amount: float, *, whole: bool = False) -> str:
    """Amount of money without its currency: 1,234; below 100 with two decimals, unless only `whole` ones are wanted."""
    digits = count(abs(amount)) if whole or abs(amount) >= 99.995 else f"{abs(amount):.2f}"
    return f"{MINUS if amount < 0 and digits not in {'0', '0.00'} else ''}{digits}"
