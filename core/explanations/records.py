"""Records of explanations: attributions of words or places, alike rows, words of classes. They hold no model."""

from typing import Any, ClassVar, Literal

from core.config import Frozen, Versioned

Value = str | bool | int | float
"""Value of a column as a model reads it."""


class Push(Frozen):
    """Attribution of a word of the text, from character `start` to `end`: by how much it moved the answer.

    In log-odds of the explained class: above zero it speaks for the class, and 0.69 doubles the odds. Or in the
    number's own unit.
    """

    text: str
    start: int
    end: int
    push: float


class FaithfulnessCheck(Frozen):
    """Deletion test: what taking out words, covering places or changing columns does to a probability or a number.

    It is asked of the model itself.
    """

    words: int
    """How many words, places or columns were taken out."""
    without_top: float
    """The probability, or the number, without those that speak most for it."""
    without_random: float
    """Control: the same without as many drawn at random, averaged over several draws."""


class Reason(Versioned):
    """Local explanation: why the model gives a row this answer, compared with a baseline.

    The baseline is the row with everything on it blanked; of a record, rows that the model learned from.
    """

    method: str
    kind: str = "class"
    """The kind of the answer: a class, whose log-odds are pushed, or a number, which is itself."""
    label: str
    """The class that is explained; empty for a number."""
    answer: str
    """The class that the model answers; empty for a number."""
    value: float
    """The probability of the explained class, or the number."""
    blank: float
    """The same for the baseline: where the model starts from."""
    difference: float
    """The log-odds of the explained class, or the number, for the row, less that for the baseline."""
    error: float
    """Completeness error: how far the pushes together are from `difference`, as a share of it."""
    check: FaithfulnessCheck | None = None

    @classmethod
    def upgraded(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Migrates the first release's fields: it knew classes alone, and called the value a probability."""
        return {"value" if name == "probability" else name: value for name, value in fields.items()}


class Explanation(Reason):
    """Local explanation of a text's answer: the words that push it."""

    words: tuple[Push, ...]
    unread: int
    """Truncated words at the end, which the model did not read because the text is too long for it."""


class PictureExplanation(Reason):
    """Local explanation of a picture's answer: the places on it that push it."""

    pushes: tuple[tuple[float, ...], ...]
    """Attribution of each patch, line by line from above; in the units of words' pushes."""
    seen: str
    """The picture as the model sees it, a PNG as base64."""
    overlay: str
    """The same with the pushes drawn over it."""


class ColumnPush(Frozen):
    """Attribution of a column's value in a record: by how much it moved the answer, in the units of words' pushes.

    `low` to `high` is the 95% interval of the push, a mean over reference rows.
    """

    name: str
    value: Value | None
    """Value of the record as the model reads it; None where it is missing."""
    push: float
    low: float
    high: float


class RecordExplanation(Reason):
    """Local explanation of a record's answer: the columns that push it, against rows that the model learned from.

    `blank` is the mean of its answers to these rows.
    """

    columns: tuple[ColumnPush, ...]
    references: int
    """Number of rows that it was compared with."""


class ChangedColumn(Frozen):
    """A column of a record, its value and another in its place; None where it is missing."""

    name: str
    before: Value | None
    after: Value | None


class ClassChange(Frozen):
    """Counterfactual of a record: a change of columns after which the model answers another class.

    Without `columns` no change was found, and `other` is empty.
    """

    answer: str
    probability: float
    other: str
    other_probability: float
    columns: tuple[ChangedColumn, ...]
    asked: int
    """Number of records that the model was asked about."""


class Alike(Frozen):
    """A training row with its cosine similarity to another in the model's embeddings, from -1 to 1.

    `text` is what the model reads of it; of a picture, its reference.
    """

    row_id: str
    text: str
    target: str
    likeness: float


class AlikeRows(Frozen):
    """Nearest neighbours of a row among the training rows, the nearest first, out of `searched` rows."""

    rows: tuple[Alike, ...]
    searched: int


class ClassWord(Frozen):
    """Aggregated attribution of a word to the answers of one class, over the rows of a sample.

    `push` is its mean push in log-odds in a row that has it, `low` to `high` the 95% interval of that mean (Student's
    t over rows), `rows` in how many rows it stands, `weight` its summed push over all rows, per row of the sample.
    """

    word: str
    push: float
    low: float
    high: float
    rows: int
    weight: float


class ClassWords(Frozen):
    """The words that matter most when the model answers `label`, the weightiest first."""

    label: str
    rows: int
    """How many of the sample's rows the model gave this class."""
    words_for: tuple[ClassWord, ...]
    words_against: tuple[ClassWord, ...]


class ModelWords(Frozen):
    """Global explanation: the words that matter most for each class, over a sample of test rows."""

    about: ClassVar[Literal["words"]] = "words"
    method: str
    rows: int
    """Rows in the sample."""
    rows_per_class: int
    """At most so many rows of each answered class were drawn."""
    error: float
    """The median completeness error over the sample."""
    classes: tuple[ClassWords, ...]


class ColumnImportance(Frozen):
    """Permutation importance of a column: by how much worse the headline metric is without what it says of a row.

    In the metric's unit, a share of right answers or a distance; `low` to `high` is its 95% interval.
    """

    name: str
    loss: float
    low: float
    high: float
    matters: bool
    """Whether it is worth something, said with a risk of 5% over all columns together."""


class ColumnShape(Frozen):
    """Partial dependence of the answers on a column: their mean over rows at each of its `values`, with intervals.

    `means`, `lows` and `highs` are (labels, values), the probability of each label, or a number of one unnamed label;
    `lines` is (labels, rows, values), the answers to single rows; `shares` says how many rows have about each value.
    """

    name: str
    is_ordered: bool
    """Whether its values are numbers or dates, in order; else they are names."""
    values: tuple[Value, ...]
    shares: tuple[float, ...]
    labels: tuple[str, ...]
    means: tuple[tuple[float, ...], ...]
    lows: tuple[tuple[float, ...], ...]
    highs: tuple[tuple[float, ...], ...]
    lines: tuple[tuple[tuple[float, ...], ...], ...]


class ModelColumns(Frozen):
    """Global explanation of a model for tables, over test rows: its columns, the weightiest first, and their shapes."""

    about: ClassVar[Literal["columns"]] = "columns"
    metric: str
    score: float
    """Metric of these rows as they are."""
    rows: int
    columns: tuple[ColumnImportance, ...]
    shapes: tuple[ColumnShape, ...]
