"""An example of every kind of input and of answer, by which the contract suites try whatever is registered.

The suites walk the registries: a kind that has no example here fails them, and its example is all that it has to add.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from core.answers import Answers, ClassAnswers, NumberAnswers
from core.config import RunConfig, make_config
from core.data.pictures.pack import reference
from core.data.pictures.picture import read_picture
from core.inputs.picture import shelf
from core.tasks import Task
from tests.core.pictures.made import image, saved

GROUPS = 3
"""Rows of an example belong to one of so many groups, in turn; what is to be read tells which."""


@dataclass(frozen=True)
class InputExample:
    """Cells that are all different, the group of each plain to see.

    `twins` are cells and others that are equal to whoever reads them; `beside` gives the columns that stand beside
    cells in a dataset, `files` what they refer to.
    """

    cells: tuple[str, ...]
    twins: Mapping[str, str]
    blanks: tuple[str, ...]
    model: Callable[[Path, Path], str]
    """Puts a tiny pretrained model into a models folder, built in another; gives its name."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    beside: Callable[[Sequence[str]], pd.DataFrame] = lambda cells: pd.DataFrame(index=range(len(cells)))
    columns: Mapping[str, str] | None = None
    """What each column is read as, of inputs that stand in several."""

    def named(self, column: str) -> Any:
        """Value of the setting that says where the inputs stand: the one `column`, or all columns."""
        return column if self.columns is None else dict(self.columns)

    def at_hand(self) -> AbstractContextManager[None]:
        """Inside, what the cells refer to can be read."""
        return shelf.holding(self.files)

    def frame(self, column: str, cells: Sequence[str]) -> pd.DataFrame:
        """The cells as a column of a dataset, or as several, with what stands beside them."""
        if self.columns is None:
            return self.beside(cells).assign(**{column: list(cells)})
        return pd.DataFrame([json.loads(cell or "{}") for cell in cells], columns=list(self.columns), dtype=object)


@dataclass(frozen=True)
class TargetExample:
    """Cells as a file has them, one for each of 60 rows, in the groups of the inputs.

    `outputs` are those of a network that is right about encoded targets, or about none where told so. `settings` are
    ways to learn that are tried.
    """

    cells: tuple[str, ...]
    unreadable: tuple[object, ...]
    outputs: Callable[[np.ndarray, int, bool], np.ndarray]
    settings: tuple[Mapping[str, Any], ...] = ({},)


@dataclass(frozen=True)
class AnswerExample:
    """Answers to so many rows that are right mostly, and answers to the same rows that are all right."""

    mostly: Callable[[int], Answers]
    right: Callable[[int], Answers]


def _texts() -> tuple[str, ...]:
    chance = np.random.default_rng(0)
    words = ["the", "a", "is", "was", "very", "price", "bank"]
    return tuple(
        " ".join([*chance.choice(words, int(chance.integers(2, 30))), ("oil", "ship", "angry")[n % GROUPS], str(n)])
        for n in range(60)
    )


def _tiny_text(source: Path, models: Path) -> str:
    from tests.tiny import make_tiny

    make_tiny(source, models)
    return "local:tiny"


def _picture(number: int) -> Image.Image:
    """Waves, dark in the first group and bright in the last."""
    return image(number, (24, 24)).point(lambda value: 40 + 70 * (number % GROUPS) + value // 4)


@cache
def _files() -> dict[str, bytes]:
    """Sixty pictures, and twins of the first five that were saved otherwise."""
    whole = [saved(_picture(number)) for number in range(60)]
    again = [saved(_picture(number), compress_level=0) for number in range(5)]
    return {reference(content, "png"): content for content in [*whole, *again]}


def _measured(cells: Sequence[str]) -> pd.DataFrame:
    """What the intake measures of pictures."""
    found = [read_picture(_files()[cell]) if cell else None for cell in cells]
    numbers = {
        name: np.array([getattr(one, name, np.nan) for one in found], np.float64)
        for name in ("width", "height", "brightness", "contrast")
    }
    return pd.DataFrame({**numbers, "perceptual_hash": [one.perceptual_hash if one else None for one in found]})


def _tiny_picture(source: Path, models: Path) -> str:
    import torch
    from transformers import ViTConfig, ViTForImageClassification

    from core.models import add_local
    from core.models.looking import Preprocessing, save_look

    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    ViTForImageClassification(ViTConfig(image_size=24, patch_size=8, **sizes)).save_pretrained(source)
    save_look(Preprocessing(24, 24, mean=(0.5,) * 3, std=(0.25,) * 3), source)
    return add_local(source, "tiny-vit", models)


def _records() -> tuple[str, ...]:
    """Measures, places and days; the place and the size of each tell its group."""
    chance = np.random.default_rng(0)
    return tuple(
        json.dumps(
            {
                "size": round(50 * (n % GROUPS) + float(chance.normal(0, 8)), 2),
                "place": ("Köln", "Lyon", "上海")[n % GROUPS] if n % 7 else None,
                "since": f"2026-0{1 + n % 9}-1{n % 10}",
                "insured": bool(n % 2),
                "visits": n if n % 5 else None,
            },
            ensure_ascii=False,
            separators=(", ", ": "),
        )
        for n in range(60)
    )


@cache
def inputs() -> dict[str, InputExample]:
    """By the name of the inputs."""
    texts, files = _texts(), _files()
    names = list(files)
    return {
        "text": InputExample(
            cells=texts,
            twins={texts[n]: f" {texts[n].upper()}\n" for n in range(5)} | {"caf\u00e9 7": "CAFE\u0301  7"},
            blanks=("", " \t", "\u200b"),
            model=_tiny_text,
            settings={"task.max_tokens": 24},
        ),
        "picture": InputExample(
            cells=tuple(names[:60]),
            twins=dict(zip(names[:5], names[60:], strict=True)),
            blanks=("",),
            model=_tiny_picture,
            files=files,
            beside=_measured,
        ),
        "table": InputExample(
            cells=_records(),
            twins={cell: cell for cell in _records()[:5]},
            blanks=("",),
            model=lambda _source, _models: "none",
            columns={"size": "number", "place": "class", "since": "date", "insured": "yes_no", "visits": "number"},
        ),
    }


def _class_outputs(encoded: np.ndarray, size: int, is_right: bool) -> np.ndarray:
    return (np.eye(size)[encoded if is_right else (encoded + 1) % size] * 6).astype(np.float32)


def _number_outputs(encoded: np.ndarray, _size: int, is_right: bool) -> np.ndarray:
    return (encoded if is_right else -encoded - 1)[:, None].astype(np.float32)


TARGETS = {
    "class": TargetExample(
        cells=tuple(("energy", "freight", "mood")[n % GROUPS] for n in range(60)),
        unreadable=(None, "", " "),
        outputs=_class_outputs,
        settings=({}, {"class_weights": True}, {"label_smoothing": 0.1, "method": "full"}),
    ),
    "number": TargetExample(
        cells=tuple(f"{1000 * (n % GROUPS) + n * 0.5:,.2f} €" for n in range(60)),
        unreadable=(None, "", "no idea"),
        outputs=_number_outputs,
        settings=({"loss": "mse"}, {"loss": "mae"}, {"loss": "huber"}),
    ),
}
"""By the name of the targets."""


def _classes(rows: int, flips: float) -> ClassAnswers:
    chance = np.random.default_rng(rows)
    targets = chance.integers(0, GROUPS, rows)
    scores = np.eye(GROUPS)[np.where(chance.random(rows) < flips, (targets + 1) % GROUPS, targets)] * 4
    scores = np.exp(scores + chance.normal(0, 0.5 if flips else 0, scores.shape))
    labels = ("a", "b", "c")
    shares = (scores / scores.sum(axis=1, keepdims=True)).astype(np.float32)
    return ClassAnswers(tuple(f"r{n}" for n in range(rows)), tuple(labels[i] for i in targets), labels, shares)


def _numbers(rows: int, noise: float) -> NumberAnswers:
    chance = np.random.default_rng(rows)
    targets = chance.gamma(2.0, 30.0, rows)
    values = targets + noise * chance.normal(1.0, 20.0, rows)
    return NumberAnswers(tuple(f"r{n}" for n in range(rows)), targets, values, values - 30, values + 30)


ANSWERS = {
    "class": AnswerExample(lambda rows: _classes(rows, 0.2), lambda rows: _classes(rows, 0.0)),
    "number": AnswerExample(lambda rows: _numbers(rows, 1.0), lambda rows: _numbers(rows, 0.0)),
}
"""By the kind of the answers."""


def config_of(task: Task, **settings: Any) -> RunConfig:
    """Settings of a task with the columns of its example."""
    named = {
        "task.task": task.name,
        f"task.{task.column}": inputs()[task.inputs.name].named("row"),
        "task.target": "said",
    }
    return make_config(**{**named, **inputs()[task.inputs.name].settings, "precision": "fp32", **settings})


def frame_of(task: Task, rows: int = 60) -> pd.DataFrame:
    """Rows of a task's example: the inputs in `row`, the targets in `said`."""
    frame = inputs()[task.inputs.name].frame("row", inputs()[task.inputs.name].cells[:rows])
    return frame.assign(said=list(TARGETS[task.targets.name].cells[:rows]))
