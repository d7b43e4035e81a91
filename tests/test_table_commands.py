"""Runs of tables on the command line: from a file to answers, and what a file that lacks a column is told."""

import json
from pathlib import Path

import pandas as pd
import pytest

from core.estimators.kept import open_estimator
from core.inputs.table.cells import cells_of
from core.inputs.table.features import features
from storage import Store
from tests.core.estimators.made import COLUMNS, frame
from tests.tabled import keep
from tests.test_command_line import Tuneboard, Within

pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture
def within(tmp_path: Path) -> Tuneboard:
    return Within(tmp_path)


@pytest.fixture
def run_id(within: Tuneboard, tabled: Path) -> str:
    with Store.open(within.home) as store:
        return keep(store, tabled).id


def test_a_table_is_checked_trained_and_evaluated(within: Tuneboard, tmp_path: Path) -> None:
    file = tmp_path / "shoppers.csv"
    frame().drop(columns="spent").to_csv(file, index=False)
    checked = within("datasets", "check", str(file), "--target", "bought")
    assert checked["suggested"] == {"task": "table-classification", "text": COLUMNS, "target": "bought"}
    within("datasets", "add", str(file), "--name", "shoppers", "--target", "bought")
    asked = ("train", "--dataset", "shoppers", "--target", "bought", "--wait", "--set", "method=linear")
    ended = within(*asked, "--set", "task.columns.income=left_out", "--set", "strength=1")
    columns = ended["run"]["config"]["task"]["columns"]
    assert columns == {**COLUMNS, "income": "left_out"}
    assert ended["evaluation"]["headline"] == "accuracy"
    assert set(ended["evaluation"]["baselines"]) == {"majority", "logistic", "boosted"}
    assert ended["evaluation"]["metrics"]["roc_auc"]["low"] > 0.5
    within("report", ended["run"]["id"], "-o", str(tmp_path / "report.html"))
    assert "Logistic-regression baseline" in (tmp_path / "report.html").read_text()


def test_a_file_and_a_record_are_answered_as_the_kept_model_answers(
    within: Tuneboard, run_id: str, tabled: Path, tmp_path: Path
) -> None:
    some = frame().head(9)
    pipeline = open_estimator(tabled / "work" / "bundle" / "model.skops")
    wanted = pipeline.predict_proba(features(cells_of(some, COLUMNS), COLUMNS))[:, 1]  # type: ignore[arg-type]
    file = tmp_path / "asked.csv"
    some.rename(columns=str.upper).to_csv(file, index=False)
    found = within("predict", run_id, "--file", str(file))["predictions"]
    assert [one["scores"]["yes"] for one in found] == pytest.approx(wanted.tolist(), abs=1e-6)
    assert [one["line"] for one in found] == list(range(2, 11))
    row = {name: None if pd.isna(value) else str(value) for name, value in some.iloc[4].items()}
    (alone,) = within("predict", run_id, "--text", json.dumps(row))["predictions"]
    assert alone["scores"]["yes"] == pytest.approx(wanted[4], abs=1e-6)


def test_what_a_file_lacks_is_missing_and_nothing_at_all_is_refused(
    within: Tuneboard, run_id: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "asked.csv"
    frame()[["age", "income", "member"]].head(5).to_csv(file, index=False)
    assert len(within("predict", run_id, "--file", str(file))["predictions"]) == 5
    assert "The file has no column town, since; it counts as missing." in capsys.readouterr().err
    frame()[["bought"]].head(5).to_csv(file, index=False)
    refused = within("predict", run_id, "--file", str(file), code=2)["error"]
    assert "None of the columns that the model reads is in this file: age, income," in refused["message"]
    assert "no JSON object" in within("predict", run_id, "--text", "age 12", code=2)["error"]["message"]


def test_an_answer_is_explained_by_its_columns(
    within: Tuneboard, run_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {name: str(value) for name, value in frame().iloc[4].items() if name in COLUMNS}
    found = within("explain", run_id, "--text", json.dumps(row))["explanation"]
    assert sum(one["push"] for one in found["columns"]) == pytest.approx(found["difference"], abs=1e-6)
    assert {one["name"]: one["value"] for one in found["columns"]}["income"] == float(row["income"])
    (answered,) = within("predict", run_id, "--text", json.dumps(row))["predictions"]
    assert found["value"] == pytest.approx(answered["scores"][found["label"]], abs=1e-4)
    assert found["references"] == 100
    refused = within("explain", run_id, "--text", json.dumps(row), "--method", "lime", code=2)["error"]["message"]
    assert refused.endswith("There are: shap.")


def test_the_smallest_change_that_makes_another_answer_is_found_among_what_may_change(
    within: Tuneboard, run_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {name: str(value) for name, value in frame().iloc[4].items() if name in COLUMNS}
    asked = ("explain", run_id, "--otherwise", "--may-change", "age", "--may-change", "town", "--text")
    found = within(*asked, json.dumps(row))["change"]
    assert found["columns"]
    assert {one["name"] for one in found["columns"]} <= {"age", "town"}
    whole = {**row, **{one["name"]: one["after"] for one in found["columns"]}}
    (answered,) = within("predict", run_id, "--text", json.dumps(whole))["predictions"]
    assert answered["label"] == found["other"] != found["answer"]
    refused = within("explain", run_id, "--otherwise", "--may-change", "ages", "--text", json.dumps(row), code=2)
    assert refused["error"]["hint"].startswith("Did you mean 'age'")
