"""The quote for a run before it starts, from the store's own rows, model and past runs. Pages and commands ask here."""

import os

import pandas as pd
from core.quote import Quote, quote

from core.config import RunConfig
from core.models import describe
from storage import Store

TOKENS_A_WORD = 1.35
SAMPLE = 2000


def quote_for(store: Store, config: RunConfig) -> Quote:
    """What a run of `config` would take here. Raises NotFound for an unknown dataset or model."""
    frame = store.datasets.frame(config.dataset)
    return quote_of(store, config, frame)


def quote_of(store: Store, config: RunConfig, frame: pd.DataFrame) -> Quote:
    """The same, with the dataset's rows at hand."""
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
        measured=(),  # past runs' speeds come here once the engine says what it wants to know of them
    )


def mean_tokens(frame: pd.DataFrame, config: RunConfig) -> float:
    """About how many tokens a text has after cutting: its words and a third more; Chinese and the like by character."""
    if config.task.text not in frame or frame.empty:
        return 0.0
    texts = frame[config.task.text].dropna().astype(str)
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
