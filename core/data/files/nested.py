"""Nested values: objects inside rows become columns, lists of one value that value, short lists a text."""

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from core.data.checks.findings import Finding, info, warning
from core.data.sentences import counted, quoted

Columns = dict[str, list[Any]]
SEPARATOR = "; "
DEEPEST = 12
"""Levels of nesting that become columns; what lies deeper stays JSON."""
LONGEST, MOST, USUALLY = 100, 20, 3
"""Length of a value, and values of a list at most and usually, that labels have."""


def is_nested(values: Sequence[Any]) -> bool:
    """Whether a column has objects in it, in lists or not."""
    return any(isinstance(value, dict) or is_objects(value) for value in values)


def is_objects(value: Any) -> bool:
    """Whether a value is a list of objects."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def flattened(columns: Columns) -> tuple[Columns, list[Finding]]:
    """The columns with what is inside of nested ones as columns of their own, named by the last word of their path.

    Of several objects in a list the first is taken that was not cancelled.
    """
    rows = max(map(len, columns.values()))
    paths: Columns = {}
    several: Counter[str] = Counter()
    for name, values in columns.items():
        if not is_nested(values):
            paths[name] = values
            continue
        for number, value in enumerate(values):
            for path, cell in inside(name, value, several).items():
                paths.setdefault(path, [None] * rows)[number] = cell
    paths = {
        path: values for path, values in paths.items() if path in columns or any(one is not None for one in values)
    }
    short = Counter(path.rpartition(".")[2] for path in paths)
    named = {path: path.rpartition(".")[2] if short[path.rpartition(".")[2]] == 1 else path for path in paths}
    taken = [one for one, values in columns.items() if is_nested(values)]
    made = [named[path] for path in paths if path not in columns]
    found = [info("flattened", f"What is inside of {quoted(taken)} was made columns: {quoted(made, 12)}.")]
    for path, number in several.items():
        message = f"In {counted(number, 'row')}, '{path}' has several entries; the first was taken."
        found.append(warning("several_entries", message, "Export one row for each entry if all of them count."))
    return {named[path]: values for path, values in paths.items()}, found


def inside(name: str, value: Any, several: Counter[str]) -> dict[str, Any]:
    """The values inside of a value, by path; counts lists of several objects."""
    if is_objects(value):
        if all("from_name" in one for one in value):
            every = [inside(f"{name}.{one['from_name']}", dict(one), several) for one in value]
            return {path: cell for one in every for path, cell in one.items()}
        kept = [one for one in value if not one.get("was_cancelled")] or value
        if len(kept) > 1:
            several[name] += 1
        value = kept[0]
    if not isinstance(value, Mapping) or name.count(".") >= DEEPEST:
        return {name: value or None if isinstance(value, list) else value}
    found: dict[str, Any] = {}
    for key, cell in value.items():
        found |= inside(f"{name}.{key}", cell, several)
    return found


def without_lists(name: str, values: list[Any]) -> tuple[list[Any], list[Finding]]:
    """The values of a column of lists as texts, where they could be labels, with a finding on those of several."""
    there = [value for value in values if value is not None]
    lists = [value for value in there if isinstance(value, list)]
    if not lists or len(lists) < len(there) or any(isinstance(cell, (dict, list)) for one in lists for cell in one):
        return values, []
    sizes = [len(value) for value in lists]
    several = sum(size > 1 for size in sizes)
    is_short = all(isinstance(cell, str) and len(cell) <= LONGEST for one in lists for cell in one)
    if several and not (is_short and max(sizes) <= MOST and statistics.median(sizes) <= USUALLY):
        return values, []
    alone = [value if value is None or len(value) != 1 else value[0] for value in values]
    found = [SEPARATOR.join(value) or None if isinstance(value, list) else value for value in alone]
    if not several:
        return found, []
    example = next(SEPARATOR.join(value) for value in lists if len(value) > 1)
    message = f"'{name}' holds lists, of several values in {counted(several, 'row')}, such as '{example}'."
    hint = "A model learns one class a row: keep one value, or split them, if this is the target."
    return found, [Finding(code="lists", severity="warning", message=message, hint=hint, rows=several, columns=(name,))]
