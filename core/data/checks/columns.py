"""Are the columns there, and is each what it is taken for?"""

from collections.abc import Iterator

import pandas as pd

from core.config import RunConfig
from core.data.checks.looked import Looked
from core.data.columns import no_such_column
from core.data.findings import Finding, error
from core.data.sentences import counted


def missing_columns(frame: pd.DataFrame, config: RunConfig) -> Iterator[Finding]:
    """Columns that the settings name and the rows do not have."""
    wanted = {"text": config.task.text, "target": config.task.target}
    if config.split.by != "random" and config.split.column:
        wanted["split"] = config.split.column
    for what_for, name in wanted.items():
        if name not in frame.columns:
            lacking = no_such_column(frame, name, what_for)
            yield error("no_such_column", lacking.message, lacking.hint)


def no_rows(looked: Looked) -> Iterator[Finding]:
    """No rows at all."""
    if looked.frame.empty:
        yield error("no_rows", "The dataset has no rows.", "Add a file with rows in it.")


def same_column(looked: Looked) -> Iterator[Finding]:
    """The answer is the text itself, by name or by contents."""
    task = looked.config.task
    if task.text == task.target:
        yield error(
            "target_is_text",
            f"The column '{task.text}' is chosen as the text and as the target.",
            "Choose the column that holds the answers as the target.",
        )
    elif looked.used.any() and (looked.text == looked.target)[looked.used].all():
        yield error(
            "target_is_text",
            f"The columns '{task.text}' and '{task.target}' hold the same words in "
            f"{counted(int(looked.used.sum()), 'row')}.",
            "Choose the column that holds the answers as the target.",
        )
    if looked.config.split.by != "random" and looked.config.split.column in {task.text, task.target}:
        yield error(
            "split_is_taken",
            f"The split column '{looked.config.split.column}' is also chosen as the text or the target.",
            "Choose another column to split by, or split at random.",
        )
