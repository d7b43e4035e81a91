"""Download and parsing of a scenario's rows: fetched once, read out of the archive, never installed."""

import tempfile
from pathlib import Path

import pandas as pd

from core.archives import Archive, fetch, kept, kept_file
from core.data import Table, read_apart
from core.debian import DebianPackage, fetch_package
from core.errors import DatasetError, UserError
from core.scenarios.recipes import RECIPES
from core.scenarios.recipes.pictures import PICTURE_RECIPES
from core.scenarios.scenario import HubRows, Included, Scenario

RowsSource = Archive | DebianPackage | Included | HubRows


def load(scenario: Scenario, cache: Path) -> pd.DataFrame:
    """Loads the scenario's rows: text, label in words for people, and `part` or `group` where the split needs it.

    Raises DatasetError with the reason when the rows cannot be had.
    """
    return load_table(scenario, cache).frame


def load_table(scenario: Scenario, cache: Path) -> Table:
    """Loads the scenario's rows, with the pictures that they refer to, where they do."""
    data = scenario.data
    try:
        table = _read(data.recipe, data.archive, cache)
    except UserError as error:
        raise DatasetError(f"The rows of '{scenario.title}' cannot be had. {error.message}", error.hint) from error
    if data.classes:
        frame = table.frame.assign(label=table.frame["label"].map(data.classes).astype("str"))
        return Table(frame, table.notes, table.pictures)
    return table


def _read(recipe: str, source: RowsSource, cache: Path) -> Table:
    if isinstance(source, Archive):
        return Table(RECIPES[recipe](fetch(source, cache)))
    if isinstance(source, HubRows):
        return read_apart(_from_hub(source, cache), source.dataset)
    with tempfile.TemporaryDirectory(prefix="recipe-") as folder:
        archive = Path(folder) / f"{recipe}.zip"
        PICTURE_RECIPES[recipe](fetch_package(source, cache) if isinstance(source, DebianPackage) else None, archive)
        return read_apart(archive, archive.name)


def _from_hub(source: HubRows, cache: Path) -> Path:
    from core.models import fetch_hub_dataset  # the hub's client is slow to load, and few need it

    if not (path := _hub_file(source, cache)).is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        (came,) = fetch_hub_dataset(source.dataset, path.parent)
        came.replace(path)
    return path


def _hub_file(source: HubRows, cache: Path) -> Path:
    return cache / "archives" / "hub" / f"{source.dataset.replace('/', '--')}.parquet"


def available(scenario: Scenario, cache: Path) -> tuple[bool, str]:
    """Whether the rows are on this machine already, and one sentence that says so; fetches nothing."""
    source = scenario.data.archive
    if _is_here(source, cache):
        return True, "The rows are on this machine."
    return False, f"The rows have to be fetched first: {source.megabytes:.0f} MB, once."


def _is_here(source: RowsSource, cache: Path) -> bool:
    if isinstance(source, Archive):
        return kept(source, cache).is_file()
    if isinstance(source, DebianPackage):
        return kept_file(source.sha256, source.file, cache).is_file()
    return _hub_file(source, cache).is_file() if isinstance(source, HubRows) else True
