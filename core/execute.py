"""Execution of one run, from rows to a bundle: prepare, learn, baselines, evaluate, save. Knows no kind of row."""

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
from transformers.utils import logging as transformers_logging

from core.answers import Answers
from core.baselines import BASELINES
from core.bundles.open import open_bundle
from core.bundles.write import write_bundle
from core.callbacks import Watch
from core.config import Descent, RunConfig
from core.data import Part
from core.durable import flush
from core.evaluation import evaluate
from core.evaluation.records import Evaluation
from core.events import LogEvent, Progress, Report, Stage, StageBegan
from core.failpoints import failpoint
from core.learners.base import Calibratable, Lesson, Model, Represents
from core.models.taught import taught_start
from core.novelty import FEWEST_ROWS, MOST_REFERENCES, Detector, Layers, sample
from core.preparation import Prepared, prepare
from core.tasks import task_of
from core.training.countdown import Countdown
from core.training.together import ALONE, Together

REPLAYED_ROWS = 48
TOLERANCE = 1e-3
"""Numerical tolerance between a bundle's answers and the run's; floats rounded elsewhere differ by less."""


def execute(
    config: RunConfig,
    frame: pd.DataFrame,
    folder: Path,
    *,
    models: Path,
    cache: Path,
    report: Report,
    together: Together = ALONE,
) -> Evaluation:
    """Execute the run that `config` describes on the rows of `frame`, and leave its results in `folder`.

    Writes bundle/, evaluation.json and predictions/*.parquet: test rows by model and baselines; validation rows by the
    model and by those baselines that did not learn from them.
    Resumes when `folder` holds a whole checkpoint. `report` hears every event; when it raises Stopped, training saves a
    checkpoint and Stopped leaves here. In a distributed process group this is rank 0; the others `assist`.
    """
    quiet()
    clock = Clock(report)
    task = task_of(config)
    with clock.stage("prepare", "Cleaning the rows and dividing them into training, validation and test"):
        prepared = _prepared(frame, config, models, report)
        lesson = Lesson(config, task, prepared, models, folder / "checkpoints", cache, report, together)
        learner = task.learner(config.learning.method)(lesson)
        _say_what_is_ahead(lesson)
        learner.check()
        together.shared(None)  # the others begin when the model is there and the rows are known to be sound
    with clock.stage("train", _TRAINING.get(config.learning.method, "Learning from the training rows")):
        model = learner.learn()
    with clock.stage("baseline", "Giving the same rows to the baselines, which have no pretrained start, to be fair"):
        baselines, to_choose = _baselines(lesson)
    with clock.stage("evaluate", f"Asking the model about {len(prepared.test):,} rows it has never seen"):
        choosing, layers = _choosing(lesson, model)
        answers = lesson.target.ranged(model.answer(prepared.test, _watch(lesson, len(prepared.test))), choosing)
        evaluation = evaluate(answers, baselines, clock.seconds, left_out=prepared.left_out)
        evaluation = evaluation.model_copy(
            update={"temperature": model.facts.get("temperature"), "sketch": prepared.sketch}
        )
    with clock.stage("save", "Saving the model and checking that the saved one gives the same answers"):
        to_choose["validation"] = choosing
        _keep(folder, {"model": answers, **baselines, **{who: known for who, known in to_choose.items() if known}})
        _bundle(folder / "bundle", lesson, model, evaluation, choosing, layers)
        _replay(folder / "bundle", prepared.test, answers)
    evaluation = evaluation.model_copy(update={"seconds": clock.seconds})
    _write_down(folder, evaluation)
    failpoint("run.saved")
    shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    return evaluation


def assist(
    config: RunConfig, frame: pd.DataFrame, folder: Path, *, models: Path, cache: Path, together: Together
) -> None:
    """Run a non-zero rank of the distributed process group: compute a part of every batch. Says and writes nothing.

    Returns when training has ended, and raises Stopped when it was stopped.
    """
    quiet()
    together.shared(None)
    task, prepared = task_of(config), _prepared(frame, config, models, lambda _event: None)
    lesson = Lesson(config, task, prepared, models, folder / "checkpoints", cache, lambda _event: None, together)
    task.learner(config.learning.method)(lesson).learn()


def _prepared(frame: pd.DataFrame, config: RunConfig, models: Path, report: Report) -> Prepared:
    """Prepared rows, without those that must not judge what this run starts from; says what is worth knowing."""

    def say(text: str) -> None:
        report(LogEvent(text=text))

    prepared = prepare(frame, config, taught_start(config, models, say))
    for step in prepared.steps:
        if step.name in SAID and step.text:
            say(step.text)
    return prepared


SAID = ("near_twins", "taught", "unlearnt", "unseen")
"""Steps of the preparation that a person hears of."""
_TRAINING = {
    "frozen": "Reading the training rows once and fitting a small head on what the model understood",
    "full": "Teaching the whole model on the training rows",
    "scratch": "Teaching a network that starts from nothing on the training rows",
    "linear": "Fitting a linear model to the training rows",
    "boosted": "Adding up trees, each fitted to what the others left wrong",
    "forest": "Growing many trees on draws of the training rows",
    "lora": "Teaching small added matrices on the training rows",
}


class Clock:
    """Timer of the stages: announces each and remembers how long it took, in seconds."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, stage: Stage, text: str) -> Iterator[None]:
        """Announce a stage and time what happens in it."""
        self.report(StageBegan(stage=stage, text=text))
        began = time.monotonic()
        yield
        self.seconds[stage] = round(time.monotonic() - began, 3)


def _bundle(
    folder: Path,
    lesson: Lesson,
    model: Model,
    evaluation: Evaluation,
    choosing: Answers | None,
    layers: Layers | None,
) -> None:
    """Writes the bundle: the model with its intervals, the hashes of the rows that taught it, and its detector."""
    write_bundle(
        folder,
        model,
        lesson.config,
        lesson.target,
        evaluation,
        intervals=lesson.target.about_intervals(choosing),
        taught=lesson.prepared.taught,
        detector=_detector(lesson, model, layers),
    )


def _baselines(lesson: Lesson) -> tuple[dict[str, Answers], dict[str, Answers | None]]:
    """Predictions of the task's baselines for the test rows by name; and for validation rows by "NAME.validation"."""

    def say(text: str) -> None:
        lesson.report(LogEvent(text=text))

    seed = lesson.config.seed
    taught = {name: BASELINES[name].answer(lesson.prepared, seed, say) for name in lesson.task.baselines}
    on_test = {name: answers for name, (answers, _) in taught.items()}
    return on_test, {f"{name}.validation": known for name, (_, known) in taught.items()}


def _say_what_is_ahead(lesson: Lesson) -> None:
    parts = lesson.prepared
    rows = f"{len(parts.train):,} training, {len(parts.validation):,} validation and {len(parts.test):,} test rows"
    lesson.report(LogEvent(text=f"{rows} {lesson.target.words}."))


def _choosing(lesson: Lesson, model: Model) -> tuple[Answers | None, Layers | None]:
    """Predictions for the validation rows, after the model was calibrated on them, and embeddings; None without any.

    A head alone is calibrated where it is fitted. Rows beyond a limit on labelled rows do not calibrate either.
    """
    rows = lesson.prepared.choosing
    if not len(rows):
        return None, None
    layers = None
    if isinstance(model, Represents):
        answers, layers = model.represent(rows, _watch(lesson, len(rows)))
    else:
        answers = model.answer(rows, _watch(lesson, len(rows)))
    calibrates = isinstance(lesson.config.learning, Descent) and lesson.config.rows_per_class is None
    return model.calibrate(answers) if calibrates and isinstance(model, Calibratable) else answers, layers


def _watch(lesson: Lesson, rows: int) -> Watch:
    countdown = Countdown(rows)

    def watch(done: int, total: int) -> None:
        countdown.step(done, time.monotonic())
        lesson.report(Progress(done=done, total=total, seconds_left=countdown.left()))

    return watch


def _detector(lesson: Lesson, model: Model, layers: Layers | None) -> Detector | None:
    """Detector of rows unlike the training rows, calibrated on `layers` of validation rows, or on unlabelled ones."""
    if not isinstance(model, Represents):
        return None
    train, spare = lesson.prepared.train, lesson.prepared.unlabelled
    if layers is None and len(spare) >= FEWEST_ROWS:
        layers = model.represent(spare).layers
    rows = 0 if layers is None else len(layers[0])
    if layers is None or rows < FEWEST_ROWS:
        lesson.report(
            LogEvent(
                text=f"The model will not tell rows unlike those it learned from: that takes {FEWEST_ROWS} validation "
                f"rows, and there are {rows}."
            )
        )
        return None
    return Detector.fit(model.represent(train.take(sample(len(train), MOST_REFERENCES))).layers, layers)


def _keep(folder: Path, predictions: Mapping[str, Answers]) -> None:
    for who, answers in predictions.items():
        path = folder / "predictions" / f"{who}.parquet"
        answers.write(path)
        flush(path)


def _write_down(folder: Path, evaluation: Evaluation) -> None:
    """Writes evaluation.json atomically and flushes it to disk."""
    unfinished = folder / "evaluation.json.writing"
    unfinished.write_text(evaluation.model_dump_json(indent=2), encoding="utf-8")
    flush(unfinished)
    unfinished.replace(folder / "evaluation.json")
    flush(folder)


def _replay(bundle: Path, test: Part, answers: Answers) -> None:
    """Verify the saved bundle on some test rows. Raises RuntimeError when it answers otherwise than the run."""
    some = np.linspace(0, len(test) - 1, min(REPLAYED_ROWS, len(test))).astype(int)
    again = open_bundle(bundle).answer(test.take(some))
    worst = answers.take(some).distance(again)
    if worst > TOLERANCE:
        raise RuntimeError(f"the saved bundle's answers differ by up to {worst:.2g} from the run's")


def quiet() -> None:
    """Keep transformers' progress bars and load reports out of the run's log."""
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
