"""Numbers, times and sizes as people read them."""

from datetime import UTC, datetime

from babel.dates import format_datetime
from babel.numbers import format_decimal

from core.results import Interval
from dashboard.words import language, tr, trn

MINUTE, HOUR, DAY = 60, 3600, 86400


def count(number: float) -> str:
    """12533 as 12,533."""
    return str(format_decimal(number, format="#,##0", locale=language()))


def share(value: float, digits: int = 1) -> str:
    """0.9412 as 94.1%."""
    return f"{value * 100:.{digits}f}%"


def figure(value: float, digits: int = 3) -> str:
    """A measured number with a fixed number of decimals."""
    return f"{value:.{digits}f}"


def interval(measured: Interval) -> str:
    """94.1% (93.0 to 95.2)."""
    return tr(
        "{value} ({low} to {high})",
        value=share(measured.value),
        low=f"{measured.low * 100:.1f}",
        high=f"{measured.high * 100:.1f}",
    )


def duration(seconds: float) -> str:
    """At most two units: 45 s, 2 min 5 s, 1 h 12 min."""
    whole = max(0, round(seconds))
    if whole < MINUTE:
        return tr("{n} s", n=whole)
    if whole < HOUR:
        minutes, rest = divmod(whole, MINUTE)
        return tr("{m} min {s} s", m=minutes, s=rest) if rest else tr("{m} min", m=minutes)
    hours, rest = divmod(whole, HOUR)
    return tr("{h} h {m} min", h=hours, m=rest // MINUTE)


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long since `moment`, in one unit; after a week, the date."""
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
    """1536000 as 1.5 MB."""
    for unit in ("B", "kB", "MB", "GB"):
        if number_of_bytes < 1000 or unit == "GB":
            return f"{number_of_bytes:.0f} {unit}" if unit == "B" else f"{number_of_bytes:.1f} {unit}"
        number_of_bytes /= 1000
    raise AssertionError("unreachable")
