"""Rows: read from any file, divided, named for life. Knows no tasks, no models and no screens."""

from core.data.clean import Step
from core.data.findings import Finding
from core.data.identity import row_ids
from core.data.parts import Part
from core.data.read import read
from core.data.read_apart import read_apart
from core.data.suggest import Suggestion, suggest
from core.data.table import Table
from core.data.values import as_text

__all__ = [
    "Finding",
    "Part",
    "Step",
    "Suggestion",
    "Table",
    "as_text",
    "read",
    "read_apart",
    "row_ids",
    "suggest",
]
