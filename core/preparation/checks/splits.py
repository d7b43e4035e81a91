"""Data checks of the split: whether the rows can be split as the settings ask, and leaks between parts."""

from collections.abc import Iterator

from core.config import Descent
from core.data.checks.findings import Finding, error, info, warning
from core.data.checks.looked import Looked
from core.data.rows.times import moments, other_order
from core.data.sentences import counted, quoted, share
from core.data.splits.group import group_names


def groups(looked: Looked) -> Iterator[Finding]:
    """Groups too few to stand on two sides, or so many that they group nothing."""
    if looked.config.split.by != "group":
        return
    column, values = looked.config.split.column, group_names(looked.split_values[looked.used])
    number = values.nunique()
    missing = int(values.isna().sum())
    if number + missing < 2:
        only = quoted(values.dropna().unique()) or "no value"
        yield error(
            "one_group",
            f"The group column '{column}' has one group only: {only} in all {counted(len(values), 'row')}.",
            "Choose another group column, or split at random.",
        )
    elif number < 5 and not missing:
        yield warning(
            "few_groups",
            f"The group column '{column}' has {number} groups, so the parts cannot have the shares asked for.",
            "Choose a column with more groups, or split at random.",
        )
    elif number == len(values):
        yield warning(
            "groups_of_one",
            f"Every row is a group of its own in '{column}'; this is the same as splitting at random.",
            "Choose the column that says which rows belong together.",
        )
    if missing and number:
        yield warning(
            "rows_without_group",
            f"{counted(missing, 'row has', 'rows have')} no group in '{column}'.",
            "Each is taken as a group of its own.",
            rows=missing,
        )


def times(looked: Looked) -> Iterator[Finding]:
    """Timestamps that cannot be parsed, or that are all the same."""
    if looked.config.split.by != "time":
        return
    column = looked.config.split.column
    read = moments(looked.frame[column]).reset_index(drop=True)
    values = looked.split_values[looked.used & read.isna()]
    lost = len(values)
    if lost > 0.1 * looked.used.sum():
        yield error(
            "unreadable_times",
            f"The time column '{column}' cannot be read as dates or times in {counted(lost, 'row')} "
            f"({share(lost, int(looked.used.sum()))}), such as {quoted(values.fillna('').unique(), 3)}.",
            "Write times as 2026-11-22 or 2026-11-22 14:30, or split in another way.",
            rows=lost,
        )
    elif lost:
        yield warning(
            "unreadable_times",
            f"The time column '{column}' cannot be read in {counted(lost, 'row')}, "
            f"such as {quoted(values.fillna('').unique(), 3)}.",
            "They are left out.",
            rows=lost,
        )
    if orders := other_order(looked.frame[column]):
        taken, other = orders
        yield warning(
            "day_or_month_first",
            f"The time column '{column}' is read with the {taken}; it could as well be the {other}.",
            "If that is wrong, write times as 2026-11-22: else the newest rows are not those that judge.",
        )
    if looked.used.any() and read[looked.used].nunique() == 1:
        yield error(
            "one_time",
            f"Every row has the same time in '{column}', so none is newer than another.",
            "Choose another time column, or split at random.",
        )


def given_parts(looked: Looked) -> Iterator[Finding]:
    """Predefined parts that are missing or not known."""
    if looked.config.split.by != "given":
        return
    column, parts = looked.config.split.column, looked.parts[looked.used]
    values = looked.split_values[looked.used]
    for part, purpose in (("train", "learn from"), ("test", "judge by")):
        if not (parts == part).any():
            yield error(
                f"no_{part}_rows",
                f"No row is marked '{part}' in the split column '{column}', so there is nothing to {purpose}. "
                f"Its values are: {quoted(values.dropna().unique(), 8) or 'none'}.",
                "Mark rows as train, validation and test, or split in another way.",
            )
    unknown = values[(parts == "") & values.notna()]
    if len(unknown):
        yield warning(
            "unknown_parts",
            f"{counted(len(unknown), 'row has', 'rows have')} a part in '{column}' that is not train, validation or "
            f"test: {quoted(unknown.unique())}.",
            "They are left out.",
            rows=len(unknown),
        )
    if values.isna().any():
        missing = int(values.isna().sum())
        yield warning(
            "rows_without_part",
            f"{counted(missing, 'row has', 'rows have')} no part in '{column}'.",
            "They are left out.",
            rows=missing,
        )


def leaks(looked: Looked) -> Iterator[Finding]:
    """Train-test leakage: inputs that stand in train and in the test that was given."""
    if looked.config.split.by != "given":
        return
    judged = looked.used & (looked.parts == "test")
    learnt = looked.used & looked.parts.isin(["train", "validation"])
    leaked = int((learnt & looked.key.isin(looked.key[judged])).sum())
    if leaked:
        verb, noun = "row of train or validation has", looked.inputs.noun
        if leaked != 1:
            verb = "rows of train or validation have"
        yield warning(
            "leak",
            f"{leaked:,} {verb} a {noun} that also stands in the test ({share(leaked, int(learnt.sum()))}).",
            f"They are left out, so that the test asks about {noun}s never seen.",
            rows=leaked,
        )


def nothing_to_choose_by(looked: Looked) -> Iterator[Finding]:
    """Early stopping with a limit on labelled rows, which leaves none for validation."""
    config = looked.config
    stops = isinstance(config.learning, Descent) and config.learning.early_stopping is not None
    if config.rows_per_class is not None and stops:
        yield info(
            "nothing_to_choose_by",
            "This run will not stop early: rows to choose by need labels too, and with a limit on labelled rows "
            "there are none beside those that it learns from.",
            "It makes every pass and keeps the last. Empty 'Labelled rows per class' to let it stop early.",
        )
