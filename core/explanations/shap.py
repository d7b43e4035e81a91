"""SHAP values (Lundberg and Lee 2017): each word's mean marginal contribution over sampled orders of the words."""

from typing import TYPE_CHECKING

import numpy as np

from core.callbacks import Watch
from core.explanations.counted import counted

if TYPE_CHECKING:
    from core.explanations.aims import Aim
    from core.explanations.reading import TokenizedText

LEAST, PER_WORD, MOST = 256, 16, 4096
"""Number of perturbed texts: at least, for each word, at most."""


class Shap:
    """Shapley value sampling for texts: words join in random orders, and each gets the mean of what it adds."""

    name = "shap"
    title = "SHAP values"
    meaning = (
        "Lets the words join one by one in random orders, and gives each the mean of what it adds. "
        "Its parts add up exactly; it takes the longest."
    )

    def pushes(self, reading: "TokenizedText", aim: "Aim", watch: Watch) -> np.ndarray:
        """Attribution of each word to the score of `aim`, float64 (words,)."""
        import torch
        from captum.attr import ShapleyValueSampling

        words = len(reading.words)
        orders = max(4, min(MOST, max(LEAST, PER_WORD * words)) // words)
        total = orders * words + 1
        ask = counted(lambda present: aim.score(reading.logits(present)), total, watch)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            found = ShapleyValueSampling(ask).attribute(
                torch.ones(1, words),
                baselines=torch.zeros(1, words),
                n_samples=orders,
                perturbations_per_eval=reading.at_once,
            )
        return np.asarray(found[0].double())
