"""Integrated Gradients (Sundararajan, Taly and Yan 2017) over the pixels of a picture."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from core.callbacks import Watch
from core.explanations.counted import counted

if TYPE_CHECKING:
    from core.explanations.aims import Aim
    from core.explanations.pictures.seeing import Seeing

STEPS = (32, 96, 256)
"""Quadrature points on the path, tried in turn until the pushes add up."""
ENOUGH = 0.02
"""The completeness error that needs no more points."""


class PictureGradients:
    """Integrated Gradients for pictures: from all covered to the picture, gradients summed along a straight path."""

    name = "integrated_gradients"
    title = "Integrated gradients"
    meaning = (
        "Brings the whole picture back gradually from its average colour, and adds up how the answer leans on each "
        "place. Its parts add up to the whole."
    )

    def pushes(self, seeing: "Seeing", aim: "Aim", watch: Watch) -> np.ndarray:
        """Attribution of each patch to the score of `aim`, float64 (patches down, patches across)."""
        whole, covered = aim.score(seeing.both()).tolist()
        found, done = np.zeros(seeing.patches), 0
        for steps in STEPS:
            found = _along(seeing, aim, steps, partial(_tell, watch, done, steps))
            done += steps
            if abs(found.sum() - (whole - covered)) <= ENOUGH * abs(whole - covered):
                break
        return found


def _tell(watch: Watch, before: int, steps: int, done: int, _total: int) -> None:
    watch(before + done, before + steps)


def _along(seeing: "Seeing", aim: "Aim", steps: int, watch: Watch) -> np.ndarray:
    """The pushes by Gauss-Legendre quadrature over `steps` points on the straight path from the covered picture."""
    from captum.attr import IntegratedGradients as Captum

    ask = counted(lambda values: aim.score(seeing.outputs(values)), steps, watch)
    parts = Captum(ask).attribute(
        seeing.values, baselines=seeing.covered, n_steps=steps, internal_batch_size=seeing.at_once
    )
    return seeing.by_patch(parts[0].sum(dim=0))
