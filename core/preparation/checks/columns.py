"""Data checks of columns: missing ones, and targets that are the input."""

from collections.abc import Iterator

import pandas as pd

from core.config import RunConfig
from core.data.checks.findings import Finding, error
from core.data.checks.looked import Looked
from core.data.rows.columns import no_such_column
from core.data.sentences import counted
from core.tasks import Task


def missing_columns(frame: pd.DataFrame, config: RunConfig, task: Task) -> Iterator[Finding]:
    """Missing columns, which the settings name and the rows do not have."""
    wanted = [*((task.inputs.noun, name) for name in task.input_columns(config)), ("target", config.task.target)]
    if config.split.by != "random" and config.split.column:
        wanted.append(("split", config.split.column))
    for what_for, name in wanted:
        if name not in frame.columns:
            lacking = no_such_column(frame, name, what_for)
            yield error("no_such_column", lacking.message, lacking.hint)


def no_rows(frame: pd.DataFrame) -> Iterator[Finding]:
    """Empty dataset: no rows at all."""
    if frame.empty:
        yield error("no_rows", "The dataset has no rows.", "Add a file with rows in it.")


def same_column(looked: Looked) -> Iterator[Finding]:
    """Target leakage: the answer is the input itself, by name or by contents."""
    rows = int(looked.used.sum())
    columns, target, noun = looked.columns, looked.config.task.target, looked.inputs.noun
    column = target if target in columns else next(iter(columns), "")
    if column == target:
        yield error(
            "target_is_input",
            f"The column '{column}' is chosen as the {noun} and as the target.",
            "Choose the column that holds the answers as the target.",
        )
    elif rows and (looked.input == looked.target)[looked.used].all():
        yield error(
            "target_is_input",
            f"The columns '{column}' and '{target}' hold the same words in {counted(rows, 'row')}.",
            "Choose the column that holds the answers as the target.",
        )
    if looked.config.split.by != "random" and looked.config.split.column in {*columns, target}:
        yield error(
            "split_is_taken",
            f"The split column '{looked.config.split.column}' is also chosen as the {noun} or the target.",
            "Choose another column to split by, or split at random.",
        )
