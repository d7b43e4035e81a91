"""Names of columns: every column gets one, and no two are the same."""

from collections.abc import Sequence

from core.data.limits import MAX_COLUMNS
from core.data.sentences import quoted
from core.errors import DatasetError


def tidy_names(found: Sequence[str], file: str) -> tuple[list[str], list[str]]:
    """Unique, non-empty names, and a note for each kind of change. Raises DatasetError for too many columns."""
    if len(found) > MAX_COLUMNS:
        raise DatasetError(
            f"{file} has {len(found):,} columns; the limit is {MAX_COLUMNS:,}.",
            "Keep the columns that matter: the text, the answer, and what the rows are split by.",
        )
    names: list[str] = []
    unnamed, repeated = [], []
    for number, raw in enumerate(found, start=1):
        name = " ".join(raw.split())
        if not name:
            name = free_name(f"column {number}", [*found, *names])
            unnamed.append(name)
        elif name in names:
            repeated.append(name)
            name = free_name(name, [*found, *names])
        names.append(name)
    notes = []
    if unnamed:
        notes.append(f"Columns without a name were called {quoted(unnamed)}.")
    if repeated:
        notes.append(f"More than one column is called {quoted(dict.fromkeys(repeated))}; later ones got a number.")
    return names, notes


def free_name(name: str, taken: Sequence[str]) -> str:
    """The name itself, or 'name (2)', 'name (3)', whichever is free first."""
    if name not in taken:
        return name
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"
