"""Occlusion (Zeiler and Fergus 2014): a small cover moves over the picture, and the answer is watched."""

from typing import TYPE_CHECKING

import numpy as np

from core.callbacks import Watch
from core.explanations.counted import counted

if TYPE_CHECKING:
    from core.explanations.aims import Aim
    from core.explanations.pictures.seeing import Seeing

COVER = 2
"""Window size, in patches; the stride is one."""


class Occlusion:
    """Occlusion with a sliding window: covers the picture place by place, and sees what the answer loses."""

    name = "occlusion"
    title = "Occlusion"
    meaning = (
        "Covers the picture place by place with its average colour, and looks how far the answer moves. "
        "Easy to picture; places that can stand in for each other are made too little of, so its parts add up roughly."
    )

    def pushes(self, seeing: "Seeing", aim: "Aim", watch: Watch) -> np.ndarray:
        """Attribution of each patch to the score of `aim`, float64 (patches down, patches across).

        A cover's effect is shared out evenly among the patches below it; a patch has the mean over all covers.
        """
        import torch
        from captum.attr import Occlusion as Captum

        down, across = (max(1, patches - COVER + 1) for patches in seeing.patches)
        cover = min(COVER * seeing.side, seeing.height), min(COVER * seeing.side, seeing.width)
        total = down * across + 1
        ask = counted(lambda values: aim.score(seeing.outputs(values)), total, watch)
        with torch.inference_mode():
            found = Captum(ask).attribute(
                seeing.values,
                sliding_window_shapes=(seeing.channels, *cover),
                strides=(seeing.channels, seeing.side, seeing.side),
                baselines=0,
                perturbations_per_eval=seeing.at_once,
            )
        points = found[0, 0] / (cover[0] * cover[1])
        return seeing.by_patch(points)
