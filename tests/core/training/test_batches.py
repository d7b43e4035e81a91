"""Which rows are read together."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.training.batches import (
    Collate,
    LengthBatches,
    RowNumbers,
    by_length,
    cuts_by_rows,
    cuts_by_tokens,
    that_fit,
)
from core.training.together import Together
from core.training.tokens import Tokens

LENGTHS = np.random.default_rng(0).integers(3, 200, size=203)


def tokens_of(lengths: np.ndarray) -> Tokens:
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return Tokens(np.arange(1, starts[-1] + 1, dtype=np.int32), starts, "made")


def test_every_row_is_read_once_a_pass() -> None:
    batches = list(LengthBatches(LENGTHS, cuts_by_rows(len(LENGTHS), 16), seed=0))
    assert sorted(row for batch in batches for row in batch) == list(range(len(LENGTHS)))


def test_the_order_depends_on_seed_and_pass_alone() -> None:
    def order(seed: int, epoch: int) -> list[list[int]]:
        batches = LengthBatches(LENGTHS, cuts_by_rows(len(LENGTHS), 16), seed)
        batches.set_epoch(epoch)
        return list(batches)

    assert order(0, 1) == order(0, 1)
    assert order(0, 1) != order(0, 2)
    assert order(0, 1) != order(1, 1)


def test_grouping_by_length_leaves_little_padding() -> None:
    batches = LengthBatches(LENGTHS, cuts_by_rows(len(LENGTHS), 16), seed=0)
    computed = sum(LENGTHS[batch].max() * len(batch) for batch in map(np.asarray, batches))
    assert computed < 1.25 * LENGTHS.sum()


def test_batches_by_tokens_hold_about_as_many_tokens_each() -> None:
    cuts = cuts_by_tokens(LENGTHS, 2000)
    ordered = np.sort(LENGTHS)
    sizes = [(b - a) * ordered[b - 1] for a, b in pairwise(cuts)]
    assert max(sizes) <= 2000
    assert min(sizes[:-1]) > 1500


@given(st.lists(st.integers(1, 300), min_size=1, max_size=60), st.integers(1, 400))
def test_a_row_longer_than_the_budget_gets_a_batch_of_its_own(lengths: list[int], budget: int) -> None:
    found = np.asarray(lengths)
    for cuts in (cuts_by_tokens(found, budget),):
        assert cuts[0] == 0
        assert cuts[-1] == len(lengths)
        assert (np.diff(cuts) > 0).all()
    assert sorted(np.concatenate(by_length(found, budget))) == list(range(len(lengths)))


@pytest.mark.parametrize(("rows", "masked"), [([0, 1], True), ([1, 2], False)])
def test_a_mask_is_there_only_where_something_is_padded(rows: list[int], masked: bool) -> None:
    batch = tokens_of(np.array([2, 4, 4])).batch(rows)
    assert ("attention_mask" in batch) is masked
    assert batch["input_ids"].shape == (2, 4)
    if masked:
        assert batch["attention_mask"].tolist() == [[1, 1, 0, 0], [1, 1, 1, 1]]
        assert batch["input_ids"].tolist() == [[1, 2, 0, 0], [3, 4, 5, 6]]


def test_a_batch_too_large_for_the_memory_is_read_in_halves() -> None:
    def read(batch: np.ndarray) -> np.ndarray:
        if len(batch) > 3:
            raise torch.OutOfMemoryError
        return batch * 10

    read_so = list(that_fit([np.arange(10), np.arange(10, 12)], read))
    assert np.concatenate([batch for batch, _ in read_so]).tolist() == list(range(12))
    assert all((found == batch * 10).all() for batch, found in read_so)


def test_one_row_too_large_for_the_memory_is_said() -> None:
    def read(_batch: np.ndarray) -> np.ndarray:
        raise torch.OutOfMemoryError

    with pytest.raises(torch.OutOfMemoryError):
        list(that_fit([np.arange(2)], read))


@pytest.mark.parametrize("processes", [1, 2])
def test_rows_count_alike_though_batches_hold_different_numbers_of_them(processes: int) -> None:
    """The batches' shared means add up to the mean over all rows, each process's and each batch's together."""
    draw = np.random.default_rng(1)
    losses = draw.random(len(LENGTHS))
    rows = RowNumbers(tokens_of(LENGTHS), np.zeros(len(LENGTHS), dtype=np.int64))
    cuts = cuts_by_tokens(LENGTHS, 2000)
    batches = list(LengthBatches(LENGTHS, cuts, seed=0))
    assert len({len(batch) for batch in batches}) > 3
    usual = len(LENGTHS) / len(batches)
    steps = []
    for batch in batches:
        for number in range(processes):
            collate = Collate(rows, together=Together(number, processes), usual=usual)
            mine = batch[number::processes]
            steps.append(float(collate(batch)["share"]) * losses[mine].mean() if mine else 0.0)
    assert np.mean(steps) == pytest.approx(losses.mean(), rel=1e-6)
