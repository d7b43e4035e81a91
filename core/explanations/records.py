"""What explaining gives: pushes of words or places, alike rows, words of classes. Plain values without a model."""

from typing import Any

from core.config import Frozen, Versioned


class Push(Frozen):
    """A word of the text, from character `start` to `end`, and by how much it moved the answer.

    In log-odds of the explained class: above zero it speaks for the class, and 0.69 doubles the odds. Or in the
    number's own unit.
    """

    text: str
    start: int
    end: int
    push: float


class FaithfulnessCheck(Frozen):
    """What taking words out of a text, or covering places of a picture, does to a class's probability or the number.

    It is asked of the model itself.
    """

    words: int
    """How many words, or places, were taken out."""
    without_top: float
    """The probability, or the number, without those that speak most for it."""
    without_random: float
    """The same without as many drawn at random, averaged over several draws."""


class Reason(Versioned):
    """Why the model gives a row this answer, compared with the same row with everything on it blanked."""

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
    """The same when all is blanked: where the model starts from."""
    difference: float
    """The log-odds of the explained class, or the number, for the row, less that for the blanked one."""
    error: float
    """How far the pushes together are from `difference`, as a share of it: the completeness error."""
    check: FaithfulnessCheck | None = None

    @classmethod
    def upgraded(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """The first release knew classes alone, and called the value a probability."""
        return {"value" if name == "probability" else name: value for name, value in fields.items()}


class Explanation(Reason):
    """Why the model gives a text this answer: the words that push it."""

    words: tuple[Push, ...]
    unread: int
    """How many words at the end the model did not read, because the text is too long for it."""


class PictureExplanation(Reason):
    """Why the model gives a picture this answer: the places on it that push it."""

    pushes: tuple[tuple[float, ...], ...]
    """By how much each patch moves the answer, line by line from above; as those of words."""
    seen: str
    """The picture as the model sees it, a PNG as base64."""
    overlay: str
    """The same with the pushes drawn over it."""


class Alike(Frozen):
    """A row that the model learned from, and how alike it is in the model's eyes: the cosine, from -1 to 1.

    `text` is what the model reads of it; of a picture, its reference.
    """

    row_id: str
    text: str
    target: str
    likeness: float


class AlikeRows(Frozen):
    """The rows that the model learned from that are most like another, the nearest first, out of `searched` rows."""

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
