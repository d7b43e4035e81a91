"""Strangers' text in what is said: in logs, on terminals, in searches and in reports of bugs."""

import io
import json
import logging
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.apart import apart
from core.errors import DatasetError
from core.logs import OneLine, harmless
from dashboard.answers import ROOMS
from dashboard.answers.number import changed as number
from dashboard.answers.one_class import changed as one_class
from dashboard.commands.speaking import say, say_aside, say_error, table
from dashboard.language.words import tr

NASTY = "rows\x1b[2J\x1b]0;owned\x07\n2026-01-01 00:00:00 INFO worker: run r1 succeeded\r\x9b31m\u202e.csv"
LIVE = "\x1b\x07\x9b\r\u202e"


@pytest.fixture
def logged() -> tuple[logging.Logger, io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine())
    log = logging.Logger("worker")  # one of its own, so that no other handler hears it
    log.addHandler(handler)
    return log, stream


def test_a_name_in_a_log_forges_no_line_and_moves_no_cursor(logged) -> None:
    log, stream = logged
    log.warning("passed over %s", NASTY)
    (line,) = stream.getvalue().splitlines()
    assert not set(LIVE) & set(line)
    assert "rows\\x1b[2J" in line


def test_a_traceback_in_a_log_forges_no_line(logged) -> None:
    log, stream = logged
    try:
        raise ValueError(NASTY)
    except ValueError:
        log.exception("run r2 failed")
    first, *rest = stream.getvalue().splitlines()
    assert "run r2 failed" in first
    assert rest
    assert all(line.startswith("  | ") for line in rest)


def test_names_on_a_terminal_are_spelled_out(capsys) -> None:
    say({}, table([[NASTY.replace("\n", " "), "x"]], ["name", ""]), as_json=False)
    say_aside(NASTY)
    say_error(DatasetError(NASTY, NASTY), as_json=False)
    seen = capsys.readouterr()
    assert not set(LIVE) & set(seen.out + seen.err)


def test_json_for_programs_keeps_names_and_moves_no_cursor(capsys) -> None:
    say({"name": NASTY}, "", as_json=True)
    told = capsys.readouterr().out
    assert json.loads(told) == {"name": NASTY}
    assert not {"\x1b", "\x07", "\x9b", "\r"} & set(told)


def test_ordinary_text_stays_as_it_was() -> None:
    assert harmless("Größe 日本\n\U0001f600 'a' \\x1b") == "Größe 日本\n\U0001f600 'a' \\x1b"


SEARCHES: dict[str, Callable[[pd.DataFrame, list[Any], str], np.ndarray]] = {
    "class": lambda frame, rows, words: one_class._wanted(frame, rows, (words, "all"), set()),
    "number": lambda frame, rows, words: number._wanted(frame, rows, words, "all"),
}


@pytest.mark.parametrize("kind", ROOMS)
@pytest.mark.parametrize("words", ["(a+)+$", "[", "' OR 1=1 --", "__import__('os').system('true')", "{x}", "%s", "*"])
def test_words_searched_for_are_words_and_no_pattern_and_no_program(words: str, kind: str) -> None:
    rows = [SimpleNamespace(kind="fixed", target="x") for _ in range(3)]
    frame = pd.DataFrame({tr("Text"): ["aaaa!", f"a {words} b".upper(), "c"], tr("True class"): ["x"] * 3})
    frame = frame.assign(**{tr("Before"): "y", tr("After"): "x"})
    assert SEARCHES[kind](frame, rows, words.casefold()).tolist() == [False, True, False]


def test_what_breaks_a_reader_is_logged_by_its_place_and_never_by_its_words(caplog) -> None:
    """An exception's words quote the file; a row of it may be about a person."""
    with pytest.raises(DatasetError), caplog.at_level(logging.WARNING):
        apart(
            "tests.attacks.seen:break_on",
            {"row": "Erika Mustermann, ill"},
            what="rows.csv",
            error=DatasetError,
        )
    assert "ValueError in seen.py, line" in caplog.text
    assert "Mustermann" not in caplog.text
