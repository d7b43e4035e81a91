"""Who learns from each draw of a label curve: the chosen start, sharing what need be computed once, and counted words.

A contender takes the numbers of the rows to learn from, and a seed, and says of each held-out row whether it was right.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core.data import Part
from core.preparation import Prepared
from core.device import Device, choose
from core.evaluation import tfidf
from core.events import CheckpointSaved, Event, Progress, Said
from core.training.heads import SentenceClassifier
from core.training.learn import Lesson, learn
from core.training.linear import Labelled, fit_head
from core.training.loop import read_logits
from core.training.vectors import Watch, sentence_vectors

Rows = NDArray[np.int64]
Right = NDArray[np.bool_]
Contender = Callable[[Rows, int, Watch], Right]
"""Numbers of training rows, a seed, and who hears how far it is; gives bool (held-out rows,)."""


def taken(part: Part, rows: Rows) -> Part:
    """The rows of `part` with these numbers."""
    return Part(
        row_ids=tuple(part.row_ids[i] for i in rows),
        texts=tuple(part.texts[i] for i in rows),
        targets=tuple(part.targets[i] for i in rows),
    )


def counted_words(prepared: Prepared) -> Contender:
    """The tuned TF-IDF baseline, taught and tuned with the drawn rows alone."""

    def right(rows: Rows, seed: int, _watch: Watch) -> Right:
        found = tfidf(replace(prepared, train=taken(prepared.train, rows)), seed)
        answers: Right = np.array(found.answers, dtype=object) == np.array(found.targets, dtype=object)
        return answers

    return right


def chosen_start(lesson: Lesson, rows: Rows, folder: Path) -> Contender:
    """The model of `lesson`. Where only a head learns, all of `rows` and the held-out rows are read here, once."""
    if lesson.config.method == "frozen":
        model = lesson.task.build(lesson.model, lesson.labels, lesson.config, lesson.device)
        if isinstance(model, SentenceClassifier):
            return _head(lesson, model, rows)
    return _whole(lesson, folder)


def _head(lesson: Lesson, model: SentenceClassifier, rows: Rows) -> Contender:
    known = taken(lesson.prepared.train, rows)
    total = len(known) + len(lesson.prepared.test)
    learnt = _vectors(lesson, model, known, lesson.device, done=0, total=total)
    judged = _vectors(lesson, model, lesson.prepared.test, choose("fp32"), done=len(known), total=total)
    targets, truth = (lesson.task.targets(part, lesson.labels) for part in (known, lesson.prepared.test))

    def right(drawn: Rows, seed: int, _watch: Watch) -> Right:
        some = np.searchsorted(rows, drawn)
        # So small a fit only waits for its other threads: one is up to forty times quicker where cores are shared.
        with threadpool_limits(1, user_api="blas"):
            head = fit_head(
                Labelled(learnt[some], targets[some]),
                None,
                classes=len(lesson.labels),
                balanced=lesson.config.class_weights,
                seed=seed,
            )
            answers: Right = (judged @ head.weight.T + head.bias).argmax(axis=1) == truth
        return answers

    return right


def _vectors(
    lesson: Lesson, model: SentenceClassifier, part: Part, device: Device, *, done: int, total: int
) -> np.ndarray:
    def watch(read: int, _of: int) -> None:
        lesson.report(Progress(done=done + read, total=total))

    return sentence_vectors(
        model,
        lesson.tokens(part),
        weights=lesson.weights,
        device=device,
        pad_id=lesson.pad_id,
        cache=lesson.cache,
        watch=watch,
    )


def _whole(lesson: Lesson, folder: Path) -> Contender:
    """A whole training for each draw, as a run does it; it resumes from its own checkpoint."""

    def right(drawn: Rows, seed: int, watch: Watch) -> Right:
        def report(event: Event) -> None:
            match event:
                case Progress(done=done, total=total):
                    watch(done, total)
                case Said() | CheckpointSaved():
                    lesson.report(event)

        small = replace(
            lesson,
            config=lesson.config.model_copy(update={"seed": seed}),
            prepared=replace(lesson.prepared, train=taken(lesson.prepared.train, drawn)),
            checkpoints=folder / f"{len(drawn)}-{seed}",
            report=report,
        )
        model = learn(small)
        tokens = small.tokens(small.prepared.test)
        logits = read_logits(model, tokens, pad_id=small.pad_id, device=choose("fp32"), watch=lambda *_: watch(1, 1))
        answers: Right = logits.argmax(axis=1) == small.task.targets(small.prepared.test, small.labels)
        return answers

    return right
