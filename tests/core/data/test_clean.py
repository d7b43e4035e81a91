"""Cells are mended where they are broken, and never touched where they are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.rows.clean import key_of, mended_text, normal

CORRECT = [
    "SÃO PAULO", "NÃO É BOM", "AÇÃO À VISTA", "L’ÉTÉ À LA MER", "ÄÖÜ äöü ß", "Ångström – ÅÄÖ", "PIÙ È CITTÀ",
    "Zażółć gęślą jaźń", "Příliš žluťoučký kůň", "Привет, мир", "Καλημέρα κόσμε", "你好，世界", "こんにちは世界",
    "안녕하세요", "שלום", "مرحبا بكم", "สวัสดี", "naïve façade €5 £10 ¥20", "‘quotes’ “double” – dash — …",
    "© ® ™ °C ½", "Ấn Độ", "¿Qué? ¡Sí!", "n°5 à 10 €", "ESPAÑA Ñ", "Ð and Þ in Íslenska", "ÎLE D’YEU",
    "MÜNCHEN – GRÖẞE", "5 × 3 ÷ 2 ± 1", "👍🏽 👨‍👩‍👧", "a &amp; b",
]  # fmt: skip


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
