"""Attribution of one answer to the patches of a picture: how far they add up, and what covering them does."""

import base64

import numpy as np
from numpy.typing import NDArray

from core.callbacks import Watch
from core.explanations.aims import Aim, aim_at
from core.explanations.explain import TAKEN, completeness_error, drawn_parts, named
from core.explanations.pictures import PICTURE_EXPLAINERS
from core.explanations.pictures.overlay import as_png, enlarged, overlay
from core.explanations.pictures.seeing import Seeing
from core.explanations.records import FaithfulnessCheck, PictureExplanation
from core.learners.picture_network import PictureNetwork


def explain_picture(
    model: PictureNetwork,
    picture: str,
    *,
    method: str = "occlusion",
    label: str | None = None,
    watch: Watch = lambda _done, _total: None,
) -> PictureExplanation:
    """Explains why `model` gives `picture`, a reference on the shelf, its answer, or its probability of `label`.

    Raises ConfigError for an unknown method or label, DatasetError for a picture that is not at hand, and what `watch`
    raises.
    """
    explainer = named(method, PICTURE_EXPLAINERS)
    seeing = Seeing(model, picture)
    outputs = seeing.both()
    aim = aim_at(model.target, label, outputs[0])
    pushes = explainer.pushes(seeing, aim, watch)
    whole, covered = aim.score(outputs).tolist()
    value, covered_value = aim.value(outputs).tolist()
    seen = seeing.seen()
    return PictureExplanation(
        method=method,
        kind=model.target.kind,
        label=aim.label,
        answer=aim.answer,
        value=value,
        blank=covered_value,
        difference=whole - covered,
        error=completeness_error(pushes, whole - covered),
        check=check(seeing, aim, pushes * aim.side(whole - covered)),
        pushes=tuple(tuple(map(float, line)) for line in pushes),
        seen=_code(as_png(enlarged(seen))),
        overlay=_code(overlay(seen, pushes)),
    )


def check(seeing: Seeing, aim: Aim, pushes: NDArray[np.float64], *, seed: int = 0) -> FaithfulnessCheck | None:
    """Deletion test: covers a fifth of the patches, those most for the answer, or any; see `explain.check`."""
    taken = int(pushes.size * TAKEN)
    if not taken:
        return None
    drawn = drawn_parts(pushes.ravel(), taken, seed)
    covered = np.zeros((len(drawn), pushes.size), bool)
    for variant, patches in zip(covered, drawn, strict=True):
        variant[patches] = True
    found = aim.value(seeing.without(covered.reshape(len(drawn), *pushes.shape))).cpu().numpy()
    return FaithfulnessCheck(words=taken, without_top=float(found[0]), without_random=float(found[1:].mean()))


def _code(png: bytes) -> str:
    return base64.b64encode(png).decode("ascii")
