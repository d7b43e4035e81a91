"""Import of a file or a scenario's rows into the store. Pages and commands both come here."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.data import ReadOptions, Table, read_apart
from core.data.files.options import AS_FOUND
from core.data.files.read import refuse_size
from core.data.files.read_apart import unchanged
from core.disk import room_for
from core.errors import DatasetError, NotFound, did_you_mean
from core.scenarios import SCENARIOS, Scenario, load_table
from dashboard.language.scenarios import scenarios
from storage import Dataset, Store


def scenario(key: str) -> Scenario:
    """The scenario with this key. Raises NotFound."""
    if key not in SCENARIOS:
        raise NotFound(
            f"There is no scenario '{key}'. There are: {', '.join(SCENARIOS)}.", did_you_mean(key, SCENARIOS)
        )
    return scenarios()[key]


@contextmanager
def snapshot(store: Store, file: Path) -> Iterator[Path]:
    """Copy of somebody's own file, which stays as it is from its reading to its keeping.

    Raises DatasetError where it is written to while it is copied, or may not be read at all.
    """
    refuse_size(file, file.name)
    with store.incoming() as folder:
        copy = folder / "copy" / file.name
        copy.parent.mkdir()
        with unchanged(file, file.name), room_for("the file"):
            shutil.copyfile(file, copy)
        yield copy


def add_file(store: Store, path: Path, name: str, options: ReadOptions = AS_FOUND) -> Dataset:
    """Reads the file, which nobody else writes to (`snapshot`), and keeps its rows and the file itself.

    Raises DatasetError and LimitReached; Forbidden before it is read.
    """
    store.demand("editor")
    return store.datasets.add(read_apart(path, path.name, options), name=name, source=path.name, original=path)


def read_again(store: Store, dataset: Dataset, options: ReadOptions) -> Table:
    """The rows of the file that a dataset was read from, under other options; nothing is kept.

    Raises DatasetError where there is no such file, or no rows are in it under these options.
    """
    store.demand("editor")
    path = store.datasets.original(dataset.id)
    if path is None:
        raise DatasetError(f"The file that '{dataset.name}' was read from is not here.", "Bring the file again.")
    return read_apart(path, dataset.source, options)


def add_pictures(store: Store, archive: Path, name: str) -> Dataset:
    """Keeps pictures that were uploaded one by one, packed here into an archive. Raises as `add_file` does."""
    store.demand("editor")
    read = read_apart(archive, name)
    rows = Table(read.frame, read.notes[1:], read.pictures)  # the first says that it was an archive
    return store.datasets.add(rows, name=name, source=name, original=archive)


def add_scenario(store: Store, story: Scenario) -> Dataset:
    """Dataset of the scenario's rows; fetched and kept the first time. Raises DatasetError."""
    for dataset in store.datasets.list():
        if dataset.scenario == story.key and dataset.parent_id is None:
            return dataset
    store.demand("editor")
    read = load_table(story, store.cache)
    rows = Table(read.frame, (f"From {story.data.title}.",), read.pictures)
    return store.datasets.add(rows, name=story.title, source=story.data.title, scenario=story.key)
