"""Mended versions of a dataset: made of it by mends or by reading its file again, and undone."""

from collections.abc import Sequence
from contextlib import suppress

from pydantic import ValidationError

from core.data import ReadOptions, Table
from core.data.mends import Carried, Mend, ReadAgain, carried, repeated
from core.errors import DatasetError
from dashboard.intake.rows import read_again
from storage import Dataset, Store


def keep_mended(store: Store, dataset: Dataset, mends: Sequence[Mend], name: str = "") -> Dataset:
    """A new version of the dataset, after these mends. Raises DatasetError where nothing changes or none is left."""
    store.demand("editor")
    frame, done = carried(store.datasets.frame(dataset.id), mends)
    table = Table(frame, tuple(one.note for one in done), findings=dataset.findings, options=dataset.options)
    return store.datasets.add_version(dataset.id, table, mends=[*mends_of(dataset), *done], name=name)


def keep_read_again(store: Store, dataset: Dataset, options: ReadOptions) -> Dataset:
    """A new version of the dataset from its file, read under other options; its mends are repeated on the new rows.

    Raises DatasetError as `read_again` does, and where nothing changes.
    """
    read, again = read_again(store, dataset, options), ReadAgain(options=options)
    frame, done = repeated(read.frame, [one.mend for one in mends_of(dataset)])
    lost = sum(not isinstance(one.mend, ReadAgain) for one in mends_of(dataset)) - len(done)
    notes = [again.note, *read.notes, *(one.note for one in done)]
    if lost:
        notes.append("What was mended before and has no place in these rows was not repeated.")
    table = Table(frame, tuple(notes), findings=read.findings, options=read.options)
    mends = [Carried(mend=again, note=again.note), *done]
    return store.datasets.add_version(dataset.id, table, mends=mends)


def undo(store: Store, dataset: Dataset) -> str:
    """Back to the version before, whose id is returned; this one goes, unless a run needs it. Raises NotFound."""
    assert dataset.parent_id is not None  # noqa: S101  # the callers look first
    before = store.datasets.get(dataset.parent_id)
    with suppress(DatasetError):
        store.datasets.delete(dataset.id)
    return before.id


def mends_of(dataset: Dataset) -> list[Carried]:
    """The mends that made these rows of those that were read; none where a newer version of Tuneboard wrote them."""
    try:
        return [Carried.model_validate(one) for one in dataset.mends]
    except ValidationError:
        return []
