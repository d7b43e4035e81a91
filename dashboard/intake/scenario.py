"""Reset of a scenario: its runs and datasets are deleted."""

from core.scenarios import Scenario
from storage import Store


def reset(store: Store, scenario: Scenario) -> int:
    """Delete the scenario's runs and datasets; returns how many runs were deleted.

    A dataset that other runs need stays: its rows are as they were. Raises ConfigError while a run of the scenario
    works, and Forbidden where others may have runs of it, before anything is taken away.
    """
    store.demand("admin")
    runs = store.runs.list(limit=100_000, scenario=scenario.key, kind=None)
    for run in sorted(runs, key=lambda one: one.has_ended):  # one that still works refuses first
        store.runs.delete(run.id)
    for one in [one for one in store.datasets.list() if one.scenario == scenario.key]:
        if not store.runs.list(limit=1, dataset=one.id, kind=None):
            store.datasets.delete(one.id)
    return len(runs)
