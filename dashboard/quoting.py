"""Estimate of a run's time and memory before it starts (its quote), from the rows, the model and past runs."""

import os
from pathlib import Path

import pandas as pd

from core.config import ReadsText, RunConfig
from core.errors import UserError
from core.quote import Quote, Speed, quote, row_cost
from core.quote.row_cost import RowCost
from core.quote.work import work
from core.tasks import TASKS, input_columns
from storage import Run, Store

TOKENS_A_WORD = 1.35
SAMPLE = 2000
RUNS_MEASURED = 20
"""Number of the newest finished runs whose speed is measured."""

_SPEEDS_BY_RUN: dict[tuple[Path, str], tuple[Speed, ...]] = {}
"""Cache of measured speeds by store and run; they never change, and reading the rows again would be slow."""


def quote_for(store: Store, config: RunConfig) -> Quote | None:
    """Quote of a run; None where it cannot be estimated. Raises NotFound for an unknown dataset or model."""
    frame = store.datasets.frame(config.dataset)
    return quote_of(store, config, frame)


def quote_of(store: Store, config: RunConfig, frame: pd.DataFrame) -> Quote | None:
    """Quote of a run whose rows are at hand; None where it cannot be estimated."""
    cost = _cost(store, config, frame)
    if cost is None:
        return None
    alive = [worker for worker in store.workers.list() if worker.alive and worker.device]
    rows, test_rows = _rows(config, frame)
    return quote(
        config,
        rows=rows,
        test_rows=test_rows,
        cost=cost,
        cores=os.cpu_count() or 1,
        device=str(alive[0].device) if alive else "cpu",
        measured=speeds(store),
    )


def _cost(store: Store, config: RunConfig, frame: pd.DataFrame) -> RowCost | None:
    """Cost of one of the rows; None where it cannot be estimated."""
    tokens = mean_tokens(frame, config) if isinstance(config.task, ReadsText) else 0.0
    return row_cost(config, store.models, mean_tokens=tokens, frame=lambda: frame)


def mean_tokens(frame: pd.DataFrame, config: RunConfig) -> float:
    """Estimated mean tokens of a text after truncation: 1.35 a word; one a character of Chinese, Japanese or Korean."""
    if input_columns(config)[0] not in frame or frame.empty:
        return 0.0
    texts = frame[input_columns(config)[0]].dropna().astype(str)
    sample = texts.sample(min(SAMPLE, len(texts)), random_state=0) if len(texts) else texts
    words = sample.str.split().str.len() * TOKENS_A_WORD
    wide = sample.str.count(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
    tokens = (words + wide + 2).clip(upper=config.task.max_tokens)
    return float(tokens.mean()) if len(tokens) else 0.0


def _rows(config: RunConfig, frame: pd.DataFrame) -> tuple[int, int]:
    """Estimated numbers of training and test rows."""
    rows = len(frame)
    if config.split.by == "given" and config.split.column in frame:
        parts = frame[config.split.column].astype(str).str.strip().str.lower()
        test_rows = int((parts == "test").sum())
        training = rows - test_rows - int(parts.isin(("validation", "valid", "val", "dev")).sum())
    else:
        test_rows = round(rows * config.split.test)
        training = rows - test_rows - round(rows * config.split.validation)
    if config.rows_per_class and config.task.target in frame:
        targets = TASKS[config.task.task].targets
        cells, _ = targets.read(frame[config.task.target])
        sizes = targets.drawn_by(cells[cells != ""]).value_counts() * (training / max(1, rows))
        training = min(training, int(sizes.clip(upper=config.rows_per_class).sum()))
    return max(training, 0), test_rows


def speeds(store: Store) -> list[Speed]:
    """Measured speeds of this installation's newest finished runs."""
    frames: dict[str, pd.DataFrame] = {}
    found: list[Speed] = []
    for run in store.runs.list(limit=RUNS_MEASURED, status="succeeded"):
        key = (store.home, run.id)
        if key not in _SPEEDS_BY_RUN:
            if run.dataset_id not in frames:
                frames[run.dataset_id] = store.datasets.frame(run.dataset_id)
            _SPEEDS_BY_RUN[key] = _speeds_of(store, run, frames[run.dataset_id])
        found += _SPEEDS_BY_RUN[key]
    return found


def _speeds_of(store: Store, run: Run, frame: pd.DataFrame) -> tuple[Speed, ...]:
    """Measured speeds of one finished run, for training and for inference; empty when its model is gone."""
    if run.evaluation is None or not run.device:
        return ()
    try:
        cost = _cost(store, run.config, frame)
    except UserError:
        return ()
    if cost is None:
        return ()
    rows, test_rows = _rows(run.config, frame)
    load = work(run.config, rows=rows, test_rows=test_rows, cost=cost)
    parts = {
        run.config.learning.method: (load.units, run.evaluation.seconds.get("train", 0.0)),
        "answering": (run.evaluation.rows * cost.units, run.evaluation.seconds.get("evaluate", 0.0)),
    }
    about = {"device": run.device, "parameters": cost.unit_weights, "reads": cost.reads}
    return tuple(
        Speed(method=method, tokens=units, seconds=seconds, **about)
        for method, (units, seconds) in parts.items()
        if units > 0 and seconds > 0
    )
