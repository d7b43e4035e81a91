"""Which rows are read together: rows of similar length, so that little padding is computed."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import torch
from torch.utils.data import Dataset

from core.training.together import ALONE, Together
from core.training.tokens import Tokens

JITTER = 0.1
"""Lengths are blurred by this share before they are sorted, so that batches differ from pass to pass."""

Batch = dict[str, torch.Tensor]


class Rows(Dataset[int]):
    """Row numbers; the collator turns a batch of them into tensors at once."""

    def __init__(self, tokens: Tokens, targets: np.ndarray) -> None:
        self.tokens = tokens
        self.targets = targets

    def __len__(self) -> int:
        return len(self.tokens)

    def __getitem__(self, index: int) -> int:
        return index


class Collate:
    """Row numbers in, padded tensors out. There is no attention mask when no row of the batch needs padding.

    Among several processes each takes every so many-th row of the batch. `weigh` says how much rows with such targets
    weigh together in the loss's mean, and `usual`, where given, how much a batch's rows weigh on average.
    """

    def __init__(
        self,
        rows: Rows,
        pad_id: int,
        multiple: int = 1,
        *,
        together: Together = ALONE,
        weigh: Callable[[np.ndarray], float] = len,
        usual: float | None = None,
    ) -> None:
        self.rows = rows
        self.pad_id = pad_id
        self.multiple = multiple
        self.together = together
        self.weigh = weigh
        self.usual = usual

    def __call__(self, indices: Sequence[int]) -> Batch:
        """`input_ids`, `labels` and, where padding was needed, `attention_mask`.

        Among several processes also `share`: what this part's mean loss is multiplied by, so that the processes' mean
        is the mean over the whole batch. A process that got no row reads one with the share zero. With `usual`, shares
        make every row count alike, however many its batch holds.
        """
        mine = indices[self.together.number :: self.together.size]
        batch = padded(self.rows.tokens, mine or indices[:1], self.pad_id, self.multiple)
        batch["labels"] = torch.from_numpy(self.rows.targets[np.asarray(mine or indices[:1])])
        if self.together.size > 1 or self.usual:
            whole, part = (self.weigh(self.rows.targets[np.asarray(some, dtype=int)]) for some in (indices, mine))
            batch["share"] = torch.tensor(self.together.size * part / (self.usual or whole))
        return batch


def padded(tokens: Tokens, indices: Sequence[int], pad_id: int, multiple: int = 1) -> Batch:
    """The rows as one block, each padded at its end to the longest (rounded up to `multiple`)."""
    rows = [tokens.row(i) for i in indices]
    lengths = np.asarray([len(row) for row in rows])
    width = -(-int(lengths.max()) // multiple) * multiple
    ids = np.full((len(rows), width), pad_id, dtype=np.int64)
    for place, row in zip(ids, rows, strict=True):
        place[: len(row)] = row
    batch = {"input_ids": torch.from_numpy(ids)}
    if int(lengths.min()) < width:
        batch["attention_mask"] = torch.from_numpy((np.arange(width) < lengths[:, None]).astype(np.int64))
    return batch


def cuts_by_rows(rows: int, batch_size: int) -> np.ndarray:
    """Where each batch starts when every step reads `batch_size` rows; the last entry is `rows`."""
    return np.append(np.arange(0, rows, batch_size), rows)


def cuts_by_tokens(lengths: np.ndarray, tokens_per_batch: int) -> np.ndarray:
    """Where each batch starts when rows, sorted by length, fill steps of about `tokens_per_batch` padded tokens."""
    ordered = np.sort(lengths)
    cuts = [0]
    for end in range(1, len(ordered) + 1):
        if (end - cuts[-1]) * ordered[end - 1] > tokens_per_batch and end - 1 > cuts[-1]:
            cuts.append(end - 1)
    return np.asarray([*cuts, len(ordered)])


class LengthBatches:
    """Batches of rows of similar length, in an order that depends on seed and pass alone.

    Each pass blurs the lengths, sorts by them, cuts at `cuts` and shuffles the batches. The number of batches is the
    same in every pass, so a stopped run finds its place again.
    """

    batch_size: int | None = None
    drop_last = False

    def __init__(self, lengths: np.ndarray, cuts: np.ndarray, seed: int) -> None:
        self.lengths = lengths
        self.cuts = cuts
        self.seed = seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the pass whose batches are wanted."""
        self.epoch = epoch

    def __len__(self) -> int:
        return len(self.cuts) - 1

    def __iter__(self) -> Iterator[list[int]]:
        chance = np.random.default_rng((self.seed, self.epoch))
        blurred = self.lengths * chance.uniform(1 - JITTER, 1 + JITTER, len(self.lengths))
        order = np.argsort(blurred, kind="stable")
        batches = [order[a:b] for a, b in zip(self.cuts[:-1], self.cuts[1:], strict=True)]
        for number in chance.permutation(len(batches)):
            yield batches[number].tolist()


def by_length(lengths: np.ndarray, tokens_per_batch: int) -> list[np.ndarray]:
    """All rows, longest first, in batches of at most `tokens_per_batch` padded tokens: for reading, not learning."""
    order = np.argsort(-lengths, kind="stable")
    batches, start = [], 0
    while start < len(order):
        size = max(1, tokens_per_batch // max(1, int(lengths[order[start]])))
        batches.append(order[start : start + size])
        start += size
    return batches


def that_fit(
    batches: Iterable[np.ndarray], read: Callable[[np.ndarray], np.ndarray]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Each batch with what `read` makes of it; one too large for the device's memory is read in halves."""
    waiting = list(batches)[::-1]
    while waiting:
        batch = waiting.pop()
        try:
            found = read(batch)
        except torch.OutOfMemoryError:
            if len(batch) == 1:
                raise
            torch.cuda.empty_cache()
            waiting += [batch[len(batch) // 2 :], batch[: len(batch) // 2]]
            continue
        yield batch, found
