"""Values of a record in words."""

from collections.abc import Collection
from typing import Any

from core.inputs.table.cells import opened
from dashboard.language.formats import amount, count
from dashboard.language.plain import shortened
from dashboard.language.words import tr

LONGEST = 40


def value(found: Any) -> str:
    """One value: a dash where it is missing."""
    if found is None:
        return "–"
    if isinstance(found, bool):
        return tr("yes") if found else tr("no")
    if isinstance(found, int):
        return count(found)
    return amount(found) if isinstance(found, float) else shortened(str(found), LONGEST)


def in_short(cell: str, hidden: Collection[str] = ()) -> str:
    """The record's values in one line, by column; none of the `hidden` columns."""
    try:
        values = opened(cell)
    except ValueError:  # a dash, where the row is gone
        return cell
    return " · ".join(f"{name}: {value(one)}" for name, one in values.items() if name not in hidden)
