"""Near-duplicate texts: the exact join finds the very pairs that comparing each with each finds."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.inputs.text.twins import NEAR, near_pairs, units, words_of

WORDS = [f"w{n}" for n in range(12)] + ["银行", "行情"]


def by_force(texts: list[str]) -> set[tuple[int, int]]:
    words = [set(words_of(text)) for text in texts]
    return {
        (i, j)
        for i, j in combinations(range(len(texts)), 2)
        if words[i] and words[j] and len(words[i] & words[j]) >= NEAR * len(words[i] | words[j])
    }


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join), max_size=25, unique=True))
def test_every_near_pair_is_found_and_no_other(texts: list[str]) -> None:
    assert {(int(i), int(j)) for i, j in near_pairs(texts)} == by_force(texts)


def test_many_texts_of_the_same_words_are_one_unit() -> None:
    chance = np.random.default_rng(0)
    words = [f"w{n}" for n in range(9)]
    texts = [" ".join(chance.permutation(words)) + "!" * n for n in range(40)]
    assert set(units(texts)) == {min(texts)}


def test_texts_without_a_word_have_no_twin() -> None:
    assert units(["!", "?", "", "!!"]) == ["!", "?", "", "!!"]


def test_chinese_texts_are_compared_by_characters() -> None:
    text = "银行今天宣布降低贷款利率以支持中小企业发展"
    shuffled = "发展企业中小支持以利率贷款降低宣布今天银行"
    assert units([text, text + "。", shuffled]) == [text, text, shuffled]
    assert words_of("贷款 rate 高") == ["贷款", "rate", "高"]
