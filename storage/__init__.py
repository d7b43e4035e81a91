"""The memory: the only SQL and the only paths on disk."""

from storage.records import (
    Dataset,
    Failure,
    Job,
    LogLine,
    PredictorAddress,
    Run,
    Said,
    Series,
    Share,
    Status,
    Worker,
)
from storage.store import Store, default_home

__all__ = [
    "Dataset",
    "Failure",
    "Job",
    "LogLine",
    "PredictorAddress",
    "Run",
    "Said",
    "Series",
    "Share",
    "Status",
    "Store",
    "Worker",
    "default_home",
]
