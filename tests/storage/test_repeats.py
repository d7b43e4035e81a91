"""Repeats of a run: one recipe, other seeds, never the same seed twice."""

import pytest

from core.config import RunConfig
from core.searches import LabelCurve
from storage import Store


@pytest.fixture
def config(config: RunConfig) -> RunConfig:
    return config.model_copy(update={"seed": 4, "name": "First"})


def test_repeats_are_queued_until_there_are_so_many(store: Store, config: RunConfig) -> None:
    run = store.runs.queue(config, "one")
    new = store.runs.repeat(run.id, 3, "more")
    assert [(one.name, one.config.seed) for one in new] == [("First · seed 5", 5), ("First · seed 6", 6)]
    assert store.runs.repeat(run.id, 3, "more") == []
    assert [one.config.seed for one in store.runs.repeat(new[0].id, 5, "again")] == [7, 8]
    assert [one.config.seed for one in store.runs.repeats(new[1].id)] == [4, 5, 6, 7, 8]


def test_a_seed_that_failed_is_trained_again(store: Store, config: RunConfig) -> None:
    run = store.runs.queue(config, "one")
    (second,) = store.runs.repeat(run.id, 2, "more")
    store.runs.stop(second.id)
    assert [one.config.seed for one in store.runs.repeat(run.id, 2, "once more")] == [5]


def test_other_settings_names_and_searches_are_told_apart(store: Store, config: RunConfig) -> None:
    run = store.runs.queue(config, "one")
    store.runs.queue(config.model_copy(update={"preset": "balanced"}), "two")
    store.runs.queue(config.model_copy(update={"model": "100%_of"}), "three")
    store.runs.queue_search(config, LabelCurve(), "four")
    renamed = store.runs.queue(config.model_copy(update={"seed": 9, "name": "Ünlike"}), "five")
    assert [one.id for one in store.runs.repeats(run.id)] == [run.id, renamed.id]
