"""Attribution of one answer to the words of a text: how far they add up, and what leaving them out does."""

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
import torch

from core.callbacks import Watch
from core.errors import ConfigError, DatasetError, did_you_mean
from core.explanations import EXPLAINERS
from core.explanations.aims import Aim, aim_at
from core.explanations.explainer import Explainer
from core.explanations.reading import TokenizedText
from core.explanations.records import Explanation, FaithfulnessCheck, Push
from core.explanations.spans import without
from core.learners.network import TextNetwork

TAKEN = 0.2
"""Share of the words that a deletion test takes out."""
DRAWS = 20
"""Random draws of words in a deletion test."""

Way = TypeVar("Way")


def explain(
    model: TextNetwork,
    text: str,
    *,
    method: str = "integrated_gradients",
    label: str | None = None,
    checked: bool = True,
    watch: Watch = lambda _done, _total: None,
) -> Explanation:
    """Explains why `model` gives `text` its answer, or its probability of the class `label` where one is named.

    Raises ConfigError for an unknown method or label, DatasetError for a text without words, and what `watch` raises.
    """
    explainer: Explainer = named(method, EXPLAINERS)
    reading = TokenizedText(model, text)
    if not reading.words:
        raise DatasetError("The text has no words, so none of them can have pushed the answer.", "Write some words.")
    outputs = torch.stack(reading.both())
    aim = aim_at(model.target, label, outputs[0])
    pushes = explainer.pushes(reading, aim, watch)
    whole, blank = aim.score(outputs).tolist()
    value, blank_value = aim.value(outputs).tolist()
    return Explanation(
        method=method,
        kind=model.target.kind,
        label=aim.label,
        answer=aim.answer,
        value=value,
        blank=blank_value,
        words=tuple(
            Push(text=text[word.start : word.end], start=word.start, end=word.end, push=float(push))
            for word, push in zip(reading.words, pushes, strict=True)
        ),
        difference=whole - blank,
        error=completeness_error(pushes, whole - blank),
        unread=len(reading.every_word) - len(reading.words),
        check=check(model, reading, aim, pushes * aim.side(whole - blank)) if checked else None,
    )


def completeness_error(pushes: np.ndarray, difference: float) -> float:
    """Relative completeness error, |sum of pushes - difference| / |difference| (Sundararajan et al. 2017)."""
    return float(abs(pushes.sum() - difference) / max(abs(difference), 1e-6))


def check(
    model: TextNetwork, reading: TokenizedText, aim: Aim, pushes: np.ndarray, *, seed: int = 0
) -> FaithfulnessCheck | None:
    """Deletion test of faithfulness: a fifth of the words is taken out, those that speak most for the answer, or any.

    `pushes` are above 0 for words that speak for it.

    The text itself is shortened and asked about anew, so nothing here leans on how the pushes were found (the deletion
    test of DeYoung et al. 2020). None for texts of fewer than five words.
    """
    words = len(reading.words)
    taken = int(words * TAKEN)
    if not taken:
        return None
    drawn = drawn_parts(pushes, taken, seed)
    texts = [without(reading.text, reading.words, {int(word) for word in one}) for one in drawn]
    found = aim.value(torch.from_numpy(model.outputs(texts)).double()).numpy()
    return FaithfulnessCheck(words=taken, without_top=float(found[0]), without_random=float(found[1:].mean()))


def drawn_parts(pushes: np.ndarray, taken: int, seed: int) -> list[np.ndarray]:
    """Positions of the `taken` parts that push most, and DRAWS times as many drawn at random."""
    chance = np.random.default_rng(seed)
    drawn = [np.argsort(-pushes, kind="stable")[:taken]]
    return drawn + [chance.choice(len(pushes), taken, replace=False) for _ in range(DRAWS)]


def named(method: str, ways: Mapping[str, Way]) -> Way:
    """Attribution method of this name. Raises ConfigError."""
    if method not in ways:
        raise ConfigError(
            f"There is no way to explain called '{method}'. There are: {', '.join(ways)}.", did_you_mean(method, ways)
        )
    return ways[method]
