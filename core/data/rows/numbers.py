"""Number parsing of cells, as people write them: 1.234,5; 1,234.5; 1 234,5; $1,200; 12 %; (3.50); −3; 45 min.

Whether a comma or a point parts whole from fraction is decided once for the whole column, and whatever was decided or
could not be read is said. Nothing is converted: 12 % is 12, and an amount stays in its currency.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.rows.clean import INVISIBLE
from core.data.rows.values import cells
from core.data.sentences import counted, quoted

Decimal = Literal["point", "comma"]

BLANK = frozenset({"", "-", "–", "—", "?", ".", "n/a", "na", "n.a.", "nan", "null", "none", "nil", "#n/a", "<na>"})
SPELT = str.maketrans({"−": "-", "﹣": "-", "－": "-", "＋": "+", "％": "%", "．": ".", "，": ",", "’": "'", "＇": "'"})
SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f\u3000]+")
CURRENCIES = {
    "$": "$", "US$": "$", "USD": "USD", "€": "€", "EUR": "EUR", "£": "£", "GBP": "GBP", "¥": "¥", "￥": "¥",
    "JPY": "JPY", "円": "円", "元": "元", "CNY": "CNY", "RMB": "RMB", "CHF": "CHF", "FR.": "CHF", "SFR.": "CHF",
    "₹": "₹", "INR": "INR", "₽": "₽", "RUB": "RUB", "₩": "₩", "KRW": "KRW", "₺": "₺", "TRY": "TRY", "₴": "₴",
    "UAH": "UAH", "KR": "kr", "KR.": "kr", "SEK": "SEK", "NOK": "NOK", "DKK": "DKK", "ZŁ": "zł", "PLN": "PLN",
    "KČ": "Kč", "CZK": "CZK", "FT": "Ft", "HUF": "HUF", "R$": "R$", "BRL": "BRL", "A$": "A$", "AUD": "AUD",
    "C$": "C$", "CAD": "CAD", "NZD": "NZD", "HK$": "HK$", "HKD": "HKD", "NT$": "NT$", "TWD": "TWD", "S$": "S$",
    "SGD": "SGD", "MXN": "MXN", "ZAR": "ZAR", "₪": "₪", "ILS": "ILS", "₫": "₫", "VND": "VND", "฿": "฿", "THB": "THB",
    "AED": "AED", "SAR": "SAR", "₱": "₱", "PHP": "PHP", "IDR": "IDR", "MYR": "MYR",
}  # fmt: skip
"""Currency symbols and codes in capitals, and how each is said."""
MULTIPLES = frozenset(
    {"k", "m", "mm", "mn", "mio", "mill", "million", "millions", "b", "bn", "mrd", "billion", "t", "tsd", "thousand"}
    | {"lakh", "crore", "万", "萬", "亿", "億", "千", "百", "百万"}
)
THOUSAND = "k"
"""The one word for a multiple that is read, where most cells carry it."""
NOT_DIGITS = r"[^\d.,'+\-()%\s]"
CELL = re.compile(
    rf"""(?P<open>\()? \s* (?P<sign>[-+])? \s* (?P<before>{NOT_DIGITS}{{1,5}}\.?)? \s* (?P<second>[-+])? \s*
    (?P<body>\d[\d.,'\s]*? | [.,]\d+) (?P<exponent>[eE][-+]?\d{{1,3}})? \s*
    (?P<after>% | {NOT_DIGITS}{{1,12}}\.?)? \s* (?P<last>-)? \s* (?P<close>\))?""",
    re.VERBOSE,
)
GROUPED = r"[1-9]\d{{0,2}}(?:{0}\d{{3}})+|[1-9]\d?(?:{0}\d{{2}})+{0}\d{{3}}"
"""Thousands grouping: in threes, or as in India: 12,34,567. A grouped number does not begin with 0."""
BODIES: dict[Decimal, re.Pattern[str]] = {
    "point": re.compile(
        rf"(?P<whole>\d*|{GROUPED.format(',')}|{GROUPED.format('[ ]')}|{GROUPED.format(chr(39))})(?:\.(?P<part>\d*))?"
    ),
    "comma": re.compile(
        rf"(?P<whole>\d*|{GROUPED.format('[.]')}|{GROUPED.format('[ ]')}|{GROUPED.format(chr(39))})(?:,(?P<part>\d*))?"
    ),
}
MOST_EXAMPLES = 5
MOSTLY = 0.95
MOST_CLASSES = 20
TIMES_BACK = 5


@dataclass(frozen=True)
class ParsedNumbers:
    """Numbers parsed from a column.

    `values` is float64 (rows,), NaN where a cell is blank or cannot be read; `notes` say in sentences how it was read;
    `unreadable` are different cells that could not be, some of them, and `unread` says how many cells that were.
    `unit` is what stood beside the numbers (%, EUR, min), or empty.
    """

    values: NDArray[np.float64]
    notes: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    unread: int = 0
    unit: str = ""
    decimal: Decimal = "point"


@dataclass(frozen=True)
class ColumnKind:
    """Inferred type of a column, numeric, categorical or either way, and why, in a sentence."""

    kind: Literal["number", "class", "either"]
    reason: str


@dataclass(frozen=True)
class _Cell:
    """Tokens of a cell: its digits as they stand, its sign and its unit."""

    body: str
    exponent: str
    negative: bool
    unit: str


def read_numbers(column: pd.Series | Sequence[object], *, decimal: Decimal | None = None) -> ParsedNumbers:
    """Parses the column as numbers. `decimal` is the decimal separator; left out, the column decides.

    Where the column cannot tell (1.234 everywhere), the point parts the fraction, and a note says so.
    """
    words = _words(column)
    apart = {word: _tokens(word) for word in dict.fromkeys(words)}
    counts = Counter(words)
    unit, others = _unit(apart, counts)
    known = {word: cell for word, cell in apart.items() if cell and _is_clear(cell, unit)}
    chosen, why = (decimal, ()) if decimal else _decimal(known, counts)
    factor = 1_000.0 if unit.casefold() == THOUSAND else 1.0
    found = {word: _value(cell, chosen) * (factor if cell.unit else 1.0) for word, cell in known.items()}
    values = np.array([found.get(word, math.nan) for word in words], np.float64)
    strange = [word for word in dict.fromkeys(words) if not is_blank(word) and math.isnan(found.get(word, math.nan))]
    unread = sum(counts[word] for word in strange)
    notes = (*why, *_about_units(known, counts, unit), *others, *_about_unread(strange, unread))
    shown = "" if factor > 1 else unit
    return ParsedNumbers(values, notes, tuple(strange[:MOST_EXAMPLES]), unread, shown, chosen)


def looks_like(column: pd.Series | Sequence[object]) -> ColumnKind:
    """Infers whether the column is a numeric target, a categorical one, or either; a person decides then."""
    words = [word for word in _words(column) if not is_blank(word)]
    if not words:
        return ColumnKind("class", "It is empty.")
    read = read_numbers(words)
    if read.unread > (1 - MOSTLY) * len(words):
        return ColumnKind("class", f"Not all of its values are numbers: {quoted(read.unreadable, 3)}.")
    coded = [word for word in words if re.fullmatch(r"0\d+", word)]
    if len(coded) > (1 - MOSTLY) * len(words):
        return ColumnKind("class", f"Values such as '{coded[0]}' begin with 0, as codes do and numbers do not.")
    values = read.values[~np.isnan(read.values)]
    return _look_of(values)


def _look_of(values: NDArray[np.float64]) -> ColumnKind:
    known = np.unique(values)
    if len(known) <= 2:
        said = " and ".join(_short(one) for one in known)
        return ColumnKind("class", f"It has {counted(len(known), 'value')} only: {said}.")
    if len(known) > MOST_CLASSES:
        return ColumnKind(
            "number", f"It has {len(known):,} different numbers, from {_short(known[0])} to {_short(known[-1])}."
        )
    is_whole = bool((known == np.round(known)).all())
    what = f"{len(known)} different {'whole numbers' if is_whole else 'numbers'}"
    span = f"from {_short(known[0])} to {_short(known[-1])}"
    if len(values) / len(known) < TIMES_BACK:
        return ColumnKind("number", f"It has {what}, {span}, that seldom come back.")
    near, far = _short(known[-1]), _short(known[-2])
    return ColumnKind(
        "either",
        f"It has {what}, {span}, that come back often. As a number, {far} is nearly right where {near} is true; as "
        "a class, it is as wrong as any other.",
    )


def is_blank(word: str) -> bool:
    """Whether a cell holds nothing, or says so: n/a, -, null."""
    return word.casefold() in BLANK


def _words(column: pd.Series | Sequence[object]) -> list[str]:
    series = column if isinstance(column, pd.Series) else pd.Series(list(column), dtype=object)
    return [_spelt(cell or "") for cell in cells(series)]


def _spelt(cell: str) -> str:
    """Normalised spelling of a cell: one kind of minus, apostrophe, digit and space."""
    plain = cell.translate(SPELT)
    if not plain.isascii():
        plain = "".join(str(unicodedata.digit(c)) if unicodedata.category(c) == "Nd" else c for c in plain)
    return SPACES.sub(" ", plain.strip(INVISIBLE)).strip(INVISIBLE)


def _tokens(word: str) -> _Cell | None:
    """Tokens of the cell, or None where it is no number by any convention."""
    found = CELL.fullmatch(word)
    if found is None or (found["open"] is None) != (found["close"] is None):
        return None
    signs = [sign for sign in (found["sign"], found["second"], found["last"]) if sign]
    if len(signs) > 1 or (signs and found["open"]):
        return None
    before, after = (_said(found[place]) for place in ("before", "after"))
    if (before and after) or (before and before not in CURRENCIES.values()):
        return None
    body = found["body"].strip()
    if not any(pattern.fullmatch(body) for pattern in BODIES.values()):
        return None
    unit = before or after
    if unit and not (unit == "%" or unit in CURRENCIES.values() or unit.rstrip(".").isalpha()):
        return None
    negative = bool(found["open"]) or signs == ["-"]
    return _Cell(body, found["exponent"] or "", negative, unit)


def _said(written: str | None) -> str:
    word = (written or "").strip()
    return CURRENCIES.get(word.upper(), word)


def _unit(apart: dict[str, _Cell | None], counts: Counter[str]) -> tuple[str, tuple[str, ...]]:
    """Unit that stands beside most of the numbers, and a sentence where others do too."""
    units: Counter[str] = Counter()
    for word, cell in apart.items():
        if cell:
            units[cell.unit] += counts[word]
    bare = units.pop("", 0)
    for multiple in [unit for unit in units if unit.casefold().rstrip(".") in MULTIPLES]:
        if multiple.casefold() != THOUSAND or units[multiple] <= bare:
            del units[multiple]
    if not units:
        return "", ()
    unit = units.most_common(1)[0][0]
    others = [other for other in units if not _is_same(other, unit)]
    rest = sum(units[other] for other in others)
    if not rest:
        return unit, ()
    said = f"{counted(rest, 'value')} in {quoted(others, 3)} cannot be compared with those in '{unit}'"
    return unit, (f"{said} and {_were(rest)} left out.",)


def _is_same(one: str, other: str) -> bool:
    """Whether two words name one unit: min and min., star and stars."""
    first, second = (word.casefold().rstrip(".").removesuffix("s") for word in (one, other))
    return first == second


def _is_clear(cell: _Cell, unit: str) -> bool:
    """Whether what stands beside the number is the column's unit; a word that multiplies counts only as that."""
    return not cell.unit or (bool(unit) and _is_same(cell.unit, unit))


def _decimal(known: dict[str, _Cell], counts: Counter[str]) -> tuple[Decimal, tuple[str, ...]]:
    """Decimal separator, by the cells that can be read one way only; and what there is to say of it."""
    only: Counter[Decimal] = Counter()
    either: list[str] = []
    for word, cell in known.items():
        point, comma = _value(cell, "point"), _value(cell, "comma")
        if math.isnan(point) != math.isnan(comma):
            only["comma" if math.isnan(point) else "point"] += counts[word]
        elif point != comma:
            either.append(word)
    chosen: Decimal = "comma" if only["comma"] > only["point"] else "point"
    notes = []
    if chosen == "comma":
        notes.append("A comma parts whole from fraction, as in 1.234,5.")
    if only["comma"] and only["point"]:
        fewer = min(only.values())
        notes.append(f"{counted(fewer, 'value')} {_is(fewer)} written the other way round and {_were(fewer)} left out.")
    if either and not only:
        example = either[0]
        read, other = (_short(_value(known[example], way)) for way in ("point", "comma"))
        notes.append(
            f"'{example}' could be {read} or {other}; {read} was taken, for nothing in the column says otherwise. "
            "Write the numbers without separators of thousands if that is not meant."
        )
    return chosen, tuple(notes)


def _value(cell: _Cell, decimal: Decimal) -> float:
    found = BODIES[decimal].fullmatch(cell.body)
    if found is None or not (found["whole"] or found["part"]):
        return math.nan
    whole = re.sub(r"\D", "", found["whole"]) or "0"
    value = float(f"{whole}.{found['part'] or '0'}{cell.exponent}")
    return (-value if cell.negative else value) if math.isfinite(value) else math.nan


def _about_units(known: dict[str, _Cell], counts: Counter[str], unit: str) -> Iterable[str]:
    if not unit:
        return
    bare = sum(counts[word] for word, cell in known.items() if not cell.unit)
    if unit == "%":
        yield "Percent were read as they stand: 12 % is 12."
    elif unit.casefold() == THOUSAND:
        yield f"'{unit}' was read as thousand: 1.2{unit} is 1,200."
    else:
        yield f"The numbers are in '{unit}'."
    if bare:
        as_what = "it stands" if bare == 1 else "they stand"
        yield f"{counted(bare, 'value')} {_is(bare)} written without '{unit}' and {_were(bare)} taken as {as_what}."


def _about_unread(strange: Sequence[str], unread: int) -> Iterable[str]:
    if unread:
        yield f"{counted(unread, 'value')} could not be read as a number: {quoted(strange, 3)}."


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _short(number: float) -> str:
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.6g}"
