"""Rows that taught a model never judge what starts from it, through every export and upload."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.answers import ClassAnswers
from core.config import make_config
from core.errors import ModelError
from core.evaluation.records import Evaluation
from core.models import add_local
from core.models.taught import TAUGHT, read_taught
from core.preparation import prepare

Run = Callable[..., tuple[Path, list[Any]]]
SHORT = {"task.max_tokens": 32}


def test_rows_that_taught_the_start_do_not_judge_and_are_counted(
    run: Run, rows: pd.DataFrame, tiny_model: Path
) -> None:
    first, _ = run("first", **SHORT)
    add_local(first / "bundle", "taught-once", tiny_model.parent)
    second, events = run("second", model="local:taught-once", split_seed=1, **SHORT)
    before = prepare(rows, make_config(**SHORT))
    whole = prepare(rows, make_config(split_seed=1, **SHORT))
    taught = {*before.train.row_ids, *before.validation.row_ids}
    judged = set(ClassAnswers.read(second / "predictions/model.parquet").row_ids)
    assert judged == set(whole.test.row_ids) - taught
    chosen_on = set(ClassAnswers.read(second / "predictions/validation.parquet").row_ids)
    assert chosen_on == set(whole.validation.row_ids) - taught
    evaluation = Evaluation.model_validate_json((second / "evaluation.json").read_text())
    assert evaluation.left_out == len(taught & {*whole.test.row_ids, *whole.validation.row_ids})
    assert any(
        getattr(event, "text", "").startswith(
            f"Left out {evaluation.left_out} rows of validation or test, which taught"
        )
        for event in events
    )
    assert read_taught(second / "bundle") == before.taught | whole.taught


def test_a_model_whose_list_is_damaged_is_refused(run: Run, tiny_model: Path) -> None:
    folder, _ = run("damaged", **SHORT)
    add_local(folder / "bundle", "taught-badly", tiny_model.parent)
    (tiny_model.parent / "local--taught-badly" / TAUGHT).write_text('{"hashes": ["<script>"]}')
    with pytest.raises(ModelError, match=r"damaged"):
        run("again", model="local:taught-badly", **SHORT)
    (folder / "bundle" / TAUGHT).write_text('{"hashes": [17]}')
    with pytest.raises(ModelError, match="The list of the rows that taught this model"):
        read_taught(folder / "bundle")


def test_a_model_that_says_nothing_of_its_rows_leaves_none_out(run: Run) -> None:
    folder, _ = run("plain", **SHORT)
    assert Evaluation.model_validate_json((folder / "evaluation.json").read_text()).left_out == 0
