"""Global explanation: the words that matter most for each class, from explanations of a sample of rows."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial

import numpy as np

from core.callbacks import Watch
from core.explanations.explain import explain
from core.explanations.records import ClassWord, ClassWords, Explanation, ModelWords
from core.explanations.spans import words_of
from core.learners.network import TextNetwork
from core.targets import ClassTarget, Target

LEAST_ROWS = 3
"""Minimum document frequency: a word must stand in so many of a class's rows to be named."""
SHOWN = 15
MOST_ROWS = 400
"""The sample is never larger, so that many classes do not take an hour."""


def model_words(
    model: TextNetwork,
    texts: Sequence[str],
    answers: Sequence[str],
    *,
    rows_per_class: int = 12,
    method: str = "integrated_gradients",
    seed: int = 0,
    watch: Watch = lambda _done, _total: None,
) -> ModelWords:
    """Words that matter most for each class: `texts` are drawn by their `answers`, each explained for its own."""
    chosen = drawn(texts, answers, rows_per_class, seed)
    explained: dict[str, list[Explanation]] = defaultdict(list)
    for done, number in enumerate(chosen):
        here = partial(_tell, watch, done, len(chosen))
        found = explain(model, texts[number], method=method, checked=False, watch=here)
        explained[found.answer].append(found)
    every = [one for some in explained.values() for one in some]
    return ModelWords(
        method=method,
        rows=len(every),
        rows_per_class=rows_per_class,
        error=float(np.median([one.error for one in every])) if every else 0.0,
        classes=tuple(_of_class(label, explained[label]) for label in _labels(model.target) if label in explained),
    )


def _labels(target: Target) -> tuple[str, ...]:
    """The classes; one without a name where the answers are numbers."""
    return target.labels if isinstance(target, ClassTarget) else ("",)


def _tell(watch: Watch, done: int, rows: int, _done: int, _total: int) -> None:
    watch(done, rows)


def drawn(texts: Sequence[str], answers: Sequence[str], rows_per_class: int, seed: int) -> list[int]:
    """Stratified sample of row positions with words, by `seed`: up to `rows_per_class` an answer, MOST_ROWS in all."""
    taken: dict[str, int] = defaultdict(int)
    most = max(1, min(rows_per_class, MOST_ROWS // max(1, len(set(answers)))))
    chosen = []
    for number in np.random.default_rng(seed).permutation(len(texts)).tolist():
        if taken[answers[number]] < most and words_of(texts[number]):
            taken[answers[number]] += 1
            chosen.append(number)
    return chosen


def _of_class(label: str, explained: list[Explanation]) -> ClassWords:
    heaviest = sorted(summed(explained), key=lambda word: (-word.weight, word.word))
    return ClassWords(
        label=label,
        rows=len(explained),
        words_for=tuple(word for word in heaviest[:SHOWN] if word.weight > 0),
        words_against=tuple(word for word in heaviest[::-1][:SHOWN] if word.weight < 0),
    )


def summed(explained: Sequence[Explanation]) -> list[ClassWord]:
    """Aggregated attributions: each word of at least LEAST_ROWS rows, capitals aside, with its mean push in them."""
    by_word: dict[str, list[float]] = defaultdict(list)
    for one in explained:
        for word, push in _by_word(one).items():
            by_word[word].append(push)
    return [
        _class_word(word, np.asarray(pushes), len(explained))
        for word, pushes in by_word.items()
        if len(pushes) >= LEAST_ROWS
    ]


def _by_word(one: Explanation) -> dict[str, float]:
    """Attribution by distinct word of a text, its occurrences added up; punctuation is left out."""
    found: dict[str, float] = defaultdict(float)
    for push in one.words:
        if any(character.isalnum() for character in push.text):
            found[push.text.casefold()] += push.push
    return found


def _class_word(word: str, pushes: np.ndarray, sample: int) -> ClassWord:
    from scipy.stats import t as student

    mean, rows = float(pushes.mean()), len(pushes)
    spread = float(student.ppf(0.975, rows - 1) * pushes.std(ddof=1) / rows**0.5)
    return ClassWord(
        word=word, push=mean, low=mean - spread, high=mean + spread, rows=rows, weight=float(pushes.sum()) / sample
    )
