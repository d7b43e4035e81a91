"""Who learns from each draw of a label curve: the chosen start, sharing what need be computed once, and counted words.

A contender takes the numbers of the rows to learn from, and a seed, and says of each held-out row whether it was right.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from torch import nn

from core.answers import Answers, ClassAnswers
from core.config import Head
from core.device import choose
from core.events import CheckpointSaved, Event, Progress, Said
from core.learners.base import Lesson, Watch
from core.learners.pretrained import Pretrained
from core.preparation import Prepared
from core.rivals.tfidf import tfidf
from core.targets import Target
from core.training.linear import Labelled

Rows = NDArray[np.int64]
Right = NDArray[np.bool_]
Contender = Callable[[Rows, int, Watch], Right]
"""Numbers of training rows, a seed, and who hears how far it is; gives bool (held-out rows,)."""


def counted_words(prepared: Prepared) -> Contender:
    """The tuned TF-IDF baseline, taught and tuned with the drawn rows alone."""

    def right(rows: Rows, seed: int, _watch: Watch) -> Right:
        return _right(tfidf(replace(prepared, train=prepared.train.take(rows)), seed))

    return right


def chosen_start(lesson: Lesson, rows: Rows, folder: Path) -> Contender:
    """The model of `lesson`. Where only a head learns, all of `rows` and the held-out rows are read here, once."""
    learner = Pretrained(lesson)
    learner.check()
    if isinstance(lesson.config.learning, Head):
        network, target = learner.start()
        if learner.backbone.keeps_vectors(network):
            return _head(learner, network, target, rows)
    return _whole(learner, folder)


def _head(learner: Pretrained, network: nn.Module, target: Target, rows: Rows) -> Contender:
    lesson, test = learner.lesson, learner.prepared.test
    known = learner.prepared.train.take(rows)
    total = len(known) + len(test)

    def watch(before: int) -> Watch:
        return lambda read, _of: lesson.report(Progress(done=before + read, total=total))

    learnt = learner.vectors(network, known, learner.device, watch(0))
    judged = learner.vectors(network, test, choose("fp32"), watch(len(known)))
    targets = target.encode(known.targets)

    def right(drawn: Rows, seed: int, _watch: Watch) -> Right:
        some = np.searchsorted(rows, drawn)
        # So small a fit only waits for its other threads: one is up to forty times quicker where cores are shared.
        with threadpool_limits(1, user_api="blas"):
            head = target.fit_head(
                lesson.config,
                Labelled(learnt[some], targets[some]),
                None,
                with_bias=True,
                seed=seed,
                tell=lambda _measured: None,
            )
            return _right(target.decode(judged @ head.weight.T + head.bias, test))

    return right


def _whole(learner: Pretrained, folder: Path) -> Contender:
    """A whole training for each draw, as a run does it; it resumes from its own checkpoint."""
    lesson = learner.lesson

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
            prepared=replace(lesson.prepared, train=lesson.prepared.train.take(drawn)),
            checkpoints=folder / f"{len(drawn)}-{seed}",
            report=report,
        )
        taught = Pretrained(small, learner.backbone).learn()
        return _right(taught.answer(small.prepared.test, lambda *_: watch(1, 1)))

    return right


def _right(answers: Answers) -> Right:
    """Which answers are right."""
    assert isinstance(answers, ClassAnswers)  # noqa: S101  # a label curve asks for classes
    found: Right = np.array(answers.answers, dtype=object) == np.array(answers.targets, dtype=object)
    return found
