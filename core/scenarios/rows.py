"""A scenario's rows: fetched once, read out of the archive, never installed."""

from pathlib import Path

import pandas as pd

from core.archives import fetch, kept
from core.errors import DatasetError, UserError
from core.scenarios.recipes import RECIPES
from core.scenarios.scenario import Scenario


def load(scenario: Scenario, cache: Path) -> pd.DataFrame:
    """The scenario's rows: text, label in words for people, and `part` or `group` where the split needs it.

    Raises DatasetError with the reason when the rows cannot be had.
    """
    data = scenario.data
    try:
        frame = RECIPES[data.recipe](fetch(data.archive, cache))
    except UserError as error:
        raise DatasetError(f"The rows of '{scenario.title}' cannot be had. {error.message}", error.hint) from error
    if data.classes:
        frame = frame.assign(label=frame["label"].map(data.classes).astype("str"))
    return frame


def available(scenario: Scenario, cache: Path) -> tuple[bool, str]:
    """Whether the rows are on this machine already, and one sentence that says so; fetches nothing."""
    if kept(scenario.data.archive, cache).is_file():
        return True, "The rows are on this machine."
    return False, f"The rows have to be fetched first: {scenario.data.archive.megabytes:.0f} MB, once."
