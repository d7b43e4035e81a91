"""One answer explained: which words of the text pushed it, how far they add up, and what leaving them out does."""

import numpy as np
import torch

from core.errors import ConfigError, DatasetError, did_you_mean
from core.explanations import EXPLAINERS
from core.explanations.explainer import Explainer, Watch
from core.explanations.reading import Reading, log_odds
from core.explanations.records import Check, Explanation, Push
from core.explanations.spans import without
from core.predict import Predictor

TAKEN = 0.2
"""The share of words that a check takes out."""
DRAWS = 20
"""How many times a check draws words at random."""


def explain(
    predictor: Predictor,
    text: str,
    *,
    method: str = "integrated_gradients",
    label: str | None = None,
    checked: bool = True,
    watch: Watch = lambda _done, _total: None,
) -> Explanation:
    """Why `predictor` gives `text` its probability of `label`, or of its own answer where none is named.

    Raises ConfigError for an unknown method or label, DatasetError for a text without words, and what `watch` raises.
    """
    explainer = _named(method)
    reading = Reading(predictor, text)
    if not reading.words:
        raise DatasetError("The text has no words, so none of them can have pushed the answer.", "Write some words.")
    outputs = torch.stack(reading.both())
    answer = int(outputs[0].argmax())
    target = answer if label is None else _number(predictor, label)
    pushes = explainer.pushes(reading, target, watch)
    whole, blank = log_odds(outputs, target).tolist()
    probabilities = outputs.softmax(dim=1)[:, target].tolist()
    return Explanation(
        method=method,
        label=predictor.labels[target],
        answer=predictor.labels[answer],
        probability=probabilities[0],
        blank=probabilities[1],
        words=tuple(
            Push(text=text[word.start : word.end], start=word.start, end=word.end, push=float(push))
            for word, push in zip(reading.words, pushes, strict=True)
        ),
        difference=whole - blank,
        error=completeness_error(pushes, whole - blank),
        unread=len(reading.every_word) - len(reading.words),
        check=check(predictor, reading, pushes, target) if checked else None,
    )


def completeness_error(pushes: np.ndarray, difference: float) -> float:
    """|sum of pushes - difference| / |difference|; Sundararajan et al. 2017 call its absence completeness."""
    return float(abs(pushes.sum() - difference) / max(abs(difference), 1e-6))


def check(predictor: Predictor, reading: Reading, pushes: np.ndarray, target: int, *, seed: int = 0) -> Check | None:
    """What taking a fifth of the words out of the text does: those that speak most for the class, or any.

    The text itself is shortened and asked about anew, so nothing here leans on how the pushes were found (the deletion
    test of DeYoung et al. 2020). None for texts of fewer than five words.
    """
    words = len(reading.words)
    taken = int(words * TAKEN)
    if not taken:
        return None
    chance = np.random.default_rng(seed)
    drawn = [np.argsort(-pushes, kind="stable")[:taken]]
    drawn += [chance.choice(words, taken, replace=False) for _ in range(DRAWS)]
    texts = [without(reading.text, reading.words, {int(word) for word in one}) for one in drawn]
    found = predictor.predict(texts)[:, target].astype(float)
    return Check(words=taken, without_top=float(found[0]), without_random=float(found[1:].mean()))


def _named(method: str) -> Explainer:
    if method not in EXPLAINERS:
        raise ConfigError(
            f"There is no way to explain called '{method}'. There are: {', '.join(EXPLAINERS)}.",
            did_you_mean(method, EXPLAINERS),
        )
    return EXPLAINERS[method]


def _number(predictor: Predictor, label: str) -> int:
    if label not in predictor.labels:
        raise ConfigError(
            f"The model knows no class '{label}'. It knows: {', '.join(predictor.labels[:20])}.",
            did_you_mean(label, predictor.labels),
        )
    return predictor.labels.index(label)
