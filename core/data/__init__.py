"""Rows: read from any file, judged, cleaned, split. Knows no models and no screens."""

from core.data.check import check, require
from core.data.clean import Step
from core.data.findings import Finding
from core.data.identity import row_ids
from core.data.prepare import Part, Prepared, prepare
from core.data.read import read
from core.data.read_apart import read_apart
from core.data.suggest import Suggestion, suggest
from core.data.table import Table
from core.data.values import as_text

__all__ = [
    "Finding",
    "Part",
    "Prepared",
    "Step",
    "Suggestion",
    "Table",
    "as_text",
    "check",
    "prepare",
    "read",
    "read_apart",
    "require",
    "row_ids",
    "suggest",
]
