"""Answers about records: by the page's form, and behind a link, where a visitor takes an example."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.estimators.kept import open_estimator
from core.execute import execute
from core.explanations import ModelColumns
from core.inputs.table.cells import cell_of, cells_of, opened
from core.inputs.table.features import features
from core.preparation import prepare
from core.scenarios import SCENARIOS
from dashboard.shares import snapshots
from dashboard.shares.rates import RateLimit
from dashboard.shares.routes import ROUTES
from dashboard.shares.telling import Told, tell
from storage import Run, Store
from tests.asking import answering
from tests.core.estimators.made import COLUMNS, config_for, frame
from tests.tabled import keep

pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture
def run(store: Store, tabled: Path) -> Iterator[Run]:
    found = keep(store, tabled)
    with answering(store):
        yield found


def test_a_filled_form_is_answered_as_the_kept_model_answers(visitor, run, tabled):
    visitor.open("predict", run=run.id)
    boxes = {box.label: box for box in (*visitor.app.number_input, *visitor.app.selectbox, *visitor.app.text_input)}
    boxes["age"].set_value(72)
    boxes["town"].set_value("Graz")
    boxes["since"].set_value("2026-05-01")
    visitor.button("Ask the model").click().run()
    assert not visitor.app.exception
    words, sent = visitor.words(), visitor.app.session_state[f"record-{run.id}:sent"]
    pipeline = open_estimator(tabled / "work" / "bundle" / "model.skops")
    sure = pipeline.predict_proba(features([sent], COLUMNS))[0].max()
    assert f"with a probability of {sure:.1%}" in words
    row = opened(sent)
    assert (row["age"], row["town"], row["since"], row["member"]) == (72, "Graz", "2026-05-01", False)
    wait_for(visitor, "Show why", "Can this be believed?")
    words, chart = visitor.words(), str(visitor.app.get("plotly_chart")[-1].proto.spec)
    assert f"to this record, {sure:.1%}. These columns made the difference." in words
    assert "town = Graz" in chart
    assert "age = 72" in chart
    assert "in 100 rows" in chart
    assert "Without its strongest column" in {metric.label for metric in visitor.app.metric}
    assert "most alike" not in words
    assert " word" not in words.casefold()
    visitor.app.multiselect(f"change-columns-{run.id}").set_value(["age", "town", "member"]).run()
    wait_for(visitor, "Find the smallest change", "changed, the model answers **")
    (change,) = (one.value for one in visitor.app.dataframe if "Changed to" in one.value)
    assert set(change["Column"]) <= {"age", "town", "member"}
    assert set(change["Now"]) <= {"72", "Graz", "no"}


def test_the_columns_that_a_model_goes_by_are_found_drawn_and_there_the_next_time(visitor, store, run):
    visitor.open("evaluate", run=run.id, view="Columns")
    assert "Words" not in {tab.label for tab in visitor.app.tabs}
    wait_for(visitor, "Find the columns", "each with the values of 5 others in turn")
    kept = store.runs.explanation(run.id, ModelColumns)
    visitor.open("evaluate", run=run.id, view="Columns")
    words = visitor.words()
    named = [one.name for one in kept.columns if one.matters]
    assert ("The model goes mostly by: **" in words) == bool(named)
    assert ("Of no column it can be told" in words) == (not named)
    assert all(f"**{name}**" in words for name in named[:3])
    assert "From 100 test rows, each with the values of 5 others in turn." in words
    weights, line = (str(chart.proto.spec) for chart in visitor.app.get("plotly_chart")[-2:])
    assert all(f'"{one.name}"' in weights for one in kept.columns)
    assert "points of 100" in weights
    assert f"Mean probability of {kept.shapes[0].labels[0]}" in line
    visitor.app.selectbox(f"columns-shape-{run.id}").set_value("town").run()
    assert not visitor.app.exception
    assert "Graz" in str(visitor.app.get("plotly_chart")[-1].proto.spec)


def wait_for(visitor, button: str, awaited: str) -> None:
    """Presses the button, and waits for what comes of it."""
    visitor.button(button).click().run()
    deadline = time.monotonic() + 120
    while awaited not in visitor.words():
        assert time.monotonic() < deadline, visitor.words()
        time.sleep(0.2)
        visitor.app.run()
    assert not visitor.app.exception


def test_a_number_by_a_network_is_explained_with_the_rows_that_are_alike(visitor, store, tmp_path):
    learned = {"method": "scratch", "epochs": 8, "dataset": "unknown"}
    execute(
        config_for("spent", **learned), frame(), tmp_path / "work", models=tmp_path, cache=None, report=lambda _: None
    )
    run = keep(store, tmp_path, config=config_for("spent", **learned))
    with answering(store):
        visitor.open("predict", run=run.id)
        visitor.button("Ask the model").click().run()
        wait_for(visitor, "Show why", "most alike rows")
    words = visitor.words()
    assert "To rows that it learned from, the model answers " in words
    learned_from = len(prepare(frame(), run.config).train)
    assert f"The 5 most alike rows, out of {learned_from} that it learned from, have numbers from" in words
    (alike,) = (one.value for one in visitor.app.dataframe if "How alike" in one.value)
    assert list(alike.columns) == ["How alike", "Its number", *COLUMNS]
    assert alike["How alike"].is_monotonic_decreasing
    assert "What would change the answer?" not in words


def test_a_visitor_takes_an_example_and_may_write_nothing(store, run, monkeypatch):
    monkeypatch.setattr(snapshots, "BY_VISITOR", RateLimit(times=20, seconds=60))
    story = SCENARIOS["support-churn"]
    cells = [*cells_of(frame().head(3), COLUMNS), cell_of({"age": 72, "town": "Graz", "since": "2026-05-01"}, COLUMNS)]
    own = [one.model_copy(update={"text": cell}) for one, cell in zip(story.examples, cells, strict=True)]
    monkeypatch.setitem(SCENARIOS, story.key, story.model_copy(update={"examples": tuple(own)}))
    told = tell(store, run.model_copy(update={"scenario": story.key}))
    assert Told.model_validate_json(told.model_dump_json()) == told
    _, token = store.shares.create("demo", title="x", run_ids=(run.id,), content=told.model_dump_json().encode())
    with TestClient(Starlette(routes=list(ROUTES))) as browser:
        page = browser.get(f"/s/{token}").text
        assert "<textarea" not in page
        assert "age: 72 · income: –" in page
        answer = browser.post(f"/s/{token}", data={"text": cells[3]}).text
        assert '<p class="label">yes</p>' in answer
        refused = browser.post(f"/s/{token}", data={"text": '{"age": 3}'}).text
        assert "Choose one of the examples." in refused
