"""A predictor of numbers that answers and explains at once and without a model."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.explanations import Alike, AlikeRows, ClassWord, ClassWords, Explanation, FaithfulnessCheck, ModelWords, Push
from core.explanations.orders import AlikeOrder, WhyOrder, WordsOrder
from core.explanations.spans import words_of
from storage import PredictorAddress
from tests.dashboard import explained
from tests.dashboard.seed_numbers import MOODS

RANGE = 0.8


def value_of(text: str) -> float:
    """The moods of the text's words added up."""
    return round(sum(MOODS.get(word.casefold(), 0.0) for word in text.split()), 3)


def prediction(text: str) -> dict[str, float | None]:
    """The number of a text; none of a blank one, and no range where a text says so."""
    if not text.strip():
        return {"value": None}
    value, reach = value_of(text), None if "unsure" in text else RANGE
    ends = (None, None) if reach is None else (value - reach, value + reach)
    return {"value": value, "estimate": value, "low": ends[0], "high": ends[1]}


def explanation(order: WhyOrder) -> Explanation:
    """Each word pushes by its own mood."""
    words = [
        Push(text=order.cell[one.start : one.end], start=one.start, end=one.end, push=0.0)
        for one in words_of(order.cell)
    ]
    pushed = tuple(one.model_copy(update={"push": MOODS.get(one.text.casefold(), 0.0)}) for one in words)
    value = value_of(order.cell)
    return Explanation(
        method=order.method, kind="number", label="", answer="", value=value, blank=0.1, words=pushed,
        difference=value - 0.1, error=0.004, unread=0,
        check=FaithfulnessCheck(words=2, without_top=0.2 * value, without_random=0.9 * value),
    )  # fmt: skip


def alike(order: AlikeOrder) -> AlikeRows:
    """Three rows near the text's own number."""
    value = value_of(order.cell)
    rows = [Alike(row_id=str(n), text=f"{order.cell} {n}", target=str(value + n - 1), likeness=0.9) for n in range(3)]
    return AlikeRows(rows=tuple(rows), searched=200)


def words(order: WordsOrder) -> ModelWords:
    """Every word that has a mood."""
    found = [
        ClassWord(word=word, push=mood, low=mood - 0.2, high=mood + 0.2, rows=9, weight=mood)
        for word, mood in MOODS.items()
        if mood
    ]
    up = tuple(sorted((one for one in found if one.push > 0), key=lambda one: -one.push))
    down = tuple(sorted((one for one in found if one.push < 0), key=lambda one: one.push))
    only = ClassWords(label="", rows=120, words_for=up, words_against=down)
    return ModelWords(method=order.method, rows=120, rows_per_class=order.rows_per_class, error=0.01, classes=(only,))


class Explainer(explained.Explainer):
    """Speaks as the predictor does of a run of numbers."""

    ways = {"why": (WhyOrder, explanation), "alike": (AlikeOrder, alike), "words": (WordsOrder, words)}  # noqa: RUF012

    def predictions(self, rows: list[dict[str, str]]) -> dict[str, object]:
        """Numbers with their ranges."""
        return {"kind": "number", "predictions": [prediction(row["text"] or "") for row in rows]}


@contextmanager
def explainer() -> Iterator[tuple[PredictorAddress, type[explained.Explainer]]]:
    """The stand-in, listening; its address, and what it remembers."""
    with explained.listening(Explainer) as found:
        yield found
