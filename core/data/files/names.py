"""Column names: every column gets one, and no two are the same."""

from collections.abc import Collection, Sequence

from core.data.files.limits import MAX_COLUMNS
from core.data.files.name_keys import in_one_script, seen
from core.data.rows.values import whole
from core.data.sentences import quoted
from core.errors import DatasetError


def tidy_names(found: Sequence[str], file: str) -> tuple[list[str], list[str]]:
    """Unique, non-empty names, and a note for each kind of change. Raises DatasetError for too many columns."""
    if len(found) > MAX_COLUMNS:
        raise DatasetError(
            f"{file} has {len(found):,} columns; the limit is {MAX_COLUMNS:,}.",
            "Keep the columns that matter: the text, the answer, and what the rows are split by.",
        )
    names: dict[str, None] = {}
    last: dict[str, int] = {}
    taken = {*found}
    unnamed, repeated, changed = [], [], []
    for number, raw in enumerate(found, start=1):
        name = in_one_script(seen(whole(raw)))
        if name != " ".join(whole(raw).split()):
            changed.append(name)
        if not name:
            name = free_name(f"column {number}", taken)
            unnamed.append(name)
        elif name in names:
            repeated.append(name)
            first, name = name, free_name(name, taken, last.get(name, 2))
            last[first] = int(name[len(first) + 2 : -1])
        names[name] = None
        taken.add(name)
    notes = []
    if changed:
        notes.append(f"Signs that do not show, or letters that look like others, were taken out of {quoted(changed)}.")
    if unnamed:
        notes.append(f"Columns without a name were called {quoted(unnamed)}.")
    if repeated:
        notes.append(f"More than one column is called {quoted(dict.fromkeys(repeated))}; later ones got a number.")
    return list(names), notes


def free_name(name: str, taken: Collection[str], number: int = 2) -> str:
    """The name itself, or 'name (2)', 'name (3)', whichever is free first; looks from `number` on."""
    if name not in taken:
        return name
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"
