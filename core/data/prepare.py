"""From raw rows to the rows that teach, choose and judge."""

from dataclasses import dataclass

import pandas as pd

from core.config import RunConfig, Split
from core.data.clean import Step, applied, clean, key_of
from core.data.columns import column_named
from core.data.draw import drawn
from core.data.identity import row_ids
from core.data.sentences import counted, quoted
from core.data.splits import SPLITS
from core.data.splits.given import parts_of
from core.data.splits.group import group_names
from core.data.times import moments
from core.data.values import as_text, cells
from core.errors import DatasetError

PARTS = ("train", "validation", "test")
HOW = {
    "random": "Split at random, each class in its share",
    "group": "Split by group, no group in two parts",
    "time": "Split by time, the newest rows in the test",
    "given": "Split as given",
}


@dataclass(frozen=True)
class Part:
    """Rows of one part, in the file's order: ids, texts and answers, one entry each."""

    row_ids: tuple[str, ...]
    texts: tuple[str, ...]
    targets: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.row_ids)


@dataclass(frozen=True)
class Prepared:
    """Rows ready to learn from. `labels` has every answer of any part, sorted; `steps` say what was done.

    `class_rows` counts the training rows of each label as they were before `rows_per_class` drew from them.
    """

    train: Part
    validation: Part
    test: Part
    labels: tuple[str, ...]
    steps: tuple[Step, ...]
    class_rows: tuple[int, ...]


def prepare(frame: pd.DataFrame, config: RunConfig) -> Prepared:
    """Cleans the rows and splits them. The same rows, settings and seed always give the same parts.

    The same text, spaces and case aside, never stands in two parts. Raises DatasetError where a column is missing
    or nothing is left to learn from or to judge by.
    """
    rows, steps = placed(chosen(frame, config), config.split)
    rows, cleaning = clean(rows, config.preparation)
    steps += cleaning
    rows = rows.assign(key=applied(key_of, rows["text"]))
    rows, apart = split_apart(rows, config)
    steps += apart
    class_rows = rows.loc[rows["part"] == "train", "target"].value_counts()
    if config.rows_per_class is not None:
        rows, step = drawn_per_class(rows, config.rows_per_class, config.seed)
        steps.append(step)
    refuse_empty_parts(rows)
    steps += unseen_classes(rows)
    parts = {name: part_from(rows[rows["part"] == name]) for name in PARTS}
    labels = tuple(sorted(set(rows["target"])))
    counts = tuple(int(class_rows.get(label, 0)) for label in labels)
    return Prepared(**parts, labels=labels, steps=tuple(steps), class_rows=counts)


def chosen(frame: pd.DataFrame, config: RunConfig) -> pd.DataFrame:
    """The columns that matter: id, text, target, by (what the rows are split by) and part (where it is given)."""
    texts = column_named(frame, config.task.text, "text")
    targets = column_named(frame, config.task.target, "target")
    rows = pd.DataFrame({"id": plain(row_ids(frame)), "text": plain(texts), "target": plain(targets), "part": ""})
    split = config.split
    if split.by == "random" or not split.column:
        return rows.assign(by=None)
    by = column_named(frame, split.column, "split")
    if split.by == "given":
        return rows.assign(by=None, part=parts_of(as_text(by)))
    return rows.assign(by=moments(by) if split.by == "time" else group_names(by))


def plain(column: pd.Series) -> pd.Series:
    """The column as Python's own strings, numbered 0, 1, 2, ...; missing ones are empty."""
    return pd.Series([cell or "" for cell in cells(column)], dtype=object)


def placed(rows: pd.DataFrame, split: Split) -> tuple[pd.DataFrame, list[Step]]:
    """Only rows that the split has a place for: with a readable time, or with a known part."""
    if split.by == "time":
        kept, reason = rows[rows["by"].notna()], f"whose time in '{split.column}' cannot be read"
    elif split.by == "given":
        kept, reason = rows[rows["part"] != ""], f"whose part in '{split.column}' is not train, validation or test"
    else:
        return rows, []
    lost = len(rows) - len(kept)
    step = Step("place", f"Left out {counted(lost, 'row')} {reason}.", len(rows), len(kept))
    return kept, [step] if lost else []


def split_apart(rows: pd.DataFrame, config: RunConfig) -> tuple[pd.DataFrame, list[Step]]:
    """The rows with their part; a text found in two parts stays where it judges, and leaves the other."""
    if config.split.by == "given":
        rows, steps = kept_apart(rows)
    else:
        steps = []
    split = config.split
    if config.rows_per_class is not None and split.by == "given":
        split = split.model_copy(update={"validation": 0.0})
    rows = rows.assign(part=SPLITS[split.by](rows, split, config.seed))
    sizes = rows["part"].value_counts()
    text = (
        f"{HOW[split.by]}: {sizes.get('train', 0):,} rows to learn from, {sizes.get('validation', 0):,} to choose by, "
    )
    text += f"{sizes.get('test', 0):,} to judge by."
    steps.append(Step("split", text, len(rows), len(rows)))
    if split.by in {"group", "time"}:
        rows, more = kept_apart(rows)
        steps += more
    return rows, steps


def kept_apart(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Step]]:
    """The rows without those of train and validation whose text is in the test, or of train whose is in validation."""
    keys = {part: rows.loc[rows["part"] == part, "key"] for part in PARTS}
    in_test, in_validation = rows["key"].isin(keys["test"]), rows["key"].isin(keys["validation"])
    leaks = ((rows["part"] == "train") & (in_test | in_validation)) | ((rows["part"] == "validation") & in_test)
    kept = rows[~leaks]
    if not leaks.any():
        return rows, []
    lost = counted(int(leaks.sum()), "row")
    text = f"Left out {lost} of train or validation whose text stands in a part that judges."
    return kept, [Step("keep_apart", text, len(rows), len(kept))]


def drawn_per_class(rows: pd.DataFrame, number: int, seed: int) -> tuple[pd.DataFrame, Step]:
    """The rows with at most `number` of each class in train, drawn by the seed."""
    train = rows[rows["part"] == "train"]
    shuffled = train.assign(draw=drawn(train["id"], seed, "rows per class")).sort_values("draw")
    rank = shuffled.groupby("target").cumcount()
    kept = rows.drop(rank.index[rank >= number])
    fewer = int((train["target"].value_counts() < number).sum())
    text = f"Drew up to {counted(number, 'row')} of each class to learn from."
    if fewer:
        text += f" {counted(fewer, 'class has', 'classes have')} fewer."
    return kept, Step("rows_per_class", text, len(rows), len(kept))


def unseen_classes(rows: pd.DataFrame) -> list[Step]:
    """A word about classes that are asked for in the test and never learnt."""
    unseen = sorted(set(rows["target"]) - set(rows.loc[rows["part"] == "train", "target"]))
    if not unseen:
        return []
    words = f"{counted(len(unseen), 'class', 'classes')} ({quoted(unseen)})"
    text = f"{words} can be asked for but never learnt: no row of train has it; such rows count as wrong."
    return [Step("unseen", text, len(rows), len(rows))]


def refuse_empty_parts(rows: pd.DataFrame) -> None:
    """Raises DatasetError where nothing can be learnt or judged."""
    train = rows[rows["part"] == "train"]
    if train["target"].nunique() < 2:
        found = quoted(sorted(set(train["target"]))) or "none"
        raise DatasetError(
            f"The rows to learn from have {counted(train['target'].nunique(), 'class', 'classes')} ({found}); "
            "at least 2 are needed.",
            "Check the target column, or split the rows in another way.",
        )
    if not (rows["part"] == "test").any():
        raise DatasetError("No rows are left to judge by.", "Add rows, or split the rows in another way.")


def part_from(rows: pd.DataFrame) -> Part:
    """The rows as a Part."""
    return Part(tuple(rows["id"]), tuple(rows["text"]), tuple(rows["target"]))
