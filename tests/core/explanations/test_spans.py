"""Words of a text, in any language."""

import pytest

from core.explanations.spans import Span, without, words_of


def said(text: str) -> list[str]:
    return [text[word.start : word.end] for word in words_of(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Oil rose 1.5 dollars.", ["Oil", "rose", "1.5", "dollars", "."]),
        ("it's state-of-the-art!?", ["it's", "state-of-the-art", "!?"]),
        ("油价上涨", ["油价", "上涨"]),
        ("衣服质量很好，but 发货 slow。", ["衣服", "质量", "很", "好", "，", "but", "发货", "slow", "。"]),
        ("𠮷野家", ["𠮷", "野家"]),
        ("ไทย", ["ไ", "ท", "ย"]),
        ("Öl für ÄRGER", ["Öl", "für", "ÄRGER"]),
        (" \n\t ", []),
        ("", []),
    ],
)
def test_words_are_found_where_a_reader_sees_them(text: str, words: list[str]) -> None:
    assert said(text) == words


def test_taking_words_out_leaves_the_others_in_order() -> None:
    text = "oil  rose, banks fell"
    assert without(text, words_of(text), {0, 2}) == "rose banks fell"
    assert without(text, words_of(text), set()) == "oil rose, banks fell"
    assert without(text, words_of(text), set(range(5))) == ""


def test_a_span_is_where_its_word_stands() -> None:
    assert words_of("a bc")[1] == Span(2, 4)
