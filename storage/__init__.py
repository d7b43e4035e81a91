"""The memory: the only SQL and the only paths on disk."""

from storage.records import (
    Account,
    Actor,
    Dataset,
    Deed,
    Failure,
    Job,
    LogLine,
    PredictorAddress,
    Role,
    Run,
    Said,
    Series,
    Share,
    Status,
    Worker,
)
from storage.store import Store, default_home

__all__ = [
    "Account",
    "Actor",
    "Dataset",
    "Deed",
    "Failure",
    "Job",
    "LogLine",
    "PredictorAddress",
    "Role",
    "Run",
    "Said",
    "Series",
    "Share",
    "Status",
    "Store",
    "Worker",
    "default_home",
]
