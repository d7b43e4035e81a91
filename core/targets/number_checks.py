"""Data checks of a regression target: numbers in every row, neither constant nor far outliers."""

from collections.abc import Iterator

import numpy as np

from core.data.checks.findings import Finding, error, info, warning
from core.data.checks.looked import Looked
from core.data.rows.numbers import looks_like, read_numbers
from core.data.rows.values import number_text
from core.data.sentences import counted, quoted, share

FAR = 20.0
"""Outlier threshold: distance from the median, in interquartile ranges."""


def no_numbers(looked: Looked) -> Iterator[Finding]:
    """Target without any number."""
    if looked.blank_target.all():
        name = looked.config.task.target
        filled = looked.raw_target[looked.raw_target != ""]
        found = f": {quoted(filled.unique(), 3)}" if len(filled) else " and is empty"
        yield error(
            "no_numbers",
            f"The column '{name}' holds no numbers{found}.",
            "Choose the column that holds the numbers, or sort the rows into classes instead.",
            rows=len(looked.frame),
        )


def unreadable_numbers(looked: Looked) -> Iterator[Finding]:
    """Cells that hold no number, and how the others were read."""
    name, read = looked.config.task.target, read_numbers(looked.frame[looked.config.task.target])
    blank = int(looked.blank_target.sum())
    if 0 < blank < len(looked.frame):
        examples = f", such as {quoted(read.unreadable, 3)}" if read.unread else ""
        yield warning(
            "unreadable_numbers",
            f"{counted(blank, 'row has', 'rows have')} no number in the column '{name}' "
            f"({share(blank, len(looked.frame))}){examples}.",
            "They are left out.",
            rows=blank,
        )
    if not looked.blank_target.all() and read.notes:
        yield info("numbers_as_read", " ".join(read.notes), "Look at a few rows: are the numbers as you mean them?")


def one_number(looked: Looked) -> Iterator[Finding]:
    """Constant target: all rows have one number."""
    numbers = looked.target[looked.used]
    if len(numbers) and numbers.nunique() == 1:
        yield error(
            "one_number",
            f"The column '{looked.config.task.target}' has the number {numbers.iloc[0]} in all "
            f"{counted(len(numbers), 'row')}.",
            "Choose a column with different numbers; there is nothing to learn.",
            rows=len(numbers),
        )


def number_or_class(looked: Looked) -> Iterator[Finding]:
    """Numbers that come back so often that they may be classes."""
    look = looks_like(looked.frame[looked.config.task.target])
    if look.kind == "either":
        yield info(
            "number_or_class",
            f"The column '{looked.config.task.target}' can be learned as a number or as classes. {look.reason}",
            "Keep it a number where near is nearly right; choose classes where each value is a thing of its own.",
        )


def far_numbers(looked: Looked) -> Iterator[Finding]:
    """Outliers: numbers so far from the others that they may be mistakes, and weigh like a hundred rows."""
    numbers = looked.target[looked.used].to_numpy(np.float64)
    if len(numbers) < 20:
        return
    low, middle, high = np.quantile(numbers, (0.25, 0.5, 0.75))
    far = np.abs(numbers - middle) > FAR * (high - low)
    if high > low and far.any():
        worst = numbers[np.argmax(np.abs(numbers - middle))]
        yield warning(
            "far_numbers",
            f"{counted(int(far.sum()), 'row has', 'rows have')} a number far from all others, such as "
            f"{number_text(float(worst))}, where half of the rows lie between {number_text(float(low))} and "
            f"{number_text(float(high))}.",
            "Mend them if they are mistakes; else the loss 'mae' or 'huber' is less drawn to them.",
            rows=int(far.sum()),
        )


def no_intervals(looked: Looked) -> Iterator[Finding]:
    """A limit on labelled rows, which leaves none for validation to learn prediction intervals from."""
    if looked.config.rows_per_class is not None:
        yield info(
            "no_ranges",
            "Answers will carry no prediction interval: it is learned from labelled rows that do not teach, and with a "
            "limit on labelled rows there are none.",
            "Empty 'Labelled rows per class' to have prediction intervals.",
        )
