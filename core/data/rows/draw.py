"""Deterministic sampling: a random order by seed, from a hash of the rows' ids alone.

The same seed and rows give the same order on every machine and with every version of every library, whatever the
order of the rows in the file, because it comes from a hash and from no generator's state.
"""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

DrawKeys = NDArray[np.uint64]


def drawn(ids: Iterable[str], seed: int, purpose: str) -> DrawKeys:
    """Hash of each id under the seed, uniform as if drawn at random; another purpose draws anew."""
    start = blake2b(f"{seed}/{purpose}/".encode(), digest_size=8)
    digests = bytearray()
    for row_id in ids:
        hashed = start.copy()
        hashed.update(row_id.encode())
        digests += hashed.digest()
    return np.frombuffer(bytes(digests), dtype=">u8").astype(np.uint64)


def drawn_share(seed: int, purpose: str) -> float:
    """Uniform number from 0 up to 1, drawn by the seed."""
    return float(drawn(["share"], seed, purpose)[0]) / 2.0**64
