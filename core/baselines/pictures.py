"""Picture baselines: logistic regression on what small copies of the pictures show, their pixels or their edges.

They learn from training rows alone and the inverse regularisation strength C is chosen by log loss on the validation
rows where there are enough, else on folds of the training rows. So that each takes a minute at most, it learns from
at most MOST_ROWS rows, each class in its share.
"""

import io
import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.special import log_softmax, softmax

from core.answers import ClassAnswers
from core.arrays import Integers
from core.baselines.majority import majority
from core.baselines.tfidf import ENOUGH_TO_CHOOSE, FOLDS, stratified_folds
from core.callbacks import PictureBytes
from core.models.looking import BOX, Preprocessing
from core.targets import ClassTarget

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression

    from core.data.splits.parts import Part
    from core.preparation import Prepared

Float32s = NDArray[np.float32]
Pictures = NDArray[np.uint8]
"""Pictures of one size, (rows, height, width, channels)."""
Trial = tuple[Float32s, Integers, Float32s, Integers]
"""Training and evaluation rows of one fold, each with their classes."""

SAMPLE = 200
MOST_ROWS = 20_000
MOST_TO_CHOOSE = 4_000
STRENGTHS = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
"""Grid of the inverse regularisation strength C (scikit-learn), for rows of about unit norm."""
FIRST_STRENGTH = 3.0
PASSES = 100
COLOURED = 8
"""A picture is coloured where its channels differ by more than this on average."""
LEAST_SCORE = 1e-6
"""Probability floor of a class that was not taught."""
CELL = 4
"""Side of a cell, in pixels."""
MOST_CELLS, DIRECTIONS = 8, 8
"""Cells a side, at most, and bins of direction in each."""
AT_ONCE = 500


@dataclass(frozen=True)
class PictureFeatures:
    """Feature extractor for small copies of pictures, by its name; `side` is the largest side of a copy."""

    name: str
    side: int
    extract: Callable[[Pictures], Float32s]

    def look(self, pictures: Sequence[str], source: PictureBytes) -> Preprocessing:
        """Preprocessing of the pictures: size and colour channels, by the medians of a sample."""
        sides, colours = [], []
        for picture in pictures[:: max(1, len(pictures) // SAMPLE)]:
            image = Image.open(io.BytesIO(source(picture)), formats=("PNG", "JPEG"))
            sides.append(max(image.size))
            layers = np.asarray(image.convert("RGB").resize((16, 16)), np.int16)
            colours.append(np.abs(layers - layers.mean(axis=2, keepdims=True)).mean())
        side = int(min(self.side, np.median(sides)))
        channels = 3 if np.median(colours) > COLOURED else 1
        return Preprocessing(side, side, resample=BOX, channels=channels, mean=(0.0,) * channels, std=(1.0,) * channels)

    def of(self, pictures: Sequence[str], rows: Integers, source: PictureBytes, look: Preprocessing) -> Float32s:
        """Features of these pictures, (rows, features)."""
        from core.inputs.picture.encoded import looked_at

        found = [
            self.extract(np.stack([looked_at(source(pictures[row]), look) for row in rows[start : start + AT_ONCE]]))
            for start in range(0, len(rows), AT_ONCE)
        ]
        return np.concatenate(found) if found else np.empty((0, 1), np.float32)


def pixel_values(pictures: Pictures) -> Float32s:
    """Pixel values, channels included, 0 to 1."""
    values: Float32s = pictures.reshape(len(pictures), -1).astype(np.float32)
    values /= 255
    return values


def edges_and_colours(pictures: Pictures) -> Float32s:
    """Histograms of gradient directions in a grid of cells, square-rooted, and the cells' mean colours.

    The histograms are a SIFT descriptor of the whole picture (Lowe 2004) with more cells, as in Dalal and Triggs 2005,
    and the root as in Arandjelovic and Zisserman 2012; their norm is 1. Colours are scaled to at most about that.
    """
    import torch
    from kornia.feature import SIFTDescriptor

    side = pictures.shape[1]
    cells = max(1, min(MOST_CELLS, side // CELL))
    descriptor = SIFTDescriptor(side, DIRECTIONS, cells, rootsift=True)
    values = torch.from_numpy(pictures).permute(0, 3, 1, 2).to(torch.float32) / 255
    with torch.inference_mode():
        colours = torch.nn.functional.adaptive_avg_pool2d(values, cells).flatten(1) / cells
        found: Float32s = torch.cat([descriptor(values.mean(1, keepdim=True)), colours], 1).numpy()
    return found


RAW_PIXELS = PictureFeatures("raw-pixel", 32, pixel_values)
GRADIENTS = PictureFeatures("edge-and-colour", 64, edges_and_colours)


def linear(
    features: PictureFeatures,
    prepared: "Prepared",
    source: PictureBytes,
    seed: int,
    say: Callable[[str], None] | None = None,
) -> tuple[ClassAnswers, ClassAnswers]:
    """The baseline's scores for the test rows, and for the validation rows that thresholds are chosen on.

    `source` gives the file of a picture by its reference.

    The same rows and seed give the same scores. `say` hears what was chosen, in one line. Where the training rows have
    one class only it answers as the majority does.
    """
    target = prepared.target
    assert isinstance(target, ClassTarget)  # noqa: S101  # a baseline of tasks that learn classes
    codes = target.encode(prepared.train.targets)
    if len(np.unique(codes)) < 2:
        return majority(prepared)
    look = features.look(prepared.train.inputs, source)
    some = sample(codes, MOST_ROWS, seed)
    points, codes = features.of(prepared.train.inputs, some, source, look), codes[some]
    scale = Scaler(points)
    trials = _trials(
        scale(points), codes, prepared, seed, lambda part, rows: scale(features.of(part, rows, source, look))
    )
    strength, loss = choose(trials, seed)
    model = fit(scale(points), codes, strength, seed)
    if say is not None:
        colour = "coloured" if look.channels == 3 else "grey"
        say(
            f"The {features.name} model reads {look.words}, {colour}, of {len(some):,} rows; C={strength:g}, "
            f"log loss {loss:.3f} where it was chosen."
        )

    def scored(part: "Part") -> ClassAnswers:
        scores = np.zeros((len(part), target.size), np.float32)
        for start in range(0, len(part), MOST_TO_CHOOSE):
            block = np.arange(start, min(start + MOST_TO_CHOOSE, len(part)))
            logits = logits_of(model, scale(features.of(part.inputs, block, source, look)))
            scores[np.ix_(block, model.classes_)] = softmax(logits, axis=1)
        return ClassAnswers(part.row_ids, part.targets, target.labels, scores)

    return scored(prepared.test), scored(prepared.choosing)


class Scaler:
    """Scaler: centres rows on the mean picture and divides by their root-mean-square norm."""

    def __init__(self, points: Float32s) -> None:
        self.mean = points.mean(axis=0)
        self.length = max(float(np.sqrt(points.var(axis=0, dtype=np.float64).sum())), 1e-6)

    def __call__(self, points: Float32s) -> Float32s:
        """The scaled rows."""
        scaled: Float32s = (points - self.mean) / self.length
        return scaled


def sample(codes: Integers, most: int, seed: int) -> Integers:
    """Stratified sample of at most `most` rows; all of them where there are no more."""
    parts = math.ceil(len(codes) / most)
    return np.flatnonzero(stratified_folds(codes, parts, seed) == 0)


def _trials(
    points: Float32s,
    codes: Integers,
    prepared: "Prepared",
    seed: int,
    features_of: Callable[[Sequence[str], Integers], Float32s],
) -> list[Trial]:
    """Evaluation folds: the validation rows as one, or cross-validation folds of the training rows."""
    some = sample(codes, MOST_TO_CHOOSE, seed)
    points, codes = points[some], codes[some]
    part, target = prepared.validation, prepared.target
    assert isinstance(target, ClassTarget)  # noqa: S101  # as above
    if len(part) >= ENOUGH_TO_CHOOSE:
        judged = np.linspace(0, len(part) - 1, min(len(part), MOST_TO_CHOOSE)).astype(np.int64)
        right = target.encode(part.targets)[judged]
        return [(points, codes, features_of(part.inputs, judged), right)]
    fold = stratified_folds(codes, FOLDS, seed)
    inside = [fold != number for number in range(min(FOLDS, math.ceil(1_000 * FOLDS / len(codes))))]
    return [
        (points[learn], codes[learn], points[~learn], codes[~learn])
        for learn in inside
        if len(np.unique(codes[learn])) > 1 and not learn.all()
    ]


def choose(trials: Sequence[Trial], seed: int) -> tuple[float, float]:
    """The C with the least log loss, found by hill climbing from the middle of the grid, and that loss."""
    start = STRENGTHS.index(FIRST_STRENGTH)
    best, least = FIRST_STRENGTH, judge(trials, FIRST_STRENGTH, seed)
    for grid in (STRENGTHS[start + 1 :], STRENGTHS[:start][::-1]):
        for strength in grid:
            loss = judge(trials, strength, seed)
            if loss >= least:
                break
            best, least = strength, loss
        if best != FIRST_STRENGTH:
            break
    return best, least


def judge(trials: Sequence[Trial], strength: float, seed: int) -> float:
    """The mean log loss of all judged rows; infinite when there is nothing to judge by."""
    losses = []
    for points, codes, judged, right in trials:
        model = fit(points, codes, strength, seed)
        logs = log_softmax(logits_of(model, judged).astype(np.float64), axis=1)
        column = np.searchsorted(model.classes_, right).clip(max=len(model.classes_) - 1)
        taught = model.classes_[column] == right
        own = np.where(taught, logs[np.arange(len(right)), column], -np.inf)
        losses.append(-np.maximum(own, math.log(LEAST_SCORE)))
    return float(np.concatenate(losses).mean()) if losses else math.inf


def fit(points: Float32s, codes: Integers, strength: float, seed: int) -> "LogisticRegression":
    """Multinomial logistic regression by L-BFGS, the fastest of scikit-learn's on dense rows."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=PASSES, tol=1e-3, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(points, codes)


def logits_of(model: "LogisticRegression", points: Float32s) -> Float32s:
    """Logits of shape (rows, classes), for two classes too."""
    logits = np.asarray(model.decision_function(points), np.float32)
    return np.column_stack((np.zeros(len(logits), np.float32), logits)) if logits.ndim == 1 else logits
