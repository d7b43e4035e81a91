"""Errors for people are short, whatever a stranger's file has in it."""

import pickle

import pytest

from core.errors import MOST_CHARACTERS, DatasetError


@pytest.mark.parametrize("length", [0, 1, MOST_CHARACTERS])
def test_a_short_message_is_shown_whole(length: int) -> None:
    assert DatasetError("a" * length).message == "a" * length


def test_a_long_message_loses_its_middle_and_keeps_both_ends() -> None:
    error = DatasetError(f"The column {'x' * 30_000} is missing.", f"Rename {'y' * 30_000} or leave it out.")
    for text, begin, end in (
        (error.message, "The column x", "x is missing."),
        (error.hint, "Rename y", "leave it out."),
    ):
        assert len(text) <= MOST_CHARACTERS
        assert text.startswith(begin)
        assert text.endswith(end)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own
    assert (again.message, again.hint) == (error.message, error.hint)
