"""Rows as they are stored: an Arrow table whose columns have one type each."""

import pandas as pd
import pyarrow as pa


def as_arrow(frame: pd.DataFrame) -> pa.Table:
    """The rows as an Arrow table; a column of mixed types is kept as text."""
    columns = {}
    for name, column in frame.items():
        try:
            columns[str(name)] = pa.array(column, from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            columns[str(name)] = pa.array(column.astype("string"), from_pandas=True)
    return pa.table(columns)
