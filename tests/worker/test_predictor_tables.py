"""The predictor and tables: rows named by their columns, whatever is missing, new or odd in them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from core.explanations import ModelColumns
from core.inputs.table.cells import cells_of
from storage import Run, Store
from tests.asking import explained
from tests.core.estimators.made import COLUMNS, frame
from tests.tabled import keep
from worker.predictor import application

pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def run(store: Store, tabled: Path) -> Run:
    return keep(store, tabled)


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    headers = {"Authorization": "Bearer right"}
    with TestClient(application(store, "right"), base_url="http://127.0.0.1", headers=headers) as client:
        yield client


def asked(client: TestClient, run: Run, *rows: dict[str, Any], code: int = 200) -> Any:
    reply = client.post("/predict", json={"run": run.id, "rows": list(rows)})
    assert reply.status_code == code, reply.text
    return reply.json()


def test_rows_are_answered_by_what_they_say_and_not_how(client: TestClient, run: Run) -> None:
    """Order, kind of value and spelling are nothing; what is missing or new has an answer; nothing has none."""
    row = {"age": 60, "income": 30000.5, "town": "Graz", "member": False, "since": "2025-06-01"}
    turned = dict(reversed({**row, "age": "60.0", "member": "no", "since": "01.06.2025"}.items()))
    found = asked(client, run, row, turned, {"age": 60}, {**row, "town": "Atlantis", "more": 1}, dict.fromkeys(row))[
        "predictions"
    ]
    assert found[0]["scores"] == found[1]["scores"]
    assert all(sum(one["scores"].values()) == pytest.approx(1, abs=1e-4) for one in found[:4])
    assert found[0]["label"] == "yes"
    assert (found[4]["label"], found[4]["problem"]) == (None, "no value in any column")
    assert found[0]["is_unlike"] is None


def test_an_answer_is_explained_by_its_columns_and_nothing_is_alike_to_trees(client: TestClient, run: Run) -> None:
    cell = cells_of(frame(), COLUMNS)[3]  # type: ignore[arg-type]
    why = explained(client, run, "why", cell, label="no")["why"]
    assert why["label"] == "no"
    assert sum(one["push"] for one in why["columns"]) == pytest.approx(why["difference"], abs=1e-6)
    assert "which rows are alike" in explained(client, run, "alike", cell)["error"]["message"]


def test_the_columns_that_a_model_goes_by_are_found_and_kept(client: TestClient, store: Store, run: Run) -> None:
    assert store.runs.explanation(run.id, ModelColumns) is None
    found = explained(client, run, "columns")["columns"]
    assert {one["name"] for one in found["columns"]} == set(COLUMNS)
    assert found["rows"] == 100
    assert store.runs.explanation(run.id, ModelColumns) == ModelColumns.model_validate(found)


def test_a_row_with_none_of_the_columns_is_refused_with_those_there_are(client: TestClient, run: Run) -> None:
    error = asked(client, run, {"text": "hello"}, code=422)["error"]
    assert "age, income, town, member, since" in error["message"]


def test_a_bundle_that_was_changed_is_refused_in_a_sentence(client: TestClient, store: Store, run: Run) -> None:
    bundle = store.runs.bundle(run.id)
    (bundle / "model.skops").write_bytes(b"PK\x05\x06" + bytes(18))
    error = asked(client, run, {"age": 60}, code=422)["error"]
    assert error["message"].endswith(".")
