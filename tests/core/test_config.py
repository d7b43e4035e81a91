"""Settings from anywhere become a RunConfig, or one plain sentence."""

from typing import Any

import pytest

from core.config import make_config
from core.errors import ConfigError


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"split": "time", "split.column": "date"}, "'split' is set to 'time', and 'split.column' is one of its parts"),
        ({"preset": ["quick"]}, "The setting 'preset' is"),
        ({"preset": "fast"}, "The setting 'preset' is 'fast'"),
        ({"1": 2}, "There is no setting called '1'"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as error:
        make_config(**fields)
    assert sentence in error.value.message


def test_an_empty_group_is_a_group() -> None:
    assert make_config(**{"task": None, "task.text": "title"}).task.text == "title"


@pytest.mark.parametrize("name", ["early_stopping", "learning.early_stopping"])
def test_a_setting_that_is_emptied_is_not_filled_by_the_preset(name: str) -> None:
    assert make_config(preset="best").learning.early_stopping == 3
    assert make_config(**{"preset": "best", name: None}).learning.early_stopping is None
    assert make_config(**{"rows_per_class": None, "split.validation": 0.0}).rows_per_class is None


def test_a_task_may_be_named_alone() -> None:
    """As a person writes it in a file, with settings of it beside."""
    config = make_config(task="text-regression", text="title", **{"task.target": "price"})
    assert (config.task.task, config.task.target) == ("text-regression", "price")
    assert config.task == make_config(task={"task": "text-regression", "text": "title", "target": "price"}).task
    with pytest.raises(ConfigError, match="There is no task 'text-regresion'; there are text-classification"):
        make_config(task="text-regresion")
