"""Tabular data: rows parsed from any file, split, with ids for life. Knows no tasks, no models and no screens."""

from core.data.checks.findings import Finding
from core.data.checks.suggest import Suggestion, suggest
from core.data.files.options import ReadOptions
from core.data.files.read import read
from core.data.files.read_apart import read_apart
from core.data.files.table import Table
from core.data.rows.clean import Step
from core.data.rows.identity import row_ids
from core.data.rows.values import as_text
from core.data.splits.parts import Part

__all__ = [
    "Finding",
    "Part",
    "ReadOptions",
    "Step",
    "Suggestion",
    "Table",
    "as_text",
    "read",
    "read_apart",
    "row_ids",
    "suggest",
]
