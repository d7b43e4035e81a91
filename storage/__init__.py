"""Persistence: the only SQL and the only paths on disk."""

from storage.limits import Limits
from storage.pruning import Prunable
from storage.records import (
    Account,
    Actor,
    AuditEntry,
    Dataset,
    Failure,
    Job,
    LogLine,
    PredictorAddress,
    Role,
    Run,
    Series,
    Share,
    Status,
    Use,
    VisitorSentence,
    Wait,
    Worker,
)
from storage.store import Store, default_home
from storage.unneeded import PruneOptions

__all__ = [
    "Account",
    "Actor",
    "AuditEntry",
    "Dataset",
    "Failure",
    "Job",
    "Limits",
    "LogLine",
    "PredictorAddress",
    "Prunable",
    "PruneOptions",
    "Role",
    "Run",
    "Series",
    "Share",
    "Status",
    "Store",
    "Use",
    "VisitorSentence",
    "Wait",
    "Worker",
    "default_home",
]
