"""The data sheet: what the rows are, where they come from, how they were used, and what is personal in them.

After Gebru et al., "Datasheets for Datasets" (2021), in the Hub's format for dataset cards.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.cards.inputs import LOOKED_AT, UNSEEN
from core.cards.markdown import COUNTED, bullets, literal, share, shortened, table
from core.config import RunConfig
from core.data.checks.personal import personal_columns
from core.data.labels.signs import tidy
from core.data.rows.numbers import read_numbers
from core.data.rows.values import cells
from core.scenarios import SCENARIOS
from core.tasks import input_columns, task_of

MOST_CLASSES = 60
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def data_sheet(
    frame: pd.DataFrame,
    config: RunConfig,
    *,
    name: str,
    source: str,
    sha256: str,
    notes: Sequence[str] = (),
    mends: Sequence[str] = (),
) -> str:
    """Dataset card of a run's rows. `huggingface_hub.DatasetCard` takes it as it is; no row is quoted.

    `notes` say how the rows were read, `mends` what was changed in them, in order.
    """
    story = SCENARIOS.get(config.scenario or "")
    made = story.data.description if story else "Brought by a user of Tuneboard; nothing is known of how it was made."
    terms = story.data.licence if story else "Not stated. Whoever brought the rows knows what may be done with them."
    same = [f"SHA-256 of the rows: `{sha256}`", *map(literal, notes)]
    parts = [
        f"---\n{_front_matter(name, len(frame), task_of(config).pipeline)}---",
        f"# {literal(name)}",
        f"## What the rows are\n\n{_rows(frame, config)}",
        f"## Where they come from\n\nSource: {literal(source)}. {literal(made, 1500)}",
        *([f"## What was mended in them\n\n{bullets([literal(one) for one in mends])}"] if mends else []),
        f"## Terms\n\n{literal(terms, 1500)}",
        f"## Personal data\n\n{_personal(frame, UNSEEN[task_of(config).inputs.name])}",
        f"## How they were used\n\n{bullets(_used(config))}",
        f"## To be sure that they are the same\n\n{bullets(same)}",
    ]
    return "\n\n".join(parts) + "\n"


def _front_matter(name: str, rows: int, pipeline: str) -> str:
    from huggingface_hub import DatasetCardData  # slow to load, and few sheets are written

    data = DatasetCardData(
        pretty_name=shortened(name),
        license="other",
        task_categories=[pipeline] if pipeline else None,
        size_categories=next((size for most, size in SIZES if rows < most), "n>1M"),
    )
    return str(data.to_yaml()) + "\n"


def _rows(frame: pd.DataFrame, config: RunConfig) -> str:
    columns = ", ".join(f"'{literal(column, 40)}'" for column in frame.columns[:40])
    told = [f"{len(frame):,} rows with the columns {columns}."]
    task, read = config.task, input_columns(config)
    if read and set(read) <= set(frame):
        told.append(LOOKED_AT[task_of(config).inputs.name](frame, read))
    if task.target in frame:
        told += _ANSWERS[task_of(config).targets.name](frame[task.target], literal(task.target, 40))
    return "\n\n".join(told)


def _classes(column: pd.Series, name: str) -> list[str]:
    sizes = pd.Series([tidy(cell) for cell in cells(column) if cell]).value_counts()
    lines = [[literal(label, 60), f"{n:,}", share(n / sizes.sum())] for label, n in sizes.head(MOST_CLASSES).items()]
    return [
        f"The right answer stands in '{name}', with {len(sizes):,} classes:",
        table(["class", "rows", "share"], lines),
    ]


def _numbers(column: pd.Series, name: str) -> list[str]:
    found = read_numbers(column)
    known = found.values[np.isfinite(found.values)]
    if not len(known):
        return [f"The right answer stands in '{name}', in which no number can be read."]
    unit = f", in {literal(found.unit)}" if found.unit else ""
    ends = [f"{end:,.6g}" for end in np.quantile(known, (0, 0.25, 0.5, 0.75, 1))]
    return [
        f"The right answer stands in '{name}', a number in {len(known):,} rows{unit}; mean {known.mean():,.6g}.",
        table(["smallest", "a quarter is below", "half is below", "three quarters are below", "largest"], [ends]),
    ]


_ANSWERS = {"class": _classes, "number": _numbers}
"""Sections on the target column, by the kind of targets."""


def _personal(frame: pd.DataFrame, unseen: str) -> str:
    found = personal_columns(frame)
    if not found:
        return f"No column looks personal by its name or the form of its cells. That does not prove it: {unseen}"
    lines = [f"'{literal(column, 60)}': {literal(why)}" for column, why in found.items()]
    return f"These columns look personal:\n\n{bullets(lines)}"


def _used(config: RunConfig) -> list[str]:
    steps, noun = config.preparation, task_of(config).inputs.noun
    told = {
        "broken characters were mended": steps.fix_encoding,
        "spaces and Unicode were tidied": steps.normalise,
        f"rows without a {noun} or an answer were left out": steps.drop_blanks,
        "exact duplicates counted once": steps.drop_duplicates,
        f"equal {noun}s with different answers were left out": steps.conflicts == "drop",
    }
    lines = [line for line, done in told.items() if done]
    column = f" by the column '{literal(config.split.column, 60)}'" if config.split.column else ""
    lines.append(
        f"divided ({config.split.by}{column}) into rows that teach, choose and judge; equal {noun}s on one side"
    )
    if config.rows_per_class:
        each = COUNTED[task_of(config).targets.name]
        lines.append(f"at most {config.rows_per_class:,} labelled rows{each} taught, drawn with seed {config.seed}")
    return lines
