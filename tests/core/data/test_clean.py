"""Cleaning mends what is broken, leaves out what teaches nothing, and touches nothing else."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config import Preparation
from core.data.clean import clean, key_of, mended_text, normal

CORRECT = [
    "SÃO PAULO", "NÃO É BOM", "AÇÃO À VISTA", "L’ÉTÉ À LA MER", "ÄÖÜ äöü ß", "Ångström – ÅÄÖ", "PIÙ È CITTÀ",
    "Zażółć gęślą jaźń", "Příliš žluťoučký kůň", "Привет, мир", "Καλημέρα κόσμε", "你好，世界", "こんにちは世界",
    "안녕하세요", "שלום", "مرحبا بكم", "สวัสดี", "naïve façade €5 £10 ¥20", "‘quotes’ “double” – dash — …",
    "© ® ™ °C ½", "Ấn Độ", "¿Qué? ¡Sí!", "n°5 à 10 €", "ESPAÑA Ñ", "Ð and Þ in Íslenska", "ÎLE D’YEU",
    "MÜNCHEN – GRÖẞE", "5 × 3 ÷ 2 ± 1", "👍🏽 👨‍👩‍👧", "a &amp; b",
]  # fmt: skip


def rows(*pairs: tuple[str, str], part: str = "") -> pd.DataFrame:
    return pd.DataFrame({"text": [text for text, _ in pairs], "target": [target for _, target in pairs], "part": part})


def cleaned(frame: pd.DataFrame, **settings) -> list[tuple[str, str]]:
    kept, _ = clean(frame, Preparation(**settings))
    return list(zip(kept["text"], kept["target"], strict=True))


@pytest.mark.parametrize("text", CORRECT)
def test_correct_text_is_never_touched(text):
    assert mended_text(text) == text


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("cafÃ©", "café"),
        ("The customerâ€™s â€œbestâ€\x9d price", "The customer’s “best” price"),
        ("schÃ¶ne GrÃ¼ÃŸe", "schöne Grüße"),
        ("ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет"),
    ],
)
def test_text_read_in_a_wrong_encoding_is_mended(broken, whole):
    assert mended_text(broken) == whole


@given(st.text())
def test_ascii_is_never_mended(text):
    text = text.encode("ascii", "ignore").decode()
    assert mended_text(text) == text


@given(st.text())
def test_tidying_twice_changes_nothing_more(text):
    assert normal(normal(text)) == normal(text)


@given(st.text())
def test_a_key_ignores_spaces_and_case(text):
    assert key_of(f"  {text}\n") == key_of(text)
    assert key_of(normal(text)) == key_of(text)


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
    kept, _ = clean(given_rows.reset_index(drop=True), Preparation(conflicts="drop"))
    assert kept["part"].tolist() == ["train", "test", "test"]


def test_each_step_says_what_it_did_with_the_rows_before_and_after():
    frame = rows(("cafÃ©", "a"), ("x  y", "a"), ("", "a"), ("z", ""), ("x y", "a"), ("w", "a"), ("w", "b"))
    _, steps = clean(frame, Preparation(conflicts="drop"))
    assert [(step.name, step.text, step.rows_before, step.rows_after) for step in steps] == [
        ("fix_encoding", "Mended broken characters in 1 row.", 7, 7),
        ("normalise", "Tidied spaces and Unicode in 1 row.", 7, 7),
        ("answers", "Left out 1 row without an answer.", 7, 6),
        ("blanks", "Left out 1 row without a text.", 6, 5),
        ("duplicates", "Left out 1 exact duplicate.", 5, 4),
        ("conflicts", "Left out 2 rows whose text stands elsewhere with another answer.", 4, 2),
    ]
