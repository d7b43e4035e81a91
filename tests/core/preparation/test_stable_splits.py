"""A split outlives changes of the rows: old test rows go on judging, and none that taught begins to judge."""

from collections.abc import Callable
from hashlib import sha256

import numpy as np
import pandas as pd
import pytest

from core.config import make_config
from core.preparation import Prepared, prepare
from tests.core.preparation.test_prepare import WAYS, visits

TRIES = 20
ROWS = {"300 rows added": 10_000}
"""Rows of the dataset where the change is no small one; 300 rows more move the edge by some 7 rows."""
SYLLABLES = [a + b for a in "bdfgklmnprst" for b in "aeiou"]
KINDS = {
    "even classes": ({}, lambda chance, rows: chance.choice(["oil", "bank", "ship"], rows)),
    "uneven classes": (
        {},
        lambda chance, rows: chance.choice(list("abcdefgh"), rows, p=[0.5, 0.2, 0.1, 0.08, 0.05, 0.04, 0.02, 0.01]),
    ),
    "numbers": (
        {"task.task": "text-regression", "task.target": "label"},
        lambda chance, rows: np.char.mod("%.2f", chance.lognormal(2, 1, rows)),
    ),
    "given": ({"split.by": "given", "split.column": "part"}, lambda chance, rows: chance.choice(["a", "b"], rows)),
}


def made(kind: str, rows: int, seed: int) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    words = np.array(["".join(chance.choice(SYLLABLES, 3)) for _ in range(800)])
    texts = [" ".join(chance.choice(words, int(chance.integers(4, 15)))) for _ in range(rows)]
    labels = KINDS[kind][1](chance, rows)
    parts = np.where(np.arange(rows) % 5 == 0, "test", "train")
    return pd.DataFrame({"text": texts, "label": labels, "part": parts})


def one_label_mended(frame: pd.DataFrame, kind: str, chance: np.random.Generator) -> pd.DataFrame:
    changed, row = frame.copy(), int(chance.integers(len(frame)))
    others = frame["label"][frame["label"] != frame["label"][row]]
    changed.loc[row, "label"] = others.iloc[int(chance.integers(len(others)))]
    return changed


def rows_added(many: int) -> Callable[[pd.DataFrame, str, np.random.Generator], pd.DataFrame]:
    def added(frame: pd.DataFrame, kind: str, chance: np.random.Generator) -> pd.DataFrame:
        return pd.concat([frame, made(kind, many, int(chance.integers(1000, 9000)))], ignore_index=True)

    return added


CHANGES: dict[str, Callable[[pd.DataFrame, str, np.random.Generator], pd.DataFrame]] = {
    "one label mended": one_label_mended,
    "one row added": rows_added(1),
    "300 rows added": rows_added(300),
    "a column added": lambda frame, _kind, chance: frame.assign(n=chance.integers(0, 99, len(frame))),
    "a column renamed": lambda frame, _kind, chance: frame.rename(columns={"other": f"other {chance.integers(99)}"}),
    "rows reordered": lambda frame, _kind, chance: frame.sample(frac=1, random_state=int(chance.integers(99))),
}


def stays(before: Prepared, after: Prepared) -> tuple[float, float]:
    """Shares: of the old test rows that still judge, and of the new test rows that taught before."""
    old, new, taught = set(before.test.inputs), set(after.test.inputs), set(before.train.inputs)
    return len(old & new) / len(old), len(new & taught) / len(new)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_rows_that_judge_go_on_judging(kind: str, change: str) -> None:
    config, frame = make_config(**KINDS[kind][0]), made(kind, ROWS.get(change, 1_000), 0).assign(other=1)
    before = prepare(frame, config)
    for n in range(TRIES):
        judge, taught = stays(before, prepare(CHANGES[change](frame, kind, np.random.default_rng(n)), config))
        assert (judge >= 0.99, taught <= 0.01) == (True, True), (n, judge, taught)


def test_near_twins_stand_on_one_side() -> None:
    frame = made("even classes", 1_500, 5)
    twins = frame.sample(300, random_state=1)
    twins = twins.assign(text=twins["text"].str.capitalize() + "!")
    prepared = prepare(pd.concat([frame, twins], ignore_index=True), make_config())
    sides = [{text.casefold().rstrip("!") for text in part.inputs} for part in (prepared.train, prepared.test)]
    assert not sides[0] & sides[1]
    assert any(step.text == "Kept together 600 rows whose texts are nearly the same." for step in prepared.steps)


def test_a_word_more_in_a_long_text_is_a_near_twin_and_in_a_short_one_is_not() -> None:
    frame = made("even classes", 400, 6)
    counted = frame["text"].str.split().str.len()
    more = frame.assign(text=frame["text"] + " besides")
    prepared = prepare(pd.concat([frame, more], ignore_index=True), make_config())
    taught = set(prepared.train.inputs)
    apart = [(text in taught) != (f"{text} besides" in taught) for text in frame["text"]]
    assert not np.any(np.array(apart)[counted >= 12])
    assert np.any(np.array(apart)[counted <= 4])


AS_DRAWN_THEN = {
    "random 0": "76ed6792e8a3c3df",
    "random 1": "81e825015afb9487",
    "group 0": "acca7e348599ea61",
    "group 1": "5049d451d73b750d",
    "time 0": "0dac9209c843f092",
    "time 1": "0dac9209c843f092",
    "given 0": "81f4c71473a00802",
    "given 1": "e654bb80f93e1bad",
}
"""SHA-256 of the parts' row ids, by way and seed, written by the code of commit 9fa71bb."""


@pytest.mark.parametrize("case", AS_DRAWN_THEN)
def test_what_an_earlier_version_split_stays_as_it_was(case: str) -> None:
    way, seed = case.split()
    drawn = {"split.drawn_from": "rows", "split.split_seed": int(seed)}
    prepared = prepare(visits(), make_config(**WAYS[way], **drawn))
    parts = [sorted(part.row_ids) for part in (prepared.train, prepared.validation, prepared.test)]
    assert sha256(repr(parts).encode()).hexdigest()[:16] == AS_DRAWN_THEN[case]
