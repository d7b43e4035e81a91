"""Batching by length: rows of similar length are read together, so that little padding is computed."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import torch
from torch.utils.data import Dataset

from core.inputs.encoded import Encoded
from core.training.together import ALONE, Together

JITTER = 0.1
"""Jitter of lengths before they are sorted, as a share, so that batches differ from epoch to epoch."""

Batch = dict[str, torch.Tensor]


class RowNumbers(Dataset[int]):
    """Dataset of row indices; the collator turns a batch of them into tensors at once."""

    def __init__(self, encoded: Encoded, targets: np.ndarray) -> None:
        self.encoded = encoded
        self.targets = targets

    def __len__(self) -> int:
        return len(self.encoded)

    def __getitem__(self, index: int) -> int:
        return index


class Collate:
    """Collator: row indices in, tensors out.

    Among several processes each takes every `size`-th row of the batch. `weigh` gives the sum of the sample weights of
    rows with such targets, and `usual`, where given, that sum for an average batch.
    """

    def __init__(
        self,
        rows: RowNumbers,
        multiple: int = 1,
        *,
        together: Together = ALONE,
        weigh: Callable[[np.ndarray], float] = len,
        usual: float | None = None,
    ) -> None:
        self.rows = rows
        self.multiple = multiple
        self.together = together
        self.weigh = weigh
        self.usual = usual

    def __call__(self, indices: Sequence[int]) -> Batch:
        """Keyword arguments of the network, and `labels`.

        Among several processes also `share`, the factor of this part's mean loss, so that the mean over the processes
        is the mean over the whole batch. A process that got no row reads one with the share zero. With `usual`, shares
        make every row count alike, however many its batch holds.
        """
        mine = indices[self.together.number :: self.together.size]
        batch = self.rows.encoded.batch(mine or indices[:1], self.multiple)
        batch["labels"] = torch.from_numpy(self.rows.targets[np.asarray(mine or indices[:1])])
        if self.together.size > 1 or self.usual:
            whole, part = (self.weigh(self.rows.targets[np.asarray(some, dtype=int)]) for some in (indices, mine))
            batch["share"] = torch.tensor(self.together.size * part / (self.usual or whole))
        return batch


def cuts_by_rows(rows: int, batch_size: int) -> np.ndarray:
    """Batch boundaries for a fixed `batch_size`: where each batch starts; the last entry is `rows`."""
    return np.append(np.arange(0, rows, batch_size), rows)


def cuts_by_tokens(lengths: np.ndarray, tokens_per_batch: int) -> np.ndarray:
    """Batch boundaries for rows sorted by length, in batches of about `tokens_per_batch` padded tokens."""
    ordered = np.sort(lengths)
    cuts = [0]
    for end in range(1, len(ordered) + 1):
        if (end - cuts[-1]) * ordered[end - 1] > tokens_per_batch and end - 1 > cuts[-1]:
            cuts.append(end - 1)
    return np.asarray([*cuts, len(ordered)])


class LengthBatches:
    """Batch sampler of rows of similar length, in an order that depends on seed and epoch alone.

    Each epoch jitters the lengths, sorts by them, cuts at `cuts` and shuffles the batches. The number of batches is the
    same in every epoch, so a stopped run finds its place again.
    """

    batch_size: int | None = None
    drop_last = False

    def __init__(self, lengths: np.ndarray, cuts: np.ndarray, seed: int) -> None:
        self.lengths = lengths
        self.cuts = cuts
        self.seed = seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Chooses the epoch whose batches are wanted."""
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
    """Inference batches: all rows, longest first, at most `tokens_per_batch` padded tokens each."""
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
    """Each batch with its result of `read`; one that runs out of memory on the device is split in halves."""
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
