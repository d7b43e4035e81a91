"""Data checks of rows: too few, duplicates, and conflicting labels."""

from collections.abc import Iterator

import pandas as pd

from core.data.checks.findings import Finding, error, warning
from core.data.checks.looked import Looked
from core.data.sentences import counted, quoted, share

FEWEST_ROWS = 10
FEW_ROWS = 100
SHOWN = 12
"""So many rows of a finding are shown."""


def few_rows(looked: Looked) -> Iterator[Finding]:
    """Too few rows to learn and to judge."""
    rows = len(looked.different)
    if rows < FEWEST_ROWS:
        yield error(
            "too_few_rows",
            f"{counted(rows, 'row')} can be used; at least {FEWEST_ROWS} are needed.",
            f"Some teach and others judge. Add rows with a {looked.inputs.noun} and an answer.",
            rows=rows,
        )
    elif rows < FEW_ROWS:
        yield warning(
            "few_rows",
            f"Only {rows:,} rows can be used; the result's quality will be known roughly at best.",
            f"Add rows: {FEW_ROWS:,} or more are a start.",
            rows=rows,
        )


def duplicates(looked: Looked) -> Iterator[Finding]:
    """Exact duplicates: rows that say the same as an earlier one."""
    rows = pd.DataFrame({"input": looked.input, "target": looked.target})[looked.used]
    again = int(rows.duplicated().sum())
    if again:
        left_out = looked.config.preparation.drop_duplicates
        yield warning(
            "duplicates",
            f"{counted(again, 'row repeats', 'rows repeat')} an earlier row's {looked.inputs.noun} and answer exactly "
            f"({share(again, len(rows))}).",
            "They count once." if left_out else "They are kept, as the settings ask, and always stand in one part.",
            rows=again,
        )


def conflicts(looked: Looked) -> Iterator[Finding]:
    """Conflicting labels: equal inputs with different answers."""
    rows = pd.DataFrame({"input": looked.input, "target": looked.target})[looked.used & ~looked.blank_input]
    answers = rows.drop_duplicates()
    torn = answers[answers.duplicated("input", keep=False)]
    if torn.empty:
        return
    noun, example = looked.inputs.noun, torn.iloc[0]["input"]
    given = quoted(torn.loc[torn["input"] == example, "target"])
    dropped = looked.config.preparation.conflicts == "drop"
    touched = int(rows["input"].isin(torn["input"]).sum())
    found = warning(
        "conflicts",
        f"{counted(torn['input'].nunique(), f'{noun} stands', f'{noun}s stand')} with different answers: "
        f"{looked.inputs.quoted(example)} is {given}.",
        "They are left out."
        if dropped
        else "Correct them, or choose to leave them out: no model can be right on both.",
        rows=touched,
    )
    places = rows[rows["input"].isin(torn["input"])].sort_values("input", kind="stable").index[:SHOWN]
    yield found.model_copy(update={"examples": tuple(int(place) for place in places)})
