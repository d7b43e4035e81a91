"""Integrated Gradients (Sundararajan, Taly and Yan 2017): what each word adds on the way from blank to text."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from core.callbacks import Watch

if TYPE_CHECKING:
    import torch

    from core.explanations.aims import Aim
    from core.explanations.reading import TokenizedText

STEPS = (16, 48, 144)
"""Quadrature points on the path, tried in turn until the pushes add up."""
ENOUGH = 0.02
"""The completeness error that needs no more points."""


class IntegratedGradients:
    """Integrated Gradients for texts: from all words blanked to the text, gradients summed along a straight path."""

    name = "integrated_gradients"
    title = "Integrated gradients"
    meaning = (
        "Brings all words back gradually from a blanked text, and adds up how the answer leans on each. "
        "Quick, and its parts add up to the whole."
    )

    def pushes(self, reading: "TokenizedText", aim: "Aim", watch: Watch) -> np.ndarray:
        """Attribution of each word to the score of `aim`, float64 (words,)."""
        import torch

        outputs = torch.stack(reading.both())
        text, blank = aim.score(outputs).tolist()
        found, done = np.zeros(len(reading.words)), 0
        for steps in STEPS:
            found = _along(reading, aim, steps, partial(_tell, watch, done, steps))
            done += steps
            if abs(found.sum() - (text - blank)) <= ENOUGH * abs(text - blank):
                break
        return found


def _tell(watch: Watch, before: int, steps: int, done: int) -> None:
    watch(before + done, before + steps)


def _along(reading: "TokenizedText", aim: "Aim", steps: int, tell: Callable[[int], None]) -> np.ndarray:
    """The pushes by Gauss-Legendre quadrature over `steps` points on the straight path between the embeddings."""
    import torch
    from captum.attr import IntegratedGradients as Captum

    from core.explanations.reading import NO_WORD

    model = reading.model.network
    embed = model.get_input_embeddings()
    with torch.no_grad():
        here, blank = embed(reading.ids[None]), embed(reading.blank_ids[None])
    done = 0

    def ask(embeddings: "torch.Tensor") -> "torch.Tensor":
        nonlocal done
        done += len(embeddings)
        tell(min(done, steps))
        return aim.score(model(inputs_embeds=embeddings).logits.double())

    parts = Captum(ask).attribute(here, blank, n_steps=steps, internal_batch_size=reading.at_once)
    by_token = parts[0].sum(dim=-1).double()
    pushes = torch.zeros(len(reading.words), dtype=torch.float64, device=by_token.device)
    owned = reading.owners != NO_WORD
    return pushes.index_add(0, reading.owners[owned], by_token[owned]).cpu().numpy()
