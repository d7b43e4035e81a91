"""One run, from rows to a bundle: prepare, train, baseline, evaluate, save."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
from torch import nn
from transformers import AutoConfig, AutoTokenizer, PreTrainedTokenizerBase
from transformers.utils import logging as transformers_logging

from core.answers import ClassAnswers
from core.config import RunConfig
from core.data import Part
from core.preparation import Prepared, prepare
from core.device import choose
from core.errors import ConfigError, ModelError
from core.evaluation import evaluate, majority, tfidf
from core.events import Progress, Report, Said, Stage, StageBegan
from core.failpoints import failpoint
from core.models import locate
from core.models.allowed import FULL_PRECISION
from core.models.description import OFFSET_POSITIONS
from core.predict import Predictor
from core.results import Evaluation
from core.tasks import TASKS, Task
from core.training.bundles import write_bundle
from core.training.checkpoints import flush
from core.training.learn import Lesson, learn
from core.training.loop import read_logits
from core.training.steps import resolved_epochs
from core.training.together import ALONE, Together

REPLAYED_ROWS = 48
MOST_TO_CHOOSE_ON = 5_000
"""Of the validation rows, the answers to so many are kept: thresholds and calibration are chosen on them later."""
MOST_UNKNOWN = 0.5
"""A model that knows less than half of the pieces of the texts learns from their length at best."""
TOLERANCE = 1e-3
"""A bundle's probabilities may differ by this from what the run measured; floats rounded elsewhere differ by less."""


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
    """Do the run that `config` describes on the rows of `frame`, and leave its results in `folder`.

    Writes bundle/, predictions/*.parquet (test rows by model and baselines, validation rows by the model) and
    evaluation.json. Resumes when `folder` holds a whole checkpoint. `report` hears every event; when it raises Stopped,
    training saves a checkpoint and Stopped leaves here. Where several processes teach together, this is the first one;
    the others `assist`.
    """
    quiet()
    clock = Clock(report)
    task = TASKS[config.task.task]
    with clock.stage("prepare", "Cleaning the rows and dividing them into training, validation and test"):
        prepared = prepare(frame, config)
        source = locate(config.model, models, lambda text: report(Said(text=text)))
        lesson = lesson_for(config, task, prepared, source, folder, cache, report, together)
        _refuse_unreadable(lesson)
        _say_what_is_ahead(lesson)
        together.shared(None)  # the others begin when the model is there and the rows are known to be sound
    with clock.stage("train", _TRAINING[config.method]):
        model = learn(lesson)
    with clock.stage("baseline", "Giving the same rows to simple rivals without a pretrained start, to be fair"):
        baselines = {
            "majority": majority(prepared),
            "tfidf": tfidf(prepared, config.seed, lambda text: report(Said(text=text))),
        }
    with clock.stage("evaluate", f"Asking the model about {len(prepared.test.texts):,} rows it has never seen"):
        answers = _answers(lesson, model, prepared.test)
        choosing = _answers(lesson, model, _evenly(prepared.validation)) if prepared.validation.texts else None
        evaluation = evaluate(answers, baselines, clock.seconds)
    with clock.stage("save", "Saving the model and checking that the saved one gives the same answers"):
        _keep(folder, {"model": answers, **baselines, **({"validation": choosing} if choosing else {})})
        _save(lesson, model, evaluation, folder / "bundle")
        _replay(folder / "bundle", prepared, answers)
    evaluation = evaluation.model_copy(update={"seconds": clock.seconds})
    _write_down(folder, evaluation)
    failpoint("run.saved")
    shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    return evaluation


def assist(
    config: RunConfig, frame: pd.DataFrame, folder: Path, *, models: Path, cache: Path, together: Together
) -> None:
    """Teach together with the process that does the run: compute a part of every batch. Says and writes nothing.

    Returns when training has ended, and raises Stopped when it was stopped.
    """
    quiet()
    together.shared(None)
    prepared = prepare(frame, config)
    source = locate(config.model, models, lambda _text: None)
    task = TASKS[config.task.task]
    learn(lesson_for(config, task, prepared, source, folder, cache, lambda _event: None, together))


_TRAINING = {
    "frozen": "Reading the training rows once and fitting a small head on what the model understood",
    "full": "Teaching the whole model on the training rows",
    "lora": "Teaching small added matrices on the training rows",
}


class Clock:
    """Announces stages and remembers how long each took, in seconds."""

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


def lesson_for(
    config: RunConfig,
    task: Task,
    prepared: Prepared,
    source: Path,
    folder: Path,
    cache: Path,
    report: Report,
    together: Together = ALONE,
) -> Lesson:
    """What `config` asks to learn from the prepared rows, starting from the model in `source`."""
    tokenizer = _tokenizer(config, source)
    max_tokens = _longest(config, source, tokenizer)
    tokenizer.model_max_length = max_tokens
    return Lesson(
        config=config,
        task=task,
        prepared=prepared,
        model=source,
        tokenizer=tokenizer,
        max_tokens=max_tokens,
        device=choose(_precision(config, source)),
        checkpoints=folder / "checkpoints",
        cache=cache,
        report=report,
        together=together,
    )


def _tokenizer(config: RunConfig, source: Path) -> PreTrainedTokenizerBase:
    """The model's tokenizer, with something to pad by. Raises ModelError when it cannot be opened."""
    try:
        tokenizer = AutoTokenizer.from_pretrained(source)
    except (ImportError, KeyError, OSError, TypeError, ValueError) as error:
        hint = "Take a copy of the model that has a tokenizer.json, or another model."
        raise ModelError(f"The tokenizer of {config.model} cannot be opened here.", hint) from error
    if tokenizer.pad_token is None:  # many models that write know no padding; any token will do, as none is read
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.convert_ids_to_tokens(0)
    return tokenizer


def _refuse_unreadable(lesson: Lesson) -> None:
    """Raises ModelError when the model cannot read these texts: most words unknown, or tokens it has no vectors for."""
    name, tokenizer = lesson.config.model, lesson.tokenizer
    parts = (lesson.prepared.train, lesson.prepared.validation, lesson.prepared.test)
    ids = np.concatenate([lesson.tokens(part).flat for part in parts])
    framing = [i for i in tokenizer.all_special_ids if i != tokenizer.unk_token_id]
    words = ids[~np.isin(ids, framing)]
    unknown = float(np.mean(words == tokenizer.unk_token_id)) if words.size else 1.0
    if unknown > MOST_UNKNOWN:
        raise ModelError(
            f"{name} does not know {unknown:.0%} of what these texts are made of.",
            "Its tokenizer may be missing, or it was made for another language. Choose another model.",
        )
    known = AutoConfig.from_pretrained(lesson.model).vocab_size
    if int(ids.max()) >= known:
        raise ModelError(
            f"The tokenizer of {name} has tokens that the model has no vectors for: it knows {known:,}.",
            "Save the model again after resize_token_embeddings, or choose another one.",
        )


def _precision(config: RunConfig, source: Path) -> str:
    """The number format to ask of the device. Raises ConfigError when this kind of model cannot compute in it."""
    family = AutoConfig.from_pretrained(source).model_type
    if family not in FULL_PRECISION or config.precision == "fp32":
        return config.precision
    if config.precision == "auto":
        return "fp32"
    raise ConfigError(
        f"Models of the kind '{family}' cannot compute in {config.precision}.", "Choose the number format auto."
    )


def _longest(config: RunConfig, source: Path, tokenizer: PreTrainedTokenizerBase) -> int:
    """Tokens a row may have: as configured, and no more than the model has places for."""
    settings = AutoConfig.from_pretrained(source)
    places = getattr(settings, "max_position_embeddings", None) or 0
    if places <= 0:  # XLNet says -1: as many as there are
        places = config.task.max_tokens
    # RoBERTa and its like count places from the padding id on, so two of them are never used.
    if settings.model_type in OFFSET_POSITIONS:
        places -= max(settings.pad_token_id or 0, 1) + 1
    most = min(places, tokenizer.model_max_length)
    if most < 8:
        raise ConfigError(f"The model {config.model} reads at most {most} tokens.", "Choose another model.")
    return int(min(config.task.max_tokens, most))


def _say_what_is_ahead(lesson: Lesson) -> None:
    parts = lesson.prepared
    rows = f"{len(parts.train.texts):,} training, {len(parts.validation.texts):,} validation and "
    lesson.report(Said(text=f"{rows}{len(parts.test.texts):,} test rows in {len(parts.labels)} classes."))
    lesson.report(Said(text=f"Computing on {lesson.device.words}."))
    if lesson.max_tokens < lesson.config.task.max_tokens:
        lesson.report(Said(text=f"This model reads at most {lesson.max_tokens} tokens; longer texts are cut there."))
    if lesson.config.method != "frozen":
        epochs = resolved_epochs(lesson.config, len(parts.train.texts))
        lesson.report(Said(text=f"Training reads every row {epochs} times."))
    if lesson.together.size > 1:
        shared = f"{lesson.together.size} processes share the {lesson.config.batch_size} rows of every step."
        lesson.report(Said(text=shared))


def _evenly(part: Part) -> Part:
    """The part, or as many of its rows as thresholds and calibration need, evenly taken."""
    if len(part) <= MOST_TO_CHOOSE_ON:
        return part
    kept = np.linspace(0, len(part) - 1, MOST_TO_CHOOSE_ON).astype(int)
    return Part(*(tuple(values[i] for i in kept) for values in (part.row_ids, part.texts, part.targets)))


def _answers(lesson: Lesson, model: nn.Module, part: Part) -> ClassAnswers:
    """The answers to a part's rows, in full precision: what the bundle will say anywhere."""
    began = time.monotonic()

    def watch(done: int, total: int) -> None:
        left = (time.monotonic() - began) * (total - done) / done
        lesson.report(Progress(done=done, total=total, seconds_left=left))

    logits = read_logits(model, lesson.tokens(part), pad_id=lesson.pad_id, device=choose("fp32"), watch=watch)
    return lesson.task.decode(logits, part, lesson.labels)


def _keep(folder: Path, predictions: dict[str, ClassAnswers]) -> None:
    for who, answers in predictions.items():
        path = folder / "predictions" / f"{who}.parquet"
        answers.write(path)
        flush(path)


def _save(lesson: Lesson, model: nn.Module, evaluation: Evaluation, bundle: Path) -> None:
    config, prepared = lesson.config, lesson.prepared
    facts: dict[str, object] = {
        "epochs": resolved_epochs(config, len(prepared.train.texts)),
        "device": lesson.device.words,
    }
    write_bundle(
        bundle,
        lesson.task.finish(model, prepared.labels),
        lesson.tokenizer,
        config=config,
        labels=prepared.labels,
        evaluation=evaluation,
        facts=facts,
    )


def _write_down(folder: Path, evaluation: Evaluation) -> None:
    """Leaves evaluation.json, whole and on disk."""
    unfinished = folder / "evaluation.json.writing"
    unfinished.write_text(evaluation.model_dump_json(indent=2), encoding="utf-8")
    flush(unfinished)
    unfinished.replace(folder / "evaluation.json")
    flush(folder)


def _replay(bundle: Path, prepared: Prepared, answers: ClassAnswers) -> None:
    """Ask the saved bundle about some test rows again. Raises RuntimeError when it answers otherwise than the run."""
    some = np.linspace(0, len(prepared.test.texts) - 1, min(REPLAYED_ROWS, len(prepared.test.texts))).astype(int)
    again = Predictor.load(bundle).predict([prepared.test.texts[i] for i in some])
    worst = float(np.abs(again - answers.scores[some]).max())
    if worst > TOLERANCE:
        raise RuntimeError(f"the saved bundle's probabilities differ by up to {worst:.2g} from the run's")


def quiet() -> None:
    """Keep transformers' progress bars and load reports out of the run's log."""
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
