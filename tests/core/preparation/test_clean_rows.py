"""Cleaning mends what is broken, leaves out what teaches nothing, and touches nothing else."""

from typing import ClassVar

import pandas as pd

from core.config import Preparation
from core.data.rows.clean import normal
from core.inputs.text import TextInputs
from core.preparation.clean import clean
from core.targets import ClassTargets


def rows(*pairs: tuple[str, str], part: str = "") -> pd.DataFrame:
    return pd.DataFrame({"input": [text for text, _ in pairs], "target": [target for _, target in pairs], "part": part})


def cleaned(frame: pd.DataFrame, **settings) -> list[tuple[str, str]]:
    kept, _ = clean(frame, Preparation(**settings), TextInputs(), ClassTargets())
    return list(zip(kept["input"], kept["target"], strict=True))


def test_equal_characters_and_spaces_become_one():
    assert cleaned(rows(("cafe\u0301\u00a0\u3000 noir\n", " a "))) == [("café noir", "a")]


def test_rows_without_text_or_answer_are_left_out():
    frame = rows(("x", "a"), ("", "a"), ("\u200b\ufeff", "a"), ("y", ""), ("z", " \t"))
    assert cleaned(frame) == [("x", "a")]
    assert cleaned(frame, drop_blanks=False) == [("x", "a"), ("", "a"), ("\u200b\ufeff", "a")]


def test_the_same_text_with_the_same_answer_counts_once():
    frame = rows(("x", "a"), ("x ", "a"), ("x", "b"), ("X", "a"))
    assert cleaned(frame) == [("x", "a"), ("x", "b"), ("X", "a")]
    assert cleaned(frame, drop_duplicates=False, normalise=False) == [("x", "a"), ("x ", "a"), ("x", "b"), ("X", "a")]


def test_texts_with_two_answers_are_left_out_when_asked():
    frame = rows(("x", "a"), ("x", "b"), ("y", "a"), ("y", "a"))
    assert cleaned(frame, conflicts="drop") == [("y", "a")]
    assert cleaned(frame, conflicts="drop", drop_duplicates=False) == [("y", "a"), ("y", "a")]


def test_test_rows_that_were_given_stay():
    given_rows = pd.concat([rows(("x", "a"), ("x", "a"), part="train"), rows(("x", "a"), ("x", "b"), part="test")])
    kept, _ = clean(given_rows.reset_index(drop=True), Preparation(conflicts="drop"), TextInputs(), ClassTargets())
    assert kept["part"].tolist() == ["train", "test", "test"]


def test_each_step_says_what_it_did_with_the_rows_before_and_after():
    frame = rows(("cafÃ©", "a"), ("x  y", "a"), ("", "a"), ("z", ""), ("x y", "a"), ("w", "a"), ("w", "b"))
    _, steps = clean(frame, Preparation(conflicts="drop"), TextInputs(), ClassTargets())
    assert [(step.name, step.text, step.rows_before, step.rows_after) for step in steps] == [
        ("fix_encoding", "Mended broken characters in 1 row.", 7, 7),
        ("normalise", "Tidied spaces and Unicode in 1 row.", 7, 7),
        ("answers", "Left out 1 row without an answer.", 7, 6),
        ("blanks", "Left out 1 row without a text.", 6, 5),
        ("duplicates", "Left out 1 exact duplicate.", 5, 4),
        ("conflicts", "Left out 2 rows whose text stands elsewhere with another answer.", 4, 2),
    ]


class Measurements(ClassTargets):
    """Targets that no step tidies, as numbers are."""

    lacking = "a number"
    tidying: ClassVar = {}


class Lines(TextInputs):
    noun = "line"
    tidying: ClassVar = {"normalise": normal}


def test_a_step_leaves_alone_what_its_kind_does_not_tidy():
    kept, steps = clean(rows(("cafÃ©  noir", "1  2"), ("", "3"), ("x", "")), Preparation(), Lines(), Measurements())
    assert list(zip(kept["input"], kept["target"], strict=True)) == [("cafÃ© noir", "1  2")]
    assert [step.name for step in steps] == ["normalise", "answers", "blanks", "duplicates"]
    assert [step.text for step in steps][1:3] == ["Left out 1 row without a number.", "Left out 1 row without a line."]
