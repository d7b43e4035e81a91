"""A toy task in one file: how long is the text, as a number, learned by a constant."""

import json
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from core.answers import NumberAnswers
from core.config import METHODS, LearnsNumber, ReadsText
from core.config.learning import Learning
from core.data import Part
from core.inputs.text import Texts
from core.targets import Numbers, Target
from core.tasks.task import Task


class Constant(Learning):
    method: Literal["constant"] = "constant"


class TextLength(ReadsText, LearnsNumber):
    task: Literal["text-length"] = "text-length"


class Always:
    facts: ClassVar = {"epochs": 1}

    def __init__(self, number: float) -> None:
        self.number = number

    def answer(self, part: Part, watch=lambda _done, _total: None) -> NumberAnswers:
        targets = np.array([float(cell or 0) for cell in part.targets])
        return NumberAnswers(part.row_ids, targets, np.full(len(part), self.number))

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "constant.json").write_text(json.dumps(self.number))

    def cut(self, inputs) -> list[bool]:
        return [False] * len(inputs)


class ByAConstant:
    def __init__(self, lesson) -> None:
        self.lesson = lesson

    def check(self) -> None: ...

    def learn(self) -> Always:
        return Always(float(np.median(np.array(self.lesson.prepared.train.targets, float))))

    @classmethod
    def open(cls, bundle: Path, _task: Task, _target: Target) -> Always:
        return Always(json.loads((bundle / "constant.json").read_text()))


METHODS["constant"] = Constant
text_length = Task(
    name="text-length", title="Length of a text", answer_title="Its length", settings=TextLength, column="text",
    inputs=Texts(), targets=Numbers(), learners={"constant": "tests.toy.lengths:ByAConstant"}, baselines=("mean",),
    presets={name: {"learning": {"method": "constant"}} for name in ("quick", "balanced", "best")},
)  # fmt: skip
