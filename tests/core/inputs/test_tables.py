"""Tables: what a column is taken for, what is said of it before training, and how one value is read at any time."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from core.config import RunConfig, make_config
from core.data import suggest
from core.data.checks.findings import Finding
from core.errors import ConfigError, DatasetError
from core.inputs.table.asked import asked_cells
from core.inputs.table.cells import cell_of, cells_of, opened
from core.inputs.table.features import features
from core.inputs.table.kinds import kinds_suggested
from core.inputs.table.scales import TableScales
from core.preparation import check, prepare
from core.tasks import suggested_settings
from tests.core.estimators.made import COLUMNS, frame

ROWS = 300
CHANCE = np.random.default_rng(1)
LABEL = CHANCE.choice(["stays", "goes"], ROWS)
GOOD = {
    "age": CHANCE.integers(18, 90, ROWS),
    "income": CHANCE.lognormal(10, 1, ROWS).round(2),
    "town": CHANCE.choice(["Lyon", "Köln", "Graz", "上海"], ROWS),
    "member": CHANCE.choice(["yes", "no"], ROWS),
    "since": [f"{1 + n % 28:02}.0{1 + n % 9}.2024" for n in range(ROWS)],
    "visits": CHANCE.integers(0, 6, ROWS),
}
ODD: dict[str, Any] = {
    "customer_no": [f"K{n:05}" for n in range(ROWS)],
    "row": range(ROWS),
    "country": ["Austria"] * ROWS,
    "remark": [f"called {n} times and wrote a letter about it" for n in range(ROWS)],
    "postcode": [f"0{n % 40:03}" for n in range(ROWS)],
    "empty": [None] * ROWS,
}


def rows(**more: Any) -> pd.DataFrame:
    return pd.DataFrame({**GOOD, **more, "label": LABEL})


def config_for(table: pd.DataFrame, **kinds: str) -> RunConfig:
    found = suggested_settings(table, suggest(table), task="table-classification", target="label")
    return make_config(**{**found, **{f"task.columns.{name}": kind for name, kind in kinds.items()}})


def found_in(table: pd.DataFrame, **kinds: str) -> dict[str, Finding]:
    return {one.code: one for one in check(table, config_for(table, **kinds))}


def test_a_column_is_taken_for_what_its_values_are() -> None:
    table = rows(**ODD)
    assert kinds_suggested(table, suggest(table), "label") == {
        "age": "number",
        "income": "number",
        "town": "class",
        "member": "yes_no",
        "since": "date",
        "visits": "number",
        "customer_no": "left_out",
        "row": "left_out",
        "country": "left_out",
        "remark": "left_out",
        "postcode": "class",
        "empty": "left_out",
    }


def test_a_rare_value_beyond_the_sample_is_seen_before_a_column_is_taken_for_yes_or_no() -> None:
    either = np.random.default_rng(0).integers(0, 2, 20_000)
    many = pd.DataFrame({"items": either, "said": np.where(either, "yes", "no"), "fraud": 0, "label": either})
    many.loc[7, "items"], many.loc[7, "said"], many.loc[7, "fraud"] = 2, "later", 1
    assert kinds_suggested(many, suggest(many), "label") == {"items": "number", "said": "class", "fraud": "yes_no"}


def test_one_column_is_changed_by_its_name_and_the_others_stay() -> None:
    config = config_for(rows(), visits="class", age="left_out")
    assert config.task.model_dump()["columns"] | {"visits": "class", "age": "left_out"} == config.task.columns  # type: ignore[attr-defined]
    assert make_config(**config.model_dump()) == config
    assert RunConfig.model_validate_json(config.model_dump_json()) == config


def test_good_columns_have_nothing_to_say_of_them() -> None:
    assert {code for code in found_in(rows()) if code != "columns_left_out"} == set()


@pytest.mark.parametrize(
    ("code", "column", "values", "kind"),
    [
        ("constant_column", "country", ["Austria"] * ROWS, "class"),
        ("nearly_empty_column", "fax", ["1", "2", *[None] * (ROWS - 2)], "number"),
        ("nearly_constant_column", "country", ["France", *["Austria"] * (ROWS - 1)], "class"),
        ("id_column", "customer_no", [f"K{n:05}" for n in range(ROWS)], "class"),
        ("twin_columns", "years", (GOOD["age"] * 12.0), "number"),
        ("twin_columns", "ville", pd.Series(GOOD["town"]).map(str.upper), "class"),
        ("unread_cells", "weight", ["heavy" if n % 9 == 0 else n * 1.5 for n in range(ROWS)], "number"),
        ("many_classes", "street", [f"street {n % 250}" for n in range(ROWS)], "class"),
    ],
)
def test_what_is_odd_about_a_column_is_said_with_its_name(code: str, column: str, values: Any, kind: str) -> None:
    found = found_in(rows(**{column: values}), **{column: kind})
    assert code in found
    assert f"'{column}'" in found[code].message


def test_a_column_that_gives_the_answer_away_is_named_and_no_good_one_is() -> None:
    """Judged on rows that the tree on it has not seen: many values of their own do not look like knowing."""
    left = [f"left on the {n % 28}th" if label == "goes" else "is here" for n, label in enumerate(LABEL)]
    found = found_in(rows(reason=left, own=[f"n{n // 2}" for n in range(ROWS)]), reason="class", own="class")
    assert "'reason'" in found["gives_it_away"].message
    assert found["gives_it_away"].settings[0].option == "--set task.columns.reason=left_out"
    assert found["gives_it_away"].severity == "warning"
    table = rows(price=LABEL == "goes").assign(label=np.arange(ROWS) * 1.5, price=np.arange(ROWS) * 3.0 + 2)
    config = make_config(
        **{
            "task.task": "table-regression",
            "task.target": "label",
            "task.columns": {"price": "number", "age": "number"},
        }
    )
    assert [one.columns for one in check(table, config) if one.code == "gives_it_away"] == [("price",)]


def test_the_target_cannot_be_read_too() -> None:
    assert found_in(rows(), label="class")["target_is_input"].severity == "error"


def test_nothing_to_read_is_an_error_that_names_what_there_is() -> None:
    config = make_config(**{"task.task": "table-classification", "task.target": "label"})
    found = next(one for one in check(rows(), config) if one.code == "no_columns")
    assert found.severity == "error"
    assert "'age'" in found.hint


def test_a_value_is_read_alike_in_a_file_and_alone() -> None:
    settings = config_for(rows()).task.columns  # type: ignore[attr-defined]
    cells = cells_of(rows(), settings)
    for place in (0, 7, 99):
        sent = {name: (value.item() if hasattr(value, "item") else value) for name, value in rows().iloc[place].items()}
        assert cell_of({**sent, "since": opened(cells[place])["since"]}, settings) == cells[place]
    assert opened(cells[0])["member"] in (True, False)
    assert opened(cells[0])["since"] == "2024-01-01"


@pytest.mark.parametrize(
    ("kind", "written", "read"),
    [
        ("number", "1.234,5", 1234.5),
        ("number", "n/a", None),
        ("number", "inf", None),
        ("number", 1e308, 1e30),
        ("number", "12 €", 12),
        ("class", "  two   words ", "two words"),
        ("class", "", None),
        ("date", "31.12.2025", "2025-12-31"),
        ("date", "2025-12-31 14:30", "2025-12-31 14:30:00"),
        ("date", "someday", None),
        ("date", "1848", "1848-01-01"),
        ("yes_no", "JA", True),
        ("yes_no", "0", False),
        ("yes_no", "perhaps", None),
    ],
)
def test_one_value_is_read_as_its_column_is(kind: Any, written: Any, read: Any) -> None:
    cell = cell_of({"value": written, "there": 1}, {"value": kind, "there": "number"})
    assert json.loads(cell)["value"] == read


def test_a_file_s_columns_are_found_whatever_their_case_and_those_it_lacks_are_missing() -> None:
    table = frame().rename(columns={"age": "AGE "}).drop(columns=["town"])
    found = asked_cells(table, COLUMNS)  # type: ignore[arg-type]  # their names are plain strings
    assert found.lacking == ("town",)
    ages = pd.Series([opened(cell)["age"] for cell in found.cells], dtype="Float64")
    pd.testing.assert_series_equal(ages, frame()["age"], check_names=False)
    with pytest.raises(DatasetError, match="None of the columns"):
        asked_cells(table[["bought"]], COLUMNS)  # type: ignore[arg-type]


def test_a_row_too_long_is_refused_in_a_sentence() -> None:
    from core.inputs.table import TableInputs

    with pytest.raises(ConfigError, match="characters"), TableInputs().brought(["x" * 200_000], lambda: None):
        pass


def test_a_network_reads_normal_scores_flags_and_codes() -> None:
    cells = [json.dumps({"x": n, "kind": "ab"[n % 2] if n else "rare"}) for n in range(101)]
    scales = TableScales.of(cells, {"x": "number", "kind": "class"})
    again = TableScales.model_validate_json(scales.model_dump_json())
    numbers, missing, classes = again.scaled([*cells, '{"kind": "new"}', '{"x": 1e9, "kind": "a"}'])
    np.testing.assert_allclose(numbers[1:100, 0], norm.ppf(np.arange(1, 100) / 100), atol=1e-5)
    assert (numbers[-1, 0], numbers[-2, 0], missing[-2, 0]) == (pytest.approx(norm.ppf(0.999)), 0.0, 1.0)
    assert classes[[0, 2, 1, -2, -1], 0].tolist() == [0, 1, 2, 0, 1]


def test_dates_are_days_months_and_weekdays() -> None:
    table = features(['{"d": "2024-02-29"}', '{"d": "1066-10-14"}', '{"d": null}'], {"d": "date"})
    assert table["day d"].tolist()[0] == (pd.Timestamp("2024-02-29") - pd.Timestamp("1970-01-01")).days
    assert table.loc[0, ["month d", "weekday d"]].tolist() == [2, 3]
    assert table.loc[1, "day d"] < -300_000
    assert table.loc[2].isna().all()


def test_equal_records_stand_on_one_side_and_count_once() -> None:
    table = pd.concat([rows(), rows().head(20)], ignore_index=True)
    prepared = prepare(table, config_for(rows()))
    parts = (prepared.train, prepared.validation, prepared.test)
    assert sum(map(len, parts)) == ROWS
    assert not set(prepared.train.inputs) & set(prepared.test.inputs)
