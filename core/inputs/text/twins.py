"""Near-duplicate detection of texts: sets of words with a Jaccard similarity of NEAR or more.

An exact set-similarity join by prefix filtering (Chaudhuri et al. 2006; Bayardo et al. 2007): of two sets that are so
similar, the rarest words share one at least, so only texts that share a rare word are compared.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

NEAR = 0.85
"""Jaccard similarity of near-twins, at least: one word more in six or more, one exchanged in thirteen or more."""
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+|[^\W\u3040-\u30ff\u3400-\u9fff]+")
"""A word, or a run of Chinese or Japanese, which has no spaces."""
WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
MOST_ALIKE = 2_000
"""Texts that share a word, at most, for it to be searched by; a commoner one tells nothing, and twins share others."""
ROWS_AT_ONCE = 2_000
PAIRS_AT_ONCE = 200_000

RowPairs = NDArray[np.int64]


def units(texts: Sequence[str]) -> list[str]:
    """Units by connected components: the least of the texts that near-duplicate pairs join."""
    return list(_units(tuple(texts)))


@lru_cache(maxsize=4)
def _units(texts: tuple[str, ...]) -> tuple[str, ...]:
    different = sorted(set(texts))
    pairs = near_pairs(different)
    joined = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(len(different),) * 2)
    _, cluster = connected_components(joined, directed=False)
    _, least = np.unique(cluster, return_index=True)  # they are sorted, so the first of a cluster is its least
    unit = {text: different[least[of]] for text, of in zip(different, cluster, strict=True)}
    return tuple(unit[text] for text in texts)


def near_pairs(texts: Sequence[str]) -> RowPairs:
    """Near-duplicate pairs by position, shape (pairs, 2), the lower first. A text without a word has no twin."""
    words = _words(texts)
    if words is None:
        return np.empty((0, 2), np.int64)
    sizes: NDArray[np.int64] = np.diff(words.indptr).astype(np.int64)
    prefixes = _prefixes(words)
    found = [np.empty((0, 2), np.int64)]
    for begin in range(0, len(texts), ROWS_AT_ONCE):
        shared = coo_array(prefixes[begin : begin + ROWS_AT_ONCE] @ prefixes.T)
        pairs: RowPairs = np.column_stack((shared.row.astype(np.int64) + begin, shared.col.astype(np.int64)))
        fewer, more = sizes[pairs].min(axis=1), sizes[pairs].max(axis=1)
        pairs = pairs[(pairs[:, 0] < pairs[:, 1]) & (fewer >= NEAR * more)]
        found += [_similar(words, sizes, pairs[at : at + PAIRS_AT_ONCE]) for at in range(0, len(pairs), PAIRS_AT_ONCE)]
    return np.concatenate(found)


def _similar(words: csr_array, sizes: NDArray[np.int64], pairs: RowPairs) -> RowPairs:
    """Those of the pairs that are near-duplicates."""
    both = np.asarray(words[pairs[:, 0]].multiply(words[pairs[:, 1]]).sum(axis=1)).ravel()
    found: RowPairs = pairs[both >= NEAR * (sizes[pairs].sum(axis=1) - both)]
    return found


def words_of(text: str) -> list[str]:
    """Words of a text; of Chinese and Japanese, each two characters that follow one another."""
    found = []
    for word in WORD.findall(text.casefold()):
        pairs = len(word) - 1 if WIDE.match(word) else 0
        found += [word[at : at + 2] for at in range(pairs)] if pairs else [word]
    return found


def _words(texts: Sequence[str]) -> csr_array | None:
    """Indicator matrix (texts, words), the rarest word first; None where there is no word."""
    from sklearn.feature_extraction.text import CountVectorizer  # slow to load, and the dashboard seldom needs it

    try:
        counted = CountVectorizer(binary=True, analyzer=words_of, dtype=np.int32).fit_transform(texts)
    except ValueError:
        return None
    texts_with = np.bincount(counted.indices, minlength=counted.shape[1])
    place = np.empty(counted.shape[1], np.int64)
    place[np.argsort(texts_with, kind="stable")] = np.arange(counted.shape[1])
    words = csr_array((counted.data, place[counted.indices], counted.indptr), shape=counted.shape)
    words.sort_indices()
    return words


def _prefixes(words: csr_array) -> csr_array:
    """The rarest words of each text, so many that near-duplicates share one; without those that few or many have."""
    sizes = np.diff(words.indptr)
    kept = sizes - np.ceil(NEAR * sizes).astype(int) + 1
    place = np.arange(words.nnz) - np.repeat(words.indptr[:-1], sizes)
    texts_with = np.bincount(words.indices, minlength=words.shape[1])[words.indices]
    used = (place < np.repeat(kept, sizes)) & (texts_with > 1) & (texts_with <= MOST_ALIKE)
    rows = np.repeat(np.arange(words.shape[0]), sizes)[used]
    return csr_array((words.data[used], (rows, words.indices[used])), shape=words.shape)
