"""LIME (Ribeiro, Singh and Guestrin 2016): a local linear model, fitted to the answers to texts with words blanked."""

from typing import TYPE_CHECKING, Any

import numpy as np

from core.callbacks import Watch
from core.explanations.counted import counted

if TYPE_CHECKING:
    import torch

    from core.explanations.aims import Aim
    from core.explanations.reading import TokenizedText

LEAST, PER_WORD, MOST = 200, 12, 2000
"""Number of perturbed texts: at least, for each word, at most."""
WIDTH = 0.25
"""Kernel width: how quickly a variant counts less the more words are blanked; LIME's own value for texts."""
STEADY = 1.0
"""Ridge penalty alpha of the local linear model; LIME's own value."""


class Lime:
    """LIME for texts: blanks words at random and fits a linear model, nearer variants weighing more."""

    name = "lime"
    title = "LIME"
    meaning = (
        "Blanks words at random a few hundred times, and fits a simple rule to the model's answers. "
        "It is about texts close to this one, so its parts add up only roughly."
    )

    def pushes(self, reading: "TokenizedText", aim: "Aim", watch: Watch) -> np.ndarray:
        """Attribution of each word to the score of `aim`, float64 (words,)."""
        import torch
        from captum._utils.models.linear_model import SkLearnLinearModel
        from captum.attr import Lime as Captum

        words = len(reading.words)
        variants = min(MOST, max(LEAST, PER_WORD * words))
        ask = counted(lambda present: aim.score(reading.logits(present)), variants, watch)
        rule = SkLearnLinearModel(sklearn_module="linear_model.Ridge", alpha=STEADY)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            found = Captum(ask, rule, similarity_func=_nearness, perturb_func=_drawn).attribute(
                torch.ones(1, words),
                baselines=torch.zeros(1, words),
                n_samples=variants,
                perturbations_per_eval=reading.at_once,
            )
        return np.asarray(found[0].double())


def _nearness(_text: Any, _variant: Any, present: "torch.Tensor", **_: Any) -> float:
    """Exponential kernel, exp(-distance^2 / width^2); the distance is one minus the cosine of variant and text."""
    kept = float(present.float().mean()) ** 0.5
    return float(np.exp(-((1 - kept) ** 2) / WIDTH**2))


def _drawn(text: "torch.Tensor", **_: Any) -> "torch.Tensor":
    """Random perturbation mask: first how many words are blanked, then which, as LIME draws them for texts."""
    import torch

    words = text.shape[1]
    blanked = int(torch.randint(1, words + 1, ()))
    present = torch.ones(1, words, dtype=torch.long)
    present[0, torch.randperm(words)[:blanked]] = 0
    return present
