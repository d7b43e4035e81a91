"""Pages on which tables are at home: what is read is chosen, wrong rows have their columns, a record is entered."""

import numpy as np
import pandas as pd
import pytest

from core.config import Head
from core.data import row_ids
from core.inputs.table.cells import cells_of, opened
from core.inspection import suspects
from dashboard.inputs.table.choose import KINDS
from dashboard.inputs.table.predict import usual_values
from dashboard.inputs.table.rows import spread_out
from dashboard.inputs.table.suspects import scores
from dashboard.inputs.table.told import in_short
from dashboard.report import ReportOptions
from dashboard.report.write import report
from dashboard.sentences.novelty import not_told
from tests.core.estimators.made import COLUMNS, frame
from tests.tabled import keep


@pytest.fixture
def run(store, tabled):
    return keep(store, tabled)


def bring(visitor):
    visitor.open("data")
    visitor.app.file_uploader[0].upload("shoppers.csv", frame().drop(columns="spent").to_csv(index=False).encode())
    visitor.app.run()
    assert not visitor.app.exception
    return visitor.app


def test_an_uploaded_table_keeps_its_columns_and_says_which_are_read(visitor, store):
    app = bring(visitor)
    (dataset,) = store.datasets.list()
    assert list(dataset.columns) == [*COLUMNS, "bought"]
    assert [box.label for box in app.selectbox][:1] == ["Which column holds the right answer?"]
    app.selectbox[0].set_value("bought").run()
    assert "5 columns are read" in visitor.words()
    assert "age, income, town, member, since" in visitor.words()


def chosen(visitor, path: str):
    return visitor.app.session_state[f"train:{path}"]


def test_what_a_column_is_read_as_is_chosen_beside_its_values(visitor, store):
    bring(visitor)
    (dataset,) = store.datasets.list()
    visitor.open("train", dataset=dataset.id)
    assert chosen(visitor, "task.target") == "bought"
    visitor.app.selectbox(key="train:task.target").set_value("member").run()
    assert chosen(visitor, "task.columns")["bought"] == "yes_no"
    visitor.app.selectbox(key="train:task.target").set_value("bought").run()
    assert chosen(visitor, "task.columns") == COLUMNS
    assert chosen(visitor, "learning.method") == "linear"
    assert "train:model" not in [box.key for box in visitor.app.selectbox]
    (table,) = (one.value for one in visitor.app.dataframe if "Read as" in one.value)
    assert table["Column"].tolist() == list(COLUMNS)
    assert table["Read as"].tolist() == ["Number", "Number", "Class", "Yes or no", "Date"]
    assert table["Missing"].iloc[0] == f"{frame()['age'].isna().mean():.0%}"
    visitor.app.session_state["train:task.columns"] = {**COLUMNS, "income": "left_out"}
    visitor.app.run()
    visitor.button("Start").click().run()
    (queued,) = store.runs.list()
    assert queued.config.task.columns == {**COLUMNS, "income": "left_out"}


def test_a_finding_leaves_its_column_out_by_a_button(visitor, store):
    rows = frame().drop(columns="spent").assign(outcome=lambda one: one["bought"].map({"yes": "sold", "no": "lost"}))
    visitor.open("data")
    visitor.app.file_uploader[0].upload("shoppers.csv", rows.to_csv(index=False).encode())
    visitor.app.run()
    visitor.app.selectbox[0].set_value("bought").run()
    assert "alone gives the answer away" in visitor.words()
    visitor.button("Leave out the column 'outcome'").click().run()
    assert chosen(visitor, "task.columns") == {**COLUMNS, "outcome": "left_out"}


def test_wrong_rows_stand_in_columns_beside_the_answers(visitor, store, run):
    visitor.open("evaluate", run=run.id, view="Wrong rows")
    shown = visitor.app.dataframe[0].value
    answers = store.runs.predictions(run.id)
    wrong = [i for i, said in enumerate(answers.answers) if said != answers.targets[i]]
    assert len(shown) == len(wrong)
    assert {"age", "income", "town", "member", "since"} <= set(shown.columns)
    rows = frame().set_axis(row_ids(frame()))
    surest = wrong[int(np.argmax(answers.scores[wrong].max(axis=1)))]
    assert shown["income"].iloc[0] == rows["income"][answers.row_ids[surest]]
    assert "test records right" in visitor.words()
    assert "Words" not in [tab.label for tab in visitor.app.tabs]


def test_slices_are_by_the_columns_that_are_read(visitor, run):
    visitor.open("inspect", run=run.id, inside="Slices")
    ways = next(box for box in visitor.app.selectbox if box.label == "Group the rows by")
    assert {"age", "income", "town", "member"} <= set(ways.options)


def test_why_an_estimator_tells_no_row_unlike_the_others_has_nothing_to_do_with_validation_rows(run):
    assert "kind of model" in not_told(run.config.learning)
    assert "validation rows" in not_told(Head())


@pytest.mark.parametrize("page", ["evaluate", "payoff", "inspect", "labels", "predict", "share", "compare"])
def test_every_page_about_a_run_of_tables_draws_itself(visitor, run, page):
    where = {"runs": run.id} if page == "compare" else {"run": run.id}
    visitor.open(page, **where)
    assert " text " not in visitor.words().casefold().replace("text of your own", "")


def test_a_record_begins_as_a_usual_one_and_its_answer_needs_the_predictor(visitor, run):
    visitor.open("predict", run=run.id)
    boxes = {box.label: box for box in (*visitor.app.number_input, *visitor.app.selectbox, *visitor.app.text_input)}
    assert boxes["age"].value == int(frame()["age"].dropna().sort_values().iloc[frame()["age"].notna().sum() // 2])
    assert boxes["town"].value == frame()["town"].value_counts().index[0]
    assert boxes["member"].value is False
    visitor.button("Ask the model").click().run()
    assert "predictor is not running" in visitor.words()
    assert "not explained yet" not in visitor.words()


def test_usual_values_are_middles_and_commonest(run):
    usual = usual_values(run.dataset_id, tuple(COLUMNS.items()))
    assert usual["age"].is_whole
    assert not usual["income"].is_whole
    assert set(usual["town"].values) == {"Lyon", "Köln", "Graz"}


def test_a_report_shows_values_without_the_columns_that_look_personal(store, tabled):
    run = keep(store, tabled)
    page = report(store, [run.id], ReportOptions(examples=3))
    assert "income: " in page
    assert "Boosted-trees baseline" in page
    assert in_short('{"phone": "+43 1 5", "age": 5}', ["phone"]) == "age: 5"


def test_flipped_labels_of_training_records_are_doubted(store, run):
    found = suspects(scores(run.dataset_id, run.config))
    assert 0 < len(found) < 100


def test_records_are_spread_into_columns_of_their_own_names():
    cells = cells_of(frame().head(2), COLUMNS)
    shown = spread_out(pd.DataFrame({"Record": [*cells, "–"], "age": [1, 2, 3]}))
    assert list(shown.columns) == ["age", "age_", "income", "town", "member", "since"]
    assert shown["income"].tolist()[:2] == [opened(cell)["income"] for cell in cells]


def test_every_kind_of_column_has_a_word(store):
    from typing import get_args

    from core.config import CellKind

    assert set(KINDS) == set(get_args(CellKind))
