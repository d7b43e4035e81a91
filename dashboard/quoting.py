"""The quote for a run before it starts, from the store's own rows, model and past runs. Pages and commands ask here."""

import os
from pathlib import Path

import pandas as pd

from core.config import FullFineTuning, Head, Lora, ReadsText, RunConfig
from core.errors import UserError
from core.models import describe
from core.quote import Quote, Speed, quote
from core.quote.work import work
from core.tasks import input_column
from storage import Run, Store

TOKENS_A_WORD = 1.35
SAMPLE = 2000
LEARNT_FROM = 20
"""So many of the newest finished runs say how quick this installation is."""

_SPEEDS: dict[tuple[Path, str], tuple[Speed, ...]] = {}
"""What each finished run says; that never changes, and reading its rows again for every quote would be slow."""


def can_be_quoted(config: RunConfig) -> bool:
    """Whether the work is known beforehand: that of a pretrained model on texts."""
    return isinstance(config.task, ReadsText) and isinstance(config.learning, Head | FullFineTuning | Lora)


def quote_for(store: Store, config: RunConfig) -> Quote | None:
    """What a run would take here, where that is known before. Raises NotFound for an unknown dataset or model."""
    frame = store.datasets.frame(config.dataset)
    return quote_of(store, config, frame)


def quote_of(store: Store, config: RunConfig, frame: pd.DataFrame) -> Quote | None:
    """The same, with the dataset's rows at hand."""
    if not can_be_quoted(config):
        return None
    alive = [worker for worker in store.workers.list() if worker.alive and worker.device]
    rows, test_rows = _rows(config, frame)
    return quote(
        config,
        rows=rows,
        test_rows=test_rows,
        mean_tokens=mean_tokens(frame, config),
        model=describe(config.model, store.models),
        cores=os.cpu_count() or 1,
        device=str(alive[0].device) if alive else "cpu",
        measured=speeds(store),
    )


def mean_tokens(frame: pd.DataFrame, config: RunConfig) -> float:
    """About how many tokens a text has after cutting: its words and a third more; Chinese and the like by character."""
    if input_column(config) not in frame or frame.empty:
        return 0.0
    texts = frame[input_column(config)].dropna().astype(str)
    sample = texts.sample(min(SAMPLE, len(texts)), random_state=0) if len(texts) else texts
    words = sample.str.split().str.len() * TOKENS_A_WORD
    wide = sample.str.count(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
    tokens = (words + wide + 2).clip(upper=config.task.max_tokens)
    return float(tokens.mean()) if len(tokens) else 0.0


def _rows(config: RunConfig, frame: pd.DataFrame) -> tuple[int, int]:
    """How many rows teach and how many judge, about."""
    rows = len(frame)
    if config.split.by == "given" and config.split.column in frame:
        parts = frame[config.split.column].astype(str).str.strip().str.lower()
        test_rows = int((parts == "test").sum())
        teach = rows - test_rows - int(parts.isin(("validation", "valid", "val", "dev")).sum())
    else:
        test_rows = round(rows * config.split.test)
        teach = rows - test_rows - round(rows * config.split.validation)
    if config.rows_per_class and config.task.target in frame:
        sizes = frame[config.task.target].value_counts() * (teach / max(1, rows))
        teach = min(teach, int(sizes.clip(upper=config.rows_per_class).sum()))
    return max(teach, 0), test_rows


def speeds(store: Store) -> list[Speed]:
    """How quick this installation's newest finished runs were."""
    frames: dict[str, pd.DataFrame] = {}
    found: list[Speed] = []
    for run in store.runs.list(limit=LEARNT_FROM, status="succeeded"):
        key = (store.home, run.id)
        if key not in _SPEEDS:
            if run.dataset_id not in frames:
                frames[run.dataset_id] = store.datasets.frame(run.dataset_id)
            _SPEEDS[key] = _speeds_of(store, run, frames[run.dataset_id])
        found += _SPEEDS[key]
    return found


def _speeds_of(store: Store, run: Run, frame: pd.DataFrame) -> tuple[Speed, ...]:
    """What one finished run says about learning and about answering; nothing when its model is gone."""
    if run.evaluation is None or not run.device or not can_be_quoted(run.config):
        return ()
    try:
        model = describe(run.config.model, store.models)
    except UserError:
        return ()
    rows, test_rows = _rows(run.config, frame)
    tokens = mean_tokens(frame, run.config)
    load = work(run.config, rows=rows, test_rows=test_rows, mean_tokens=tokens, model=model)
    parts = {
        run.config.learning.method: (load.tokens, run.evaluation.seconds.get("train", 0.0)),
        "answering": (run.evaluation.rows * tokens, run.evaluation.seconds.get("evaluate", 0.0)),
    }
    return tuple(
        Speed(device=run.device, method=method, parameters=model.parameters, tokens=read, seconds=seconds)
        for method, (read, seconds) in parts.items()
        if read > 0 and seconds > 0
    )
