"""Data cleaning in steps: cells normalised as their kind asks, and rows that teach nothing left out.

Works on rows with the columns `input`, `target` and `part`, plain strings all; `part` is "test" for rows that must
stay as they were given, and empty where no split was given.
"""

from collections.abc import Callable
from functools import partial

import pandas as pd

from core.config import Preparation
from core.data.rows.clean import Step, applied, is_blank
from core.data.sentences import counted
from core.inputs.base import Inputs
from core.targets.base import Targets

Cleaned = tuple[pd.DataFrame, str]
SAID = {
    "fix_encoding": "Mended broken characters in {rows}.",
    "normalise": "Tidied spaces and Unicode in {rows}.",
}


def clean(
    rows: pd.DataFrame, preparation: Preparation, inputs: Inputs, targets: Targets
) -> tuple[pd.DataFrame, list[Step]]:
    """The rows after every step that the settings ask for, in order, and what each did."""
    wanted: list[tuple[str, bool, Callable[[pd.DataFrame], Cleaned]]] = [
        *(
            (name, bool(getattr(preparation, name)), partial(tidied, name, inputs, targets))
            for name in SAID
            if name in inputs.tidying or name in targets.tidying
        ),
        ("answers", True, partial(without_unanswered, targets.lacking)),
        ("blanks", preparation.drop_blanks, partial(without_blanks, inputs)),
        ("duplicates", preparation.drop_duplicates, without_duplicates),
        ("conflicts", preparation.conflicts == "drop", partial(without_conflicts, inputs.noun)),
    ]
    steps = []
    for name, is_wanted, work in wanted:
        if is_wanted:
            cleaned, text = work(rows)
            steps.append(Step(name, text, len(rows), len(cleaned)))
            rows = cleaned
    return rows, steps


def tidied(step: str, inputs: Inputs, targets: Targets, rows: pd.DataFrame) -> Cleaned:
    """Normalises the cells by one step: texts mended or in one Unicode form; other kinds stay as they are."""
    kinds = (("input", inputs.tidying), ("target", targets.tidying))
    columns = {name: applied(kind[step], rows[name]) for name, kind in kinds if step in kind}
    done = rows.assign(**columns)
    changed = int(((rows["input"] != done["input"]) | (rows["target"] != done["target"])).sum())
    return done, SAID[step].format(rows=counted(changed, "row"))


def without_unanswered(lacking: str, rows: pd.DataFrame) -> Cleaned:
    """Drops rows without a target, which can neither teach nor judge."""
    kept = rows[~is_blank(rows["target"])]
    return kept, f"Left out {counted(len(rows) - len(kept), 'row')} without {lacking}."


def without_blanks(inputs: Inputs, rows: pd.DataFrame) -> Cleaned:
    """Drops rows with a blank input."""
    kept = rows[~inputs.is_blank(rows["input"])]
    return kept, f"Left out {counted(len(rows) - len(kept), 'row')} without a {inputs.noun}."


def without_duplicates(rows: pd.DataFrame) -> Cleaned:
    """Deduplicates: the first of rows with the same input and answer stays; test rows that were given all stay."""
    kept = rows[~rows.duplicated(["part", "input", "target"]) | (rows["part"] == "test")]
    return kept, f"Left out {counted(len(rows) - len(kept), 'exact duplicate')}."


def without_conflicts(noun: str, rows: pd.DataFrame) -> Cleaned:
    """Drops conflicting labels: rows whose input has several answers; test rows that were given all stay."""
    answers = rows[rows["part"] != "test"].drop_duplicates(["input", "target"])
    doubtful = answers.loc[answers.duplicated("input"), "input"]
    kept = rows[~rows["input"].isin(doubtful) | (rows["part"] == "test")]
    return kept, f"Left out {counted(len(rows) - len(kept), 'row')} whose {noun} stands elsewhere with another answer."
