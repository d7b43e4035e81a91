"""Data checks for a task: what every task asks, and what its inputs and targets ask of themselves."""

from collections.abc import Iterator

from core.data.checks.findings import Finding
from core.data.checks.looked import Looked
from core.preparation.checks import columns, rows, splits
from core.tasks import Task


def findings(looked: Looked, task: Task) -> Iterator[Finding]:
    """Runs every check: the findings in the order in which a person would want to hear of them."""
    yield from columns.same_column(looked)
    for ask in (*task.inputs.checks, *task.targets.checks):
        yield from ask(looked)
    of_rows = (rows.few_rows, splits.groups, splits.times, splits.given_parts, splits.leaks, rows.conflicts)
    for ask in (*of_rows, splits.nothing_to_choose_by):
        yield from ask(looked)
    yield from rows.duplicates(looked)
