"""Near-duplicate detection of pictures: the same bytes, or perceptual hashes within a small Hamming distance.

Near-twins are pictures that were re-saved, resized or brightened. The hash is imagehash's phash with 256 bits. On
Fashion-MNIST, whose garments look alike, 6 pairs of 20,000 pictures differ in at most NEAR bits; of its pictures
resized, blurred or brightened, 99 of 100 do.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

NEAR = 15
"""Hamming distance of near-twins, at most. Of 16 chunks of the hash, one at least is then equal."""
CHUNKS = 16
HASH_DIGITS = 64
PLAIN_CONTRAST = 2.0
"""Contrast below which pictures are of one colour, and all look alike to the hash."""
AT_ONCE = 1_000_000
"""Batch size, in compared pairs."""
MOST_ALIKE = 4_000
"""Largest bucket of hashes with one chunk that is searched; a commoner one tells nothing, and twins share others."""

RowPairs = NDArray[np.int64]


def near_pairs(hashes: Sequence[str | None], comparable: NDArray[np.bool_] | None = None) -> RowPairs:
    """Near-duplicate pairs by row position, shape (pairs, 2), the lower first; `comparable` leaves some out.

    Multi-index search (Norouzi et al. 2012): only hashes that share a chunk are compared. The last few results are
    remembered, as checks and preparation ask for the same.
    """
    usable = np.array([isinstance(one, str) and len(one) == HASH_DIGITS for one in hashes], bool)
    chosen = usable if comparable is None else usable & comparable
    return _near_pairs(tuple(hashes), chosen.tobytes())


@lru_cache(maxsize=4)
def _near_pairs(hashes: tuple[str | None, ...], chosen: bytes) -> RowPairs:
    rows = np.flatnonzero(np.frombuffer(chosen, bool))
    if len(rows) < 2:
        return np.empty((0, 2), np.int64)
    first: dict[str, int] = {}
    same = [(first.setdefault(str(hashes[row]), row), row) for row in rows.tolist()]
    equal = np.array([pair for pair in same if pair[0] != pair[1]], np.int64).reshape(-1, 2)
    different = np.array(list(first.values()))  # their number must not make the search slow
    bits = np.frombuffer(bytes.fromhex("".join(first)), np.uint8).reshape(len(first), -1)
    found = np.unique(np.concatenate([_near_of_chunk(bits, chunk) for chunk in range(CHUNKS)]), axis=0)
    pairs = np.sort(np.concatenate([different[found], equal]), axis=1)
    pairs.flags.writeable = False
    return pairs


def _near_of_chunk(bits: NDArray[np.uint8], chunk: int) -> RowPairs:
    """Near-duplicate pairs among hashes that share this chunk."""
    words = np.ascontiguousarray(bits).view(np.uint64)
    values = bits.view(np.uint16)[:, chunk]
    order = np.argsort(values, kind="stable")
    _, starts, sizes = np.unique(values[order], return_index=True, return_counts=True)
    found = [np.empty((0, 2), np.int64)]
    several = (sizes > 1) & (sizes <= MOST_ALIKE)
    for start, size in zip(starts[several], sizes[several], strict=True):
        members = order[start : start + size]
        step = max(1, AT_ONCE // int(size))
        for begin in range(0, int(size), step):
            some = members[begin : begin + step]
            distance = np.bitwise_count(words[some, None, :] ^ words[None, members, :]).sum(axis=2, dtype=np.uint16)
            left, right = np.nonzero(distance <= NEAR)
            ahead = some[left] < members[right]
            found.append(np.column_stack([some[left], members[right]])[ahead])
    return np.concatenate(found)


def keys(pictures: Sequence[str | None], pairs: RowPairs) -> list[str]:
    """Deduplication keys by connected components: the least reference that pairs or equal bytes join; '' where none is.

    Rows with equal keys never stand in two parts.
    """
    names = [picture or "" for picture in pictures]
    _, codes = np.unique(names, return_inverse=True)
    number = int(codes.max()) + 1 if names else 0
    ones = np.ones(len(pairs), np.int8)
    joined = coo_array((ones, (codes[pairs[:, 0]], codes[pairs[:, 1]])), shape=(number, number))
    _, cluster = connected_components(joined, directed=False)
    least: dict[int, str] = {}
    for name, code in zip(names, codes, strict=True):
        one = int(cluster[code])
        least[one] = min(least.get(one, name), name)
    return [least[int(cluster[code])] if name else "" for name, code in zip(names, codes, strict=True)]
