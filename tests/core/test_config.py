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
