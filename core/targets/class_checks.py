"""Data checks of a classification target: classes, enough rows of each, each written in one way."""

from collections.abc import Iterable, Iterator

import pandas as pd

from core.data.checks.findings import Finding, error, info, warning
from core.data.checks.looked import Looked
from core.data.checks.suggest import MAX_CLASSES, NUMBER, suggest
from core.data.mends import FillDown, LeaveOut, Offer
from core.data.sentences import counted, quoted, share
from core.data.splits.group import group_names

FEWEST_ROWS = 10
LOPSIDED = 20


def empty_targets(looked: Looked) -> Iterator[Finding]:
    """Missing values in the target column."""
    blank, name = int(looked.blank_target.sum()), looked.config.task.target
    if blank == len(looked.frame):
        yield error("no_targets", f"Every answer in the column '{name}' is empty.", other_target(looked), rows=blank)
    elif blank:
        yield warning(
            "empty_targets",
            f"{counted(blank, 'row has', 'rows have')} no answer in the column '{name}' "
            f"({share(blank, len(looked.frame))}).",
            "They are left out.",
            rows=blank,
        ).mended_by(*filled_down(looked))


def filled_down(looked: Looked) -> list[Offer]:
    """Offer to fill empty cells from above, where each filled one looks like the first of a merged range."""
    filled = ~looked.blank_target
    values = looked.target[filled]
    is_merged = bool(filled.iloc[0]) and (values != values.shift()).all() and 0.3 * len(filled) <= (~filled).sum()
    return [looked.offer(FillDown(column=looked.config.task.target))] if is_merged and len(values) > 1 else []


def other_target(looked: Looked) -> str:
    """Hint: the column to choose in place of one that holds no classes."""
    task = looked.config.task
    better = suggest(looked.frame.drop(columns=[task.target])).target
    usual = "Choose a column with a few answers that come back in many rows"
    return f"{usual}: '{better}' looks like it." if better and better not in looked.columns else f"{usual}."


def one_class(looked: Looked) -> Iterator[Finding]:
    """Single class: nothing to tell apart."""
    if len(looked.class_sizes) == 1:
        rows = int(looked.used.sum())
        yield error(
            "one_class",
            f"The column '{looked.config.task.target}' has one class only: '{looked.class_sizes.index[0]}' in all "
            f"{counted(rows, 'row')}.",
            "Add rows of at least one other class; there is nothing to tell apart.",
            rows=rows,
        )


def not_classes(looked: Looked) -> Iterator[Finding]:
    """Cardinality of the target: ids, free text, numbers, or simply too many classes."""
    sizes, name = looked.class_sizes, looked.config.task.target
    rows, classes, single = int(sizes.sum()), len(sizes), int((sizes == 1).sum())
    if classes >= FEWEST_ROWS and classes >= 0.9 * rows:
        yield error(
            "target_is_id",
            f"The column '{name}' has {classes:,} different answers in {rows:,} rows ({quoted(sizes.index, 3)}): "
            "these look like ids or free text, not classes.",
            other_target(looked),
        )
    elif classes >= 5 and single >= 0.8 * classes:
        yield error(
            "target_is_id",
            f"{single:,} of the {classes:,} classes in the column '{name}' have one row each "
            f"({quoted(sizes.index[sizes == 1], 3)}): these look like ids, not classes.",
            other_target(looked),
        )
    elif classes > MAX_CLASSES:
        yield error(
            "too_many_classes",
            f"The column '{name}' has {classes:,} classes; the limit is {MAX_CLASSES:,}.",
            "Put rare classes together, or choose a coarser column.",
        )
    elif classes > 20 and pd.Series(sizes.index).map(lambda value: NUMBER.fullmatch(value) is not None).all():
        yield warning(
            "numbers_as_classes",
            f"The column '{name}' holds {classes:,} different numbers ({quoted(sizes.index, 3)}). Each counts as a "
            "class of its own: 4 is no nearer to 5 than to 50.",
            "Put the numbers into a few ranges, such as low, middle and high.",
        )


def small_classes(looked: Looked) -> Iterator[Finding]:
    """Singleton classes, whose one row can be learnt or judged but not both."""
    sizes = looked.class_sizes
    single = sizes.index[sizes == 1]
    if not len(single) or len(sizes) < 2 or any(finding.severity == "error" for finding in not_classes(looked)):
        return
    several = f"{len(single):,} of the {len(sizes):,} classes ({quoted(single)}) have one row only"
    start = f"The class '{single[0]}' has one row only" if len(single) == 1 else several
    if len(looked.different) < int(looked.used.sum()):
        start += " once exact duplicates are left out"
    if len(sizes) == 2:
        yield error(
            "class_with_one_row",
            f"{start}, so nothing is left to judge it by.",
            "Add rows of this class: at least 2, better 20.",
            rows=len(single),
        )
    else:
        yield warning(
            "class_with_one_row",
            f"{start}: {'it' if len(single) == 1 else 'they'} cannot be both learnt and judged.",
            "Add rows of such classes, put them together, or leave them out.",
            rows=len(single),
        ).mended_by(left_out(looked, single))


def classes_of_two(looked: Looked) -> Iterator[Finding]:
    """Classes of two rows, of which one at most can judge."""
    sizes = looked.class_sizes
    few = sizes.index[sizes == 2]
    if not len(few) or len(sizes) < 3 or any(finding.severity == "error" for finding in not_classes(looked)):
        return
    start = f"The class '{few[0]}' has" if len(few) == 1 else f"{len(few):,} classes ({quoted(few)}) have"
    yield info(
        "class_with_two_rows",
        f"{start} two rows only: too few to learn from and to say how well {'it is' if len(few) == 1 else 'they are'} "
        "answered.",
        "Add rows, put such classes together, or leave them out.",
        rows=2 * len(few),
    ).mended_by(left_out(looked, few))


def left_out(looked: Looked, classes: Iterable[str]) -> Offer:
    """Offer to leave out the rows of these classes, however they are spelled."""
    wanted = set(classes)
    labels = tuple(dict.fromkeys(looked.raw_target[looked.target.isin(wanted)]))
    return looked.offer(LeaveOut(column=looked.config.task.target, labels=labels))


def imbalance(looked: Looked) -> Iterator[Finding]:
    """Class imbalance: one class far larger than another."""
    sizes = looked.class_sizes
    if len(sizes) < 2 or sizes.iloc[-1] < 2:
        sizes = sizes[sizes > 1]
    if len(sizes) < 2 or sizes.iloc[0] < LOPSIDED * sizes.iloc[-1]:
        return
    top = share(int(sizes.iloc[0]), int(looked.class_sizes.sum()))
    yield warning(
        "imbalance",
        f"The class '{sizes.index[0]}' has {counted(int(sizes.iloc[0]), 'row')} ({top}), "
        f"the class '{sizes.index[-1]}' {sizes.iloc[-1]:,}.",
        f"Judge by the F1 of each class: always answering '{sizes.index[0]}' is right in {top} of the rows. "
        "'Class weights' may help.",
    )


def fewer_than_asked(looked: Looked) -> Iterator[Finding]:
    """Classes with fewer rows than the settings ask for."""
    asked = looked.config.rows_per_class
    if asked is None:
        return
    fewer = looked.class_sizes[looked.class_sizes < asked]
    if len(fewer):
        yield info(
            "fewer_rows_per_class",
            f"{counted(len(fewer), 'class has', 'classes have')} fewer than {asked:,} rows: {quoted(fewer.index)}.",
            "All their rows to learn from are used.",
        )


def classes_of_one_group(looked: Looked) -> Iterator[Finding]:
    """Classes that stand in one group only, which goes to one part as a whole."""
    if looked.config.split.by != "group":
        return
    rows = pd.DataFrame({"class": looked.target, "group": group_names(looked.split_values)})[looked.used]
    spread = rows.dropna().groupby("class")["group"].nunique()
    alone = [name for name in spread.index[spread == 1] if looked.class_sizes[name] > 1]
    if alone and rows["group"].nunique() > 1:
        yield warning(
            "classes_of_one_group",
            f"{counted(len(alone), 'class stands', 'classes stand')} in one group only ({quoted(alone)}), and a group "
            "stays in one part.",
            "Such classes are learnt and never judged, or judged and never learnt. Add rows of other groups.",
        )
