"""Rows: read from any file, judged, cleaned, split. Knows no models and no screens."""

from core.data.clean import Step
from core.data.identity import row_ids
from core.data.prepare import Part, Prepared, prepare
from core.data.read import read
from core.data.table import Table

__all__ = ["Part", "Prepared", "Step", "Table", "prepare", "read", "row_ids"]
