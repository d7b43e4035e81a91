"""Table inputs: the columns of a row, what each is read as, their checks, and the features that models learn from."""

from core.inputs.table.tables import TableInputs

__all__ = ["TableInputs"]
