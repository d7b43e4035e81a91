"""Every deletion asks first, says what uses the thing, and can be called off."""

import pytest

from dashboard.language.words import speaking
from dashboard.parts.deletion import named
from dashboard.shares.create import share_demo
from storage import Store
from tests.dashboard import seed


@pytest.fixture
def run(store):
    """A finished run."""
    return seed.finished(store, seed.newsdesk(store, 300), rows=300, quickly=True)


def labels(visitor):
    """What the buttons say."""
    return [button.label for button in visitor.app.button]


def test_a_run_names_the_links_and_the_runs_that_use_it(visitor, store: Store, run):
    share_demo(store, run, days=1)
    folder = store.runs.work_folder(run.id) / "bundle"
    heir = store.runs.queue(seed.config(store.datasets.get(run.dataset_id), model=f"{folder}/", name="Heir"), "heir")
    visitor.open("runs", run=run.id)
    visitor.button("Delete").click().run()
    assert "1 open link shows it" in visitor.words()
    assert "1 run started from its model, and keeps what it learned: **Heir**" in visitor.words()
    assert "This cannot be undone." in visitor.words()
    visitor.app.button(key="deletion:cancel").click().run()
    assert [one.id for one in store.runs.list()] == [heir.id, run.id]
    visitor.button("Delete").click().run()
    visitor.app.button(key="deletion:go").click().run()
    assert [one.id for one in store.runs.list()] == [heir.id]


def test_a_dataset_that_runs_need_names_them_and_stays(visitor, store: Store, run):
    visitor.open("data", dataset=run.dataset_id)
    visitor.button("Delete").click().run()
    assert "1 run learned from it" in visitor.words()
    assert visitor.app.button(key="deletion:go").disabled


def test_a_dataset_without_runs_goes(visitor, store: Store):
    visitor.open("data", dataset=seed.newsdesk(store, 40).id)
    visitor.button("Delete").click().run()
    assert "Its 40 rows and the file that they came from are deleted." in visitor.words()
    visitor.app.button(key="deletion:go").click().run()
    assert store.datasets.list() == []


def test_names_are_enumerated_as_the_language_does():
    assert named(["a*b", "c"]) == r"**a\*b**, **c**"
    with speaking("zh"):
        assert named(list("一二三四五六")) == "**一**、**二**、**三**、**四**、**五**、…"
