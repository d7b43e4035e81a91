"""A scenario's life in the store: its rows put there once, its runs begun, everything taken away again."""

from dataclasses import dataclass

import pandas as pd

from core.scenarios import Scenario, load
from storage import Dataset, Store


@dataclass(frozen=True)
class Rows:
    """A scenario's rows, as the store takes them."""

    frame: pd.DataFrame
    notes: tuple[str, ...]


def dataset_here(store: Store, scenario: Scenario) -> Dataset | None:
    """The scenario's dataset, when its rows are in the store already."""
    return next((one for one in store.datasets.list() if one.scenario == scenario.key), None)


def dataset_of(store: Store, scenario: Scenario) -> Dataset:
    """The scenario's dataset; fetches the rows and puts them into the store the first time. Raises DatasetError."""
    here = dataset_here(store, scenario)
    if here is not None:
        return here
    data = scenario.data
    rows = Rows(load(scenario, store.cache), (f"From {data.archive.package} {data.archive.version}.",))
    return store.datasets.add(rows, name=data.title, source=data.title, scenario=scenario.key)




def reset(store: Store, scenario: Scenario) -> int:
    """Take away the scenario's runs and its dataset; returns how many runs went.

    Raises ConfigError while a run of it works, before anything is taken away.
    """
    runs = store.runs.list(limit=100_000, scenario=scenario.key)
    for run in sorted(runs, key=lambda one: one.has_ended):  # one that still works refuses first
        store.runs.delete(run.id)
    for one in [one for one in store.datasets.list() if one.scenario == scenario.key]:
        store.datasets.delete(one.id)
    return len(runs)
