"""What explaining gives: pushes of words, alike rows, words of classes. Plain values, with no model behind them."""

from typing import Any

from core.config import Frozen, Kept


class Push(Frozen):
    """A word of the text, from character `start` to `end`, and by how much it moved the answer.

    In log-odds of the explained class: above zero it speaks for the class, and 0.69 doubles the odds. Or in the
    number's own unit.
    """

    text: str
    start: int
    end: int
    push: float


class Check(Frozen):
    """What taking words out of the text does to a class's probability or to the number, asked of the model itself."""

    words: int
    """How many words were taken out."""
    without_top: float
    """The probability, or the number, without the words that speak most for it."""
    without_random: float
    """The same without as many words drawn at random, averaged over several draws."""


class Explanation(Kept):
    """Why the model gives a text this answer, compared with the same text with every word blanked."""

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
    """The same when every word is blanked: where the model starts from."""
    words: tuple[Push, ...]
    difference: float
    """The log-odds of the explained class, or the number, for the text, less that for the blanked text."""
    error: float
    """How far the words' pushes together are from `difference`, as a share of it: the completeness error."""
    unread: int
    """How many words at the end the model did not read, because the text is too long for it."""
    check: Check | None = None

    @classmethod
    def upgraded(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """The first release knew classes alone, and called the value a probability."""
        return {"value" if name == "probability" else name: value for name, value in fields.items()}


class Alike(Frozen):
    """A row that the model learned from, and how alike it is in the model's eyes: the cosine, from -1 to 1."""

    row_id: str
    text: str
    target: str
    likeness: float


class AlikeRows(Frozen):
    """The rows that the model learned from that are most like a text, the nearest first, out of `searched` rows."""

    rows: tuple[Alike, ...]
    searched: int


class ClassWord(Frozen):
    """A word and its part in the answers of one class, over the rows of a sample.

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
    """The words that matter most for each class, over a sample of held-out rows."""

    method: str
    rows: int
    """Rows in the sample."""
    rows_per_class: int
    """At most so many rows of each answered class were drawn."""
    error: float
    """The median completeness error over the sample."""
    classes: tuple[ClassWords, ...]
