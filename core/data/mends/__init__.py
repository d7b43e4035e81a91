"""Mends: changes to rows as values, each made by a person's choice, kept in words, and repeatable on rows read anew."""

from core.data.mends.kinds import (
    MENDS,
    Carried,
    FillDown,
    LeaveOut,
    LeaveOutRows,
    Mend,
    MergeLabels,
    MissingWords,
    Offer,
    ReadAgain,
    SplitLabels,
    carried,
    offer,
    reading_words,
    repeated,
)
from core.data.mends.mended import Mended
from core.data.mends.relabel import Fix, Relabel, mend

__all__ = [
    "MENDS",
    "Carried",
    "FillDown",
    "Fix",
    "LeaveOut",
    "LeaveOutRows",
    "Mend",
    "Mended",
    "MergeLabels",
    "MissingWords",
    "Offer",
    "ReadAgain",
    "Relabel",
    "SplitLabels",
    "carried",
    "mend",
    "offer",
    "reading_words",
    "repeated",
]
