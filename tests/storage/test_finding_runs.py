"""Runs are told apart and found again: by numbers, notes, stars and a search."""

import pytest

from core.config import make_config
from storage import Dataset, Store
from tests.storage.conftest import Rows


@pytest.fixture
def other(store: Store, rows: Rows) -> Dataset:
    """A second dataset."""
    return store.datasets.add(rows, name="50% Other_", source="other.csv")


def queued(store: Store, *datasets: Dataset) -> list[str]:
    """Ids of new runs of these datasets."""
    return [store.runs.queue(make_config(dataset=one.id), f"{n}").id for n, one in enumerate(datasets)]


def test_runs_are_numbered_within_their_dataset(store: Store, dataset: Dataset, other: Dataset) -> None:
    runs = store.runs.several(queued(store, dataset, dataset, other, dataset))
    assert [run.number for run in runs.values()] == [1, 2, 1, 3]


def test_the_number_of_a_deleted_run_is_given_to_no_other(store: Store, dataset: Dataset) -> None:
    _, newest = queued(store, dataset, dataset)
    store.runs.stop(newest)
    store.runs.delete(newest)
    assert store.runs.queue(make_config(dataset=dataset.id), "next").number == 3


def test_each_word_of_a_search_stands_in_a_name_the_note_or_the_number(
    store: Store, dataset: Dataset, other: Dataset
) -> None:
    one, two, three = queued(store, dataset, dataset, other)
    store.runs.rename(one, "For Olga")
    store.runs.note(two, "with the longer texts")
    wanted = {
        "olga": {one},
        "answers longer": {two},
        "#2": {two},
        "other #1": {three},
        "50% other_": {three},
        "_": {three},
        "#2 other": set(),
        "\0": {one, two, three},
        "": {one, two, three},
    }
    assert {text: {run.id for run in store.runs.list(search=text)} for text in wanted} == wanted


def test_a_star_is_found_until_it_is_taken_away(store: Store, dataset: Dataset) -> None:
    one, _ = queued(store, dataset, dataset)
    store.runs.star(one, True)
    assert [run.id for run in store.runs.list(starred=True)] == [one]
    store.runs.star(one, False)
    assert store.runs.list(starred=True) == []
