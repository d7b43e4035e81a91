"""Preprocessing of a run: from raw rows to train, validation and test."""

from collections.abc import Set
from dataclasses import dataclass, field
from hashlib import blake2b

import pandas as pd

from core.config import RunConfig, Split, TaskSettings
from core.data.rows.clean import Step
from core.data.rows.columns import column_named, plain
from core.data.rows.draw import drawn
from core.data.rows.identity import row_ids
from core.data.rows.sketch import RowSketch
from core.data.rows.times import moments
from core.data.rows.values import as_text
from core.data.sentences import counted
from core.data.splits import split_rows
from core.data.splits.given import parts_of
from core.data.splits.group import group_names
from core.data.splits.parts import PARTS, Part, thinned
from core.errors import DatasetError
from core.novelty import FEWEST_ROWS, MOST_UNLABELLED, sample
from core.preparation.clean import clean
from core.targets import Target
from core.tasks import Task, task_of

HOW = {
    "random": "Split at random, each class in its share",
    "group": "Split by group, no group in two parts",
    "time": "Split by time, the newest rows in the test",
    "given": "Split as given",
}


@dataclass(frozen=True)
class Prepared:
    """Prepared rows, split, and the target that was fitted to them; `steps` say what was done.

    `taught` are hashes of the rows that teach or choose, or had taught the start; `left_out` counts those that had, and
    would have judged; `sketch` is of the rows that judge. `unlabelled` are inputs of some rows that a limit on labels
    left out, like the test rows: their targets are blank.
    """

    train: Part
    validation: Part
    test: Part
    target: Target
    steps: tuple[Step, ...]
    taught: frozenset[str] = frozenset()
    left_out: int = 0
    sketch: RowSketch | None = None
    unlabelled: Part = field(default=Part((), (), ()))
    settings: TaskSettings | None = None
    """Settings of the task that the rows were prepared for."""

    @property
    def choosing(self) -> Part:
        """Validation rows whose answers are kept, thinned: thresholds and temperature are chosen on them."""
        return self.validation.take(thinned(len(self.validation)))


def prepare(frame: pd.DataFrame, config: RunConfig, taught: Set[str] = frozenset()) -> Prepared:
    """Cleans the rows and splits them. The same rows, settings and seed always give the same parts.

    `taught` are hashes of rows that taught the model to start from: they may teach again, but neither choose nor judge.

    Equal and nearly equal inputs never stand in two parts. Raises DatasetError where a column is missing
    or nothing is left to learn from or to judge by.
    """
    task = task_of(config)
    rows, reading = chosen(frame, config, task)
    rows, steps = placed(rows, config.split)
    rows, cleaning = clean(rows, config.preparation, task.inputs, task.targets)
    steps = [*reading, *steps, *cleaning]
    strata = task.targets.strata(rows["target"], as_at_first=config.split.drawn_from == "rows")
    rows = rows.assign(key=task.inputs.keys(rows["input"], frame), stratum=strata)
    rows, steps = joined(rows, config, task, steps)
    rows, apart = split_apart(rows, config, task)
    rows, known = without_taught(rows, taught)
    steps += apart + known
    learned = rows.loc[rows["part"] == "train", "target"]
    unlabelled = Part((), (), ())
    if config.rows_per_class is not None:
        before = rows
        rows, limiting = limited(rows, task, config.rows_per_class, config.seed)
        steps += limiting
        unlabelled = without_labels(before, rows, config)
    target = task.targets.fit(rows["target"], rows["part"], learned)
    rows, unanswerable = without_unlearnt(rows, task)
    steps += unanswerable
    if not (rows["part"] == "test").any():
        raise DatasetError("No rows are left to judge by.", "Add rows, or split the rows in another way.")
    remarks = task.targets.remarks(rows["target"], rows["part"])
    steps += [Step("unseen", text, len(rows), len(rows)) for text in remarks]
    parts = {name: part_from(rows[rows["part"] == name]) for name in PARTS}
    hashes = taught_by(rows[rows["part"] != "test"])
    left_out = sum(step.rows_before - step.rows_after for step in known)
    sketch = RowSketch.of([_hash(one) for one in rows.loc[rows["part"] == "test", "key"]])
    return Prepared(
        **parts,
        target=target,
        steps=tuple(steps),
        taught=hashes | frozenset(taught),
        left_out=left_out,
        sketch=sketch,
        unlabelled=unlabelled,
        settings=config.task,
    )


def chosen(frame: pd.DataFrame, config: RunConfig, task: Task) -> tuple[pd.DataFrame, list[Step]]:
    """Selects the columns id, input, target, by (what the rows are split by) and part (where it is given)."""
    inputs = task.inputs.cells(frame, config.task)
    targets, notes = task.targets.read(column_named(frame, config.task.target, "target"))
    rows = pd.DataFrame({"id": plain(row_ids(frame)), "input": inputs, "target": targets, "part": ""})
    steps = [Step("read", note, len(rows), len(rows)) for note in notes]
    split = config.split
    if split.by == "random" or not split.column:
        return rows.assign(by=None), steps
    by = column_named(frame, split.column, "split")
    if split.by == "given":
        return rows.assign(by=None, part=parts_of(as_text(by))), steps
    return rows.assign(by=moments(by) if split.by == "time" else group_names(by)), steps


def placed(rows: pd.DataFrame, split: Split) -> tuple[pd.DataFrame, list[Step]]:
    """Drops rows that the split has no place for: without a readable time, or without a known part."""
    if split.by == "time":
        kept, reason = rows[rows["by"].notna()], f"whose time in '{split.column}' cannot be read"
    elif split.by == "given":
        kept, reason = rows[rows["part"] != ""], f"whose part in '{split.column}' is not train, validation or test"
    else:
        return rows, []
    lost = len(rows) - len(kept)
    step = Step("place", f"Left out {counted(lost, 'row')} {reason}.", len(rows), len(kept))
    return kept, [step] if lost else []


def joined(rows: pd.DataFrame, config: RunConfig, task: Task, steps: list[Step]) -> tuple[pd.DataFrame, list[Step]]:
    """Joins rows with near-duplicate inputs to units, which never stand in two parts."""
    if config.split.drawn_from == "rows":
        return rows.assign(unit=rows["key"]), steps
    rows = rows.assign(unit=task.inputs.units(rows["key"]))
    near = rows.groupby("unit")["key"].transform("nunique") > 1
    if not near.any():
        return rows, steps
    text = f"Kept together {counted(int(near.sum()), 'row')} whose {task.inputs.noun}s are nearly the same."
    return rows, [*steps, Step("near_twins", text, len(rows), len(rows))]


def split_apart(rows: pd.DataFrame, config: RunConfig, task: Task) -> tuple[pd.DataFrame, list[Step]]:
    """Splits the rows without leakage: an input found in two parts stays where it judges, and leaves the other."""
    if config.split.by == "given":
        rows, steps = kept_apart(rows, task)
    else:
        steps = []
    split = config.split
    if config.rows_per_class is not None and split.by == "given":
        split = split.model_copy(update={"validation": 0.0})
    rows = rows.assign(part=split_rows(rows, split))
    sizes = rows["part"].value_counts()
    text = (
        f"{HOW[split.by]}: {sizes.get('train', 0):,} rows to learn from, {sizes.get('validation', 0):,} to choose by, "
    )
    text += f"{sizes.get('test', 0):,} to judge by."
    if split.drawn_from == "rows":
        text += " They are drawn as by an earlier version, so that this dataset's runs can be compared."
    steps.append(Step("split", text, len(rows), len(rows)))
    if split.by in {"group", "time"}:
        rows, more = kept_apart(rows, task)
        steps += more
    return rows, steps


def kept_apart(rows: pd.DataFrame, task: Task) -> tuple[pd.DataFrame, list[Step]]:
    """Removes leakage: rows of train or validation whose unit is in the test, or of train whose is in validation."""
    units = {part: rows.loc[rows["part"] == part, "unit"] for part in PARTS}
    in_test, in_validation = rows["unit"].isin(units["test"]), rows["unit"].isin(units["validation"])
    leaks = ((rows["part"] == "train") & (in_test | in_validation)) | ((rows["part"] == "validation") & in_test)
    kept = rows[~leaks]
    if not leaks.any():
        return rows, []
    lost = counted(int(leaks.sum()), "row")
    text = f"Left out {lost} of train or validation whose {task.inputs.noun} stands in a part that judges."
    return kept, [Step("keep_apart", text, len(rows), len(kept))]


def limited(rows: pd.DataFrame, task: Task, number: int, seed: int) -> tuple[pd.DataFrame, list[Step]]:
    """Limits the labels that are bought: the drawn rows of train, and no rows for validation, as these have labels."""
    kept = rows[rows["part"] != "validation"]
    lost = len(rows) - len(kept)
    text = (
        f"Left out {counted(lost, 'row')} to choose by: they have labels too, and only the drawn ones count as bought."
    )
    steps = [Step("no_validation", text, len(rows), len(kept))] if lost else []
    kept, drawing = drawn_rows(kept, task, number, seed)
    return kept, [*steps, drawing]


def drawn_rows(rows: pd.DataFrame, task: Task, number: int, seed: int) -> tuple[pd.DataFrame, Step]:
    """Subsamples train to at most `number` rows of each class (or in all, without classes), drawn by the seed."""
    train = rows[rows["part"] == "train"]
    groups = task.targets.drawn_by(train["target"])
    shuffled = groups.iloc[drawn(train["id"], seed, "rows per class").argsort(kind="stable")]
    rank = shuffled.groupby(shuffled).cumcount()
    kept = rows.drop(rank.index[rank >= number])
    sizes = groups.value_counts()
    if len(sizes) == 1:
        text = f"Drew up to {counted(number, 'row')} to learn from."
    else:
        text = f"Drew up to {counted(number, 'row')} of each class to learn from."
        if fewer := int((sizes < number).sum()):
            text += f" {counted(fewer, 'class has', 'classes have')} fewer."
    return kept, Step("rows_per_class", text, len(rows), len(kept))


def without_labels(before: pd.DataFrame, kept: pd.DataFrame, config: RunConfig) -> Part:
    """Sample of the inputs that a limit on labels left out, which are as new to the model as the test rows are.

    Validation rows where there are enough, else training rows that are no near-duplicates of a drawn one; but of a
    split by group or time the training rows are closer to one another than to the test rows, and none are taken.
    """
    left = before.drop(kept.index)
    spare = left[left["part"] == "validation"]
    if len(spare) < FEWEST_ROWS:
        train = left[~left["unit"].isin(kept["unit"])]
        spare = train[:0] if config.split.by in {"group", "time"} else train
    return part_from(spare.iloc[sample(len(spare), MOST_UNLABELLED)].assign(target=""))


def without_unlearnt(rows: pd.DataFrame, task: Task) -> tuple[pd.DataFrame, list[Step]]:
    """Removes validation rows whose target no model of the training rows can give: nothing can be chosen by them."""
    kept = rows[(rows["part"] != "validation") | task.targets.chooses(rows["target"], rows["part"])]
    if len(kept) == len(rows):
        return rows, []
    lost = counted(len(rows) - len(kept), "validation row")
    text = f"Left out {lost} with {task.targets.lacking} that no row of train has."
    return kept, [Step("unlearnt", text, len(rows), len(kept))]


def taught_by(rows: pd.DataFrame) -> frozenset[str]:
    """Hashes of what the rows say to a model: of the input as it is read, and of its key."""
    return frozenset(_hash(one) for column in ("input", "key") for one in rows[column])


def without_taught(rows: pd.DataFrame, taught: Set[str]) -> tuple[pd.DataFrame, list[Step]]:
    """Removes rows that would choose or judge, and have taught the model that is started from."""
    if not taught:
        return rows, []
    known = rows["key"].map(_hash).isin(taught) | rows["input"].map(_hash).isin(taught)
    kept = rows[~known | (rows["part"] == "train")]
    lost = counted(len(rows) - len(kept), "row")
    text = f"Left out {lost} of validation or test, which taught the model that this run starts from."
    return kept, [Step("taught", text, len(rows), len(kept))]


def _hash(words: str) -> str:
    return blake2b(words.encode(), digest_size=8, person=b"taught").hexdigest()


def part_from(rows: pd.DataFrame) -> Part:
    """The rows as a Part."""
    return Part(tuple(rows["id"]), tuple(rows["input"]), tuple(rows["target"]))
