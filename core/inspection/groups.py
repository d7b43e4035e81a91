"""Grouping of test rows: by a column, by their class, by how long or how sure, by a word in the text.

How the rows are grouped never looks at which answers were right (but for the groups by how sure the model is, which
say so), so that a test of whether a group does worse stays honest.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.answers import Answers, ClassAnswers, NumberAnswers
from core.arrays import Floats
from core.data.rows.values import as_text, cells, number_text, scalar_text
from core.evaluation.coded import code

Mask = NDArray[np.bool_]
By = Literal["column", "class", "number", "length", "confidence", "width", "word"]
LEAST_ROWS = 20
"""Minimum rows of a group; fewer say too little to be reported."""
RANGES = 4
MOST_VALUES = 100
MOST_WORDS = 200
SURENESS: frozenset[By] = frozenset({"confidence", "width"})
"""Groupings by confidence: that a model is worse where it is unsure is no weakness, but knowing itself."""
FEW_NUMBERS = 10
"""Most distinct numbers of a column that is grouped by each of them; more are binned."""
CONFIDENCES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, eq=False)
class Group:
    """Rows that have something in common: a `value`, or a range from `low` to `high`; neither, where it is missing.

    `by` says what is shared: a column (named `column`), the true class or number, the number of words of the text, the
    confidence or the width of the prediction interval, or that a word stands in the text. `rows` is True for the
    rows inside, in the order of the predictions.
    """

    by: By
    rows: Mask
    value: str | None = None
    low: str | None = None
    high: str | None = None
    column: str = ""

    @property
    def size(self) -> int:
        """How many rows are inside."""
        return int(self.rows.sum())

    @property
    def feature(self) -> tuple[str, str]:
        """Grouping feature: groups of one feature do not overlap (but for words)."""
        return self.by, self.column


def by_class(predictions: ClassAnswers) -> list[Group]:
    """A group for each true class, in the order of the labels."""
    coded = code(predictions)
    return [
        Group("class", coded.targets == i, value=label)
        for i, label in enumerate(coded.labels)
        if (coded.targets == i).any()
    ]


def by_confidence(predictions: ClassAnswers) -> list[Group]:
    """Groups by confidence, the score of the answer, least sure first; an edge belongs to the group above it."""
    sure = predictions.scores.max(axis=1)
    place = np.searchsorted(CONFIDENCES[1:-1], sure, side="right")
    return [
        Group("confidence", place == i, low=str(CONFIDENCES[i]), high=str(CONFIDENCES[i + 1]))
        for i in range(len(CONFIDENCES) - 1)
        if (place == i).any()
    ]


def by_number(answers: NumberAnswers) -> list[Group]:
    """Quartiles of the true number, smallest first."""
    return _ranges(pd.Series(answers.targets), "number", "")


def by_width(answers: NumberAnswers) -> list[Group]:
    """Quartiles of the width of each prediction interval, narrowest first; none where there are none."""
    if answers.low is None or answers.high is None:
        return []
    return _ranges(pd.Series(np.round(answers.high - answers.low, 12)), "width", "")


def by_answers(answers: Answers) -> dict[By, list[Group]]:
    """Groups by what the answers themselves hold, by their kind: by the target, and by how sure the model is."""
    if isinstance(answers, NumberAnswers):
        return {"number": by_number(answers), "width": by_width(answers)}
    assert isinstance(answers, ClassAnswers)  # noqa: S101  # there are two kinds
    return {"class": by_class(answers), "confidence": by_confidence(answers)}


def by_length(texts: Sequence[str]) -> list[Group]:
    """Quartiles of the number of words of the text, shortest first."""
    words = pd.Series([len(text.split()) for text in texts], dtype="int64")
    return _ranges(words, "length", "")


def by_word(texts: Sequence[str], least: int = LEAST_ROWS, most: int = MOST_WORDS) -> list[Group]:
    """A group for each of the `most` commonest words that stand in at least `least` texts and are missing in as many.

    Words are three letters and more, whatever their case; those that every English text holds are left out.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    found = [frozenset(_WORD.findall(text.casefold())) for text in texts]
    counts = Counter(word for words in found for word in words)
    common = sorted(
        (
            word
            for word, rows in counts.items()
            if least <= rows <= len(texts) - least and word not in ENGLISH_STOP_WORDS
        ),
        key=lambda word: (-counts[word], word),
    )
    places = {word: place for place, word in enumerate(common[:most])}
    masks = np.zeros((len(places), len(texts)), bool)
    for row, words in enumerate(found):
        masks[[places[word] for word in words if word in places], row] = True
    return [Group("word", masks[place], value=word) for word, place in places.items()]


def by_column(column: pd.Series, name: str, least: int = 1) -> list[Group]:
    """Groups by a column: its values, or quartiles of a column of many numbers or times; rows without a value last.

    Values with fewer than `least` rows are left out, and at most the hundred commonest are kept.
    """
    column = column.reset_index(drop=True)
    missing = column.isna().to_numpy(bool)
    groups = _ranges(column, "column", name) if _is_measured(column) else _values(column, name)
    if missing.any():
        groups.append(Group("column", missing, column=name))
    return [group for group in groups if group.size >= least]


def groupable(frame: pd.DataFrame, least: int = LEAST_ROWS) -> dict[str, list[Group]]:
    """The columns that divide the rows into at least two groups of `least` rows, each with its groups."""
    found = {str(name): by_column(frame[name], str(name), least) for name in frame.columns}
    return {name: groups for name, groups in found.items() if len(groups) > 1}


def _is_measured(column: pd.Series) -> bool:
    """Whether the column is continuous: times, or more distinct numbers than can stand for names."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return True
    is_number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    return bool(is_number and column.nunique() > FEW_NUMBERS)


def _values(column: pd.Series, name: str) -> list[Group]:
    words = as_text(column).fillna("").astype(object)
    counts = Counter(words[column.notna()])
    common = sorted(counts, key=lambda value: (-counts[value], value))[:MOST_VALUES]
    there = column.notna().to_numpy(bool)
    return [Group("column", (words == value).to_numpy(bool) & there, value=value, column=name) for value in common]


def _ranges(column: pd.Series, by: By, name: str) -> list[Group]:
    """Quartile bins of about as many rows each, named by the least and the greatest value inside."""
    there = column.notna().to_numpy(bool)
    if pd.api.types.is_datetime64_any_dtype(column):
        numbers: Floats = column.to_numpy("datetime64[ns]").astype(np.int64).astype(np.float64)
    else:
        numbers = np.asarray(column.astype("Float64").to_numpy(np.float64, na_value=np.nan), np.float64)
    there = there & np.isfinite(numbers)
    if not there.any():
        return []
    edges = np.unique(np.quantile(numbers[there], np.linspace(0, 1, RANGES + 1)[1:-1], method="lower"))
    place = np.searchsorted(edges, numbers, side="left")
    groups = []
    for i in range(len(edges) + 1):
        inside = there & (place == i)
        if inside.any():
            ends = column[inside].min(), column[inside].max()
            groups.append(Group(by, inside, low=_end(ends[0]), high=_end(ends[1]), column=name))
    return groups


def _end(value: object) -> str:
    if isinstance(value, float | np.floating):
        return number_text(float(f"{value:.6g}")) or ""
    return scalar_text(value) or ""


def texts_of(frame: pd.DataFrame, column: str) -> list[str]:
    """The texts of a column, an empty one where it is missing."""
    return [cell or "" for cell in cells(frame[column])]
