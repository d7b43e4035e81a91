"""The memory: the only SQL and the only paths on disk."""

from storage.limits import Limits
from storage.pruning import Loss
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
    Use,
    Wait,
    Worker,
)
from storage.store import Store, default_home
from storage.unneeded import Wish

__all__ = [
    "Account",
    "Actor",
    "Dataset",
    "Deed",
    "Failure",
    "Job",
    "Limits",
    "LogLine",
    "Loss",
    "PredictorAddress",
    "Role",
    "Run",
    "Said",
    "Series",
    "Share",
    "Status",
    "Store",
    "Use",
    "Wait",
    "Wish",
    "Worker",
    "default_home",
]
