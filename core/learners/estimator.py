"""Learner of scikit-learn's estimators for tables, and their models."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from core.answers import Answers
from core.callbacks import Watch
from core.cards.code import USE
from core.config import Boosted, Estimator, LearnsNumber
from core.config.tasks import KNOWN_LOSSES
from core.data.splits.parts import Part
from core.errors import ModelError
from core.estimators.fit import FittedEstimator, fit
from core.estimators.kept import TRUSTED, open_estimator, write_estimator
from core.events import LogEvent, Progress
from core.inputs.table.features import feature_names
from core.learners.base import Lesson, Model, Unread
from core.targets import ClassTarget, Target
from core.tasks import Task

FILE, TABLE = "model.skops", "table.json"
LEAST_PROBABILITY = 1e-6
"""Trees may call a class impossible, whose log-odds would be endless."""


class ByAnEstimator:
    """Learner by a pipeline of scikit-learn; see `core.learners.base.Learner`."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson

    @property
    def _learning(self) -> Estimator:
        learning = self.lesson.config.learning
        assert isinstance(learning, Estimator)  # noqa: S101  # its task says so
        return learning

    def check(self) -> None:
        """Says what it computes on, and where a loss is not learned by."""
        words = _device()
        self._say(f"Computing on {words}.")
        settings = self.lesson.config.task
        knows = KNOWN_LOSSES if isinstance(self._learning, Boosted) else ("mse",)
        if isinstance(settings, LearnsNumber) and settings.loss not in knows:
            self._say("This way to learn knows no such loss: it learns by squared errors.")

    def learn(self) -> "TableModel":
        """Fits the estimator; see `core.learners.base.Learner.learn`."""

        def watch(done: int, total: int) -> None:
            self.lesson.report(Progress(done=done, total=total))

        fitted = fit(self.lesson.prepared, self._learning, self.lesson.config.seed, self._say, watch)
        chosen = fitted.learning.model_dump(mode="json", exclude={"method"})
        return TableModel(fitted, self.lesson.target, {"epochs": 1, "device": _device(), **chosen})

    def _say(self, text: str) -> None:
        self.lesson.report(LogEvent(text=text))

    @classmethod
    def open(cls, bundle: Path, _task: Task, target: Target) -> Model:
        """Opens the model of a bundle. Raises ModelError when the folder holds no whole one."""
        try:
            about = json.loads((bundle / TABLE).read_text(encoding="utf-8"))
            columns = {str(name): kind for name, kind in about["columns"].items()}
            learning = Estimator(method=str(about["method"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(f"The model in {bundle.name} cannot be opened.", "Train it again.") from error
        pipeline = open_estimator(bundle / FILE)
        names = feature_names(columns)
        codes = [int(code) for code in getattr(pipeline, "classes_", ())]
        if list(pipeline.feature_names_in_) != [*names.numbers, *names.classes] or any(
            not 0 <= code < target.size for code in codes
        ):
            raise ModelError(f"The model in {bundle.name} reads other columns than it says.", "Train it again.")
        return TableModel(FittedEstimator(pipeline, columns, learning), target)


def _device() -> str:
    cores = os.cpu_count() or 1
    return f"{cores} CPU core{'' if cores == 1 else 's'}"


@dataclass(frozen=True)
class TableModel:
    """Fitted estimator as a model; see `core.learners.base.Model`."""

    fitted: FittedEstimator
    target: Target
    facts: Mapping[str, Any] = field(default_factory=dict)

    def answer(self, part: Part, watch: Watch = lambda _done, _total: None) -> Answers:
        """Predictions for a part's rows."""
        return self.fitted.answer(part, self.target, watch)

    def outputs(self, inputs: Sequence[str]) -> np.ndarray:
        """Log-probabilities of classes, none below one in a million, or numbers; float64 (rows, outputs)."""
        found = self.fitted.outputs(inputs, self.target)
        return np.log(np.clip(found, LEAST_PROBABILITY, None)) if isinstance(self.target, ClassTarget) else found

    def cut(self, inputs: Sequence[str]) -> list[Unread]:
        """Always nothing: a record is read as a whole."""
        return [""] * len(inputs)

    def save(self, folder: Path) -> None:
        """Saves the pipeline by skops, the columns it reads, and Python code that asks it without this program."""
        folder.mkdir(parents=True, exist_ok=True)
        write_estimator(self.fitted.pipeline, folder / FILE)
        about = {"columns": self.fitted.columns, "method": self.fitted.learning.method, **self._labels}
        (folder / TABLE).write_text(json.dumps(about, ensure_ascii=False, indent=2), encoding="utf-8")
        (folder / USE).write_text(CODE, encoding="utf-8")

    @property
    def _labels(self) -> dict[str, Any]:
        labels = self.target.about.get("labels")
        return {"labels": list(labels)} if labels is not None else {}


CODE = f'''import json

import pandas as pd
import skops.io

about = json.load(open("{TABLE}", encoding="utf-8"))
model = skops.io.load("{FILE}", trusted={list(TRUSTED)!r})


def features(rows):
    """What the model reads of a frame with the columns of about["columns"]."""
    found = {{}}
    for name, kind in about["columns"].items():
        if kind == "date":
            days = pd.to_datetime(rows[name])
            found["day " + name] = (days - pd.Timestamp(0)).dt.total_seconds() / 86400
            found["month " + name], found["weekday " + name] = days.dt.month, days.dt.day_of_week
        elif kind in ("number", "yes_no"):
            found["number " + name] = rows[name].astype(float)
    for name, kind in about["columns"].items():
        if kind == "class":
            found["class " + name] = rows[name].fillna("").astype(str)
    return pd.DataFrame(found)


rows = pd.read_csv("rows.csv")
if "labels" in about:
    print(pd.DataFrame(model.predict_proba(features(rows)), columns=[about["labels"][i] for i in model.classes_]))
else:
    print(model.predict(features(rows)))
'''
"""Inference script of a bundle. Yes and no must be written as True and False, or 1 and 0."""
