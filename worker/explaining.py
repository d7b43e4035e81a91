"""Background queue of explanations in the predictor's process: one at a time, polled and cancelled from outside.

A text is dropped when its work ends; the result stays for ten minutes, so that whoever asked can fetch it.
"""

import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import pandas as pd
from pydantic import BaseModel

from core.callbacks import Watch
from core.config import ReadsTable
from core.data import Part
from core.errors import ConfigError, DatasetError, NotFound, Stopped, UserError
from core.explanations import AlikeRows, ModelColumns, ModelWords
from core.explanations.alike import alike_rows
from core.explanations.model_words import model_words
from core.explanations.orders import (
    ChangeOrder,
    ColumnsOrder,
    ExplanationProgress,
    ExplanationRequest,
    Refusal,
    WhyOrder,
    WordsOrder,
)
from core.explanations.table.columns import model_columns
from core.explanations.why import change, why
from core.inputs.picture import shelf
from core.inputs.table.cells import read
from core.learners.base import Model
from core.learners.estimator import TableModel
from core.learners.network import OpenNetwork, TextNetwork
from core.learners.table_network import TableNetwork
from core.preparation import Prepared, prepare
from core.tasks import task_of
from storage import Run, Store
from worker.known import KnownPictures

log = logging.getLogger(__name__)

MAX_WAITING = 16
KEPT_S = 600.0
PATIENCE_S = 60.0
"""Timeout of work that nobody polls: its page was closed."""


@dataclass
class _Entry:
    """Entry of the queue: its progress, its cancellation flag and when it was last polled."""

    work: ExplanationProgress
    cancelled: threading.Event = field(default_factory=threading.Event)
    asked: float = field(default_factory=time.monotonic)


class Explanations:
    """Queue of explanations with one thread, a bounded length and progress by id."""

    def __init__(self, store: Store, model_of: Callable[[str], Model], known: KnownPictures) -> None:
        self._store = store
        self._model_of = model_of
        self._known = known
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._prepared: tuple[str, Prepared] | None = None
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="explaining")

    def start(self, order: ExplanationRequest) -> ExplanationProgress:
        """Enqueues an order. Raises ConfigError when too many wait, NotFound for a run without a model."""
        self._store.runs.bundle(order.run)
        entry = _Entry(ExplanationProgress(id=secrets.token_hex(8)))
        with self._lock:
            self._forget_old()
            if sum(not one.work.has_ended for one in self._entries.values()) >= MAX_WAITING:
                raise ConfigError("Too many explanations are asked for at once.", "Try again in a minute.")
            self._entries[entry.work.id] = entry
        self._thread.submit(self._do, entry, order)
        return entry.work

    def look(self, work_id: str) -> ExplanationProgress:
        """Progress of the work; asking keeps it alive. Raises NotFound when it is forgotten or never was."""
        with self._lock:
            self._forget_old()
            if work_id not in self._entries:
                raise NotFound("This explanation is not kept any more.", "Ask for it again.")
            entry = self._entries[work_id]
            entry.asked = time.monotonic()
            return entry.work

    def cancel(self, work_id: str) -> ExplanationProgress:
        """Cancels the work, which ends at the model's next answer. Raises NotFound."""
        found = self.look(work_id)
        self._entries[work_id].cancelled.set()
        return found

    def close(self) -> None:
        """Cancels all work and shuts the thread down."""
        for entry in self._entries.values():
            entry.cancelled.set()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _forget_old(self) -> None:
        old = time.monotonic() - KEPT_S
        for name in [name for name, entry in self._entries.items() if entry.work.has_ended and entry.asked < old]:
            del self._entries[name]

    def _do(self, entry: _Entry, order: ExplanationRequest) -> None:
        def watch(done: int, total: int) -> None:
            if entry.cancelled.is_set() or time.monotonic() - entry.asked > PATIENCE_S:
                raise Stopped
            entry.work = entry.work.model_copy(update={"status": "running", "done": done, "total": total})

        try:
            watch(0, 0)
            found = self._found(order, watch)
            entry.work = entry.work.model_copy(update={**found, "status": "succeeded"})
        except Stopped:
            entry.work = entry.work.model_copy(update={"status": "cancelled"})
        except UserError as error:
            entry.work = _failed(entry.work, error)
        except Exception:
            number = secrets.token_hex(4)
            log.exception("an explanation failed; bug number %s", number)
            entry.work = _failed(
                entry.work, UserError("The explanation failed.", f"Please report it with the number {number}.")
            )

    def _found(self, order: ExplanationRequest, watch: Watch) -> dict[str, BaseModel]:
        run, model = self._store.runs.get(order.run), self._model_of(order.run)
        watch(0, 0)
        if isinstance(order, WordsOrder):
            return {"words": self._words(model, order, watch)}
        if isinstance(order, ColumnsOrder):
            return {"columns": self._columns(model, run, watch)}
        with task_of(run.config).inputs.brought([order.cell], partial(self._known.of, run)) as brought:
            if brought.inputs[0] is None:
                raise DatasetError(brought.problems[0] or "There is nothing to explain.", "Bring another one.")
            if isinstance(order, WhyOrder):
                method = {"method": order.method} if order.method else {}
                how = {"label": order.label, "watch": watch, **method}
                found = why(model, brought.inputs[0], learned=partial(self._train_of, run.id), **how)
                return {"why": found}
            if isinstance(order, ChangeOrder):
                wanted = {"may_change": order.may_change, "label": order.label, "watch": watch}
                return {"change": change(model, brought.inputs[0], learned=partial(self._train_of, run.id), **wanted)}
            return {"alike": self._alike(model, run, brought.inputs[0], watch)}

    def _alike(self, model: Model, run: Run, one: str, watch: Watch) -> AlikeRows:
        if not isinstance(model, OpenNetwork):
            raise ConfigError("This kind of model does not say which rows are alike to it.", "Look at what pushed it.")
        learned, bundle = self._rows_of(run.id).train, self._store.runs.bundle(run.id)
        with shelf.holding(self._known.of(run)):
            return alike_rows(model, one, learned, bundle=bundle, cache=self._store.cache, watch=watch)

    def _words(self, model: Model, order: WordsOrder, watch: Watch) -> ModelWords:
        if not isinstance(model, TextNetwork):
            raise ConfigError("This model reads no words.", "Look at single answers of it instead.")
        answers = self._store.runs.predictions(order.run)
        strata = task_of(self._store.runs.get(order.run).config).targets.strata(pd.Series(answers.answers))
        answer_of = dict(zip(answers.row_ids, strata.astype(str), strict=True))
        test = self._rows_of(order.run).test
        rows = [(text, answer_of[row]) for row, text in zip(test.row_ids, test.inputs, strict=True) if row in answer_of]
        found = model_words(
            model,
            [text for text, _ in rows],
            [answer for _, answer in rows],
            rows_per_class=order.rows_per_class,
            method=order.method,
            watch=watch,
        )
        self._store.runs.keep_explanation(order.run, found)
        return found

    def _columns(self, model: Model, run: Run, watch: Watch) -> ModelColumns:
        if not isinstance(model, TableModel | TableNetwork) or not isinstance(run.config.task, ReadsTable):
            raise ConfigError("This model reads no columns.", "Look at single answers of it instead.")
        found = model_columns(model, self._rows_of(run.id).test, read(run.config.task.columns), watch=watch)
        self._store.runs.keep_explanation(run.id, found)
        return found

    def _train_of(self, run_id: str) -> Part:
        return self._rows_of(run_id).train

    def _rows_of(self, run_id: str) -> Prepared:
        """Rows as the run prepared them; a cache of one holds those of the last run asked about."""
        if self._prepared is None or self._prepared[0] != run_id:
            config = self._store.runs.get(run_id).config
            self._prepared = run_id, prepare(self._store.datasets.frame(config.dataset), config)
        return self._prepared[1]


def _failed(work: ExplanationProgress, error: UserError) -> ExplanationProgress:
    return work.model_copy(update={"status": "failed", "error": Refusal(message=error.message, hint=error.hint)})
