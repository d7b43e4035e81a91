"""Settings of every released shape are today's settings; those of a newer Tuneboard are refused in a sentence."""

import json
from typing import Any

import pytest
from pydantic_core import to_json

from core.config import RunConfig, make_config
from core.config.upgrade import Fields, upgrade
from core.errors import ConfigError
from core.explanations.orders import ExplanationProgress
from core.training.earlier_releases import UNUSED, first_settings, second_settings
from tests.golden import CONFIGS, GOLDEN
from worker.order import RunOrder, RunResult

ALWAYS = {
    "name",
    "dataset",
    "scenario",
    "task",
    "text",
    "target",
    "max_tokens",
    "by",
    "column",
    "validation",
    "test",
} | {
    *("fix_encoding", "normalise", "drop_blanks", "drop_duplicates", "conflicts", "rows_per_class"),
    *("model", "preset", "seed"),
}
TAUGHT = {"epochs", "batch_size", "learning_rate", "optimizer", "schedule", "warmup", "dropout", "label_smoothing"} | {
    *("weight_decay", "gradient_accumulation_steps", "class_weights", "max_grad_norm", "precision", "early_stopping"),
}
"""Settings that no later shape may lose: those of every run, and those of one whose weights learn."""
SINCE = {"processes": 1, "keep_start": 0.0}
"""Settings that came later, and what runs without them did."""


def flat(fields: Fields) -> dict[str, Any]:
    """Every setting by its last name, wherever it stands: names never change what they mean."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        found |= flat(value) if isinstance(value, dict) else {name: value}
    return found


@pytest.mark.parametrize("name", CONFIGS)
def test_settings_of_every_released_shape_say_what_they_said(name: str) -> None:
    written = flat(json.loads(CONFIGS[name]))
    is_first = written["schema_version"] == 1
    read = flat(RunConfig.model_validate_json(CONFIGS[name]).model_dump(mode="json"))
    del written["schema_version"]
    assert {name: read[name] for name in written if name in read} == {n: v for n, v in written.items() if n in read}
    always = ALWAYS if written["method"] == "frozen" else ALWAYS | TAUGHT
    assert set(read) >= (always if is_first else set(written))
    assert all(read[name] == value for name, value in SINCE.items() if name not in written and name in read)


@pytest.mark.parametrize("name", CONFIGS)
def test_settings_read_from_a_file_are_those_of_the_run(name: str) -> None:
    assert make_config(**json.loads(CONFIGS[name])) == RunConfig.model_validate_json(CONFIGS[name])


@pytest.mark.parametrize("name", ["run", "search"])
def test_an_order_written_before_an_update_is_read_after_it(name: str) -> None:
    text = (GOLDEN / "orders" / f"{name}.json").read_text(encoding="utf-8")
    order = RunOrder.model_validate_json(text)
    assert order.config == RunConfig.model_validate(json.loads(text)["config"])
    assert (order.search is not None) == (name == "search")


@pytest.mark.parametrize("name", ["succeeded", "failed"])
def test_a_result_written_before_an_update_is_read_after_it(name: str) -> None:
    assert RunResult.model_validate_json((GOLDEN / "orders" / f"{name}.json").read_bytes()).status == name


@pytest.mark.parametrize("name", ["why", "alike", "words"])
def test_an_explanation_written_before_an_update_is_read_after_it(name: str) -> None:
    found = ExplanationProgress.model_validate_json((GOLDEN / "explanations" / f"{name}.json").read_bytes())
    assert getattr(found, name) is not None


@pytest.mark.parametrize("name", [name for name in CONFIGS if name.startswith("e0b8919/")])
def test_settings_are_written_as_the_first_release_wrote_them(name: str) -> None:
    """Its checkpoints are named by this text: what it had of settings that the chosen method lacks is forgotten."""
    then = json.loads(CONFIGS[name]) | ({} if "lora" in name else UNUSED)
    del then["processes"]
    config = RunConfig.model_validate_json(CONFIGS[name])
    if config.learning.method != "frozen":
        assert first_settings(config) == to_json(then).decode()


@pytest.mark.parametrize("name", [name for name in CONFIGS if name.startswith("353cf79/")])
def test_settings_are_written_as_the_second_shape_was(name: str) -> None:
    then = json.loads(CONFIGS[name])
    del then["processes"]
    assert second_settings(RunConfig.model_validate_json(CONFIGS[name])) == to_json(then).decode()


@pytest.mark.parametrize("name", CONFIGS)
def test_rows_of_every_released_shape_are_drawn_as_they_were(name: str) -> None:
    split = RunConfig.model_validate_json(CONFIGS[name]).split
    assert (split.drawn_from, split.split_seed) == ("rows", json.loads(CONFIGS[name])["seed"])


def test_the_probability_of_an_old_explanation_is_its_value() -> None:
    text = (GOLDEN / "explanations" / "why.json").read_bytes()
    why = ExplanationProgress.model_validate_json(text).why
    assert why is not None
    assert (why.kind, why.value) == ("class", json.loads(text)["why"]["probability"])


def test_a_newer_version_is_refused_in_a_sentence() -> None:
    fields = json.loads(next(iter(CONFIGS.values()))) | {"schema_version": 99}
    for read in (RunConfig.model_validate, lambda fields: make_config(**fields)):
        with pytest.raises(ConfigError, match=r"written by a newer Tuneboard: in version 99"):
            read(fields)


def add_a_task(fields: Fields) -> Fields:
    return {**fields, "task": {"task": fields.get("kind", "text")}, "kind": None}


def drop_kind(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if name != "kind"}


STEPS = {1: add_a_task, 2: drop_kind}
OUTDATED = {2: {"kind"}, 1: {"old"}}


@pytest.mark.parametrize(
    ("fields", "lifted"),
    [
        ({"schema_version": 1, "kind": "a"}, {"schema_version": 3, "task": {"task": "a"}}),
        ({"schema_version": 2, "kind": "a"}, {"schema_version": 3}),
        ({"schema_version": 3, "new": 1}, {"schema_version": 3, "new": 1}),
        ({"kind": "a"}, {"schema_version": 3}),
        ({"kind": "a", "old": 1}, {"schema_version": 3, "task": {"task": "a"}, "old": 1}),
        ({"new": 1}, {"new": 1}),
        ({"schema_version": "x"}, {"schema_version": "x"}),
    ],
)
def test_steps_follow_one_another_from_the_version_that_is_said_or_seen(fields: Fields, lifted: Fields) -> None:
    before = json.dumps(fields)
    assert upgrade(fields, STEPS, OUTDATED) == lifted
    assert json.dumps(fields) == before
