"""A toy task in one file: how long is the text, as a number, learned by a constant."""

import json
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from core.answers import NumberAnswers
from core.config import METHODS, Learning, LearnsNumber, ReadsText
from core.data import Part
from core.inputs.text import TextInputs
from core.targets import NumberTargets, Target
from core.tasks.task import Task


class Constant(Learning):
    method: Literal["constant"] = "constant"


class TextLength(ReadsText, LearnsNumber):
    task: Literal["text-length"] = "text-length"


class Always(NamedTuple):
    number: float
    facts = {"epochs": 1}  # noqa: RUF012  # a named tuple's class attribute has no annotation

    def answer(self, part: Part, watch=lambda _done, _total: None) -> NumberAnswers:
        targets = np.array([float(cell or 0) for cell in part.targets])
        return NumberAnswers(part.row_ids, targets, np.full(len(part), self.number))

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "constant.json").write_text(json.dumps(self.number))

    def cut(self, inputs) -> list[str]:
        return [""] * len(inputs)


class ByAConstant(NamedTuple):
    lesson: Any

    def check(self) -> None: ...

    def learn(self) -> Always:
        return Always(float(np.median(np.array(self.lesson.prepared.train.targets, float))))

    @classmethod
    def open(cls, bundle: Path, _task: Task, _target: Target) -> Always:
        return Always(json.loads((bundle / "constant.json").read_text()))


METHODS["constant"] = Constant
text_length = Task(
    name="text-length", title="Length of a text", answer_title="Its length", settings=TextLength, column="text",
    inputs=TextInputs(), targets=NumberTargets(),
    learners={"constant": "tests.toy.lengths:ByAConstant"}, baselines=("mean",),
    presets={name: {"learning": {"method": "constant"}} for name in ("quick", "balanced", "best")},
)  # fmt: skip
