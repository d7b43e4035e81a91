"""Frames out of pickle files, by an unpickler that can build nothing but records of what it was given.

A pickle is a program: opening one the usual way would import and call whatever it names. Here every name it asks for
becomes an inert record that only remembers; nothing is imported or called, pandas and numpy included, and the values
are then taken out of the records.
"""

import io
import pickle
from typing import Any

import numpy as np
import pandas as pd

from core.data.rows.values import column_of

NUMBERS = {"f8": "<f8", "i8": "<i8", "i4": "<i4", "b1": "?"}
"""Kinds of numbers that are read out of bytes."""


class Inert:
    """Stub for anything a pickle names. Being made, called or given a state does nothing but remember."""

    def __new__(cls, *given: Any) -> "Inert":
        """A record of what it was given."""
        record = super().__new__(cls)
        record.given, record.state = given, None
        return record

    def __init__(self, *_: Any) -> None:
        pass

    given: tuple[Any, ...]
    state: Any

    def __setstate__(self, state: Any) -> None:
        self.state = state


class InertUnpickler(pickle.Unpickler):
    """Restricted unpickler: reads a pickle without importing or calling anything that it names."""

    def find_class(self, module: str, name: str) -> Any:
        """A fresh stub type, whatever is asked for."""
        return type(f"{module}.{name}", (Inert,), {})


def frame_in(content: bytes) -> pd.DataFrame:
    """The pickled DataFrame, its columns of text or of numbers. Raises TypeError and the like for anything else."""
    frame = InertUnpickler(io.BytesIO(content)).load()
    blocks, axes = frame.state["_mgr"].given[:2]
    names = [str(name) for name in axes[0].given[1]["data"].state[-1]]
    columns: dict[int, pd.Series] = {}
    for block in blocks:
        values, place, _ = block.given
        lines = _texts(values) if values.state is not None else _numbers(values)
        for column, line in zip(_places(place, len(names)), lines, strict=True):
            columns[column] = column_of(line)
    return pd.DataFrame({names[column]: columns[column] for column in sorted(columns)})


def _texts(values: Any) -> list[list[Any]]:
    (height, width), cells = values.state[1], values.state[-1]
    found = [None if cell != cell or isinstance(cell, Inert) else cell for cell in cells]  # noqa: PLR0124  # NaN
    return [found[row * width : (row + 1) * width] for row in range(height)]


def _numbers(values: Any) -> list[list[Any]]:
    buffer, kind, shape, order = values.given
    numbers = np.frombuffer(bytes(buffer), NUMBERS[str(kind.given[0])]).reshape(shape, order=order)
    return [[None if one != one else one for one in row] for row in numbers.tolist()]  # noqa: PLR0124  # NaN


def _places(place: Any, columns: int) -> list[int]:
    """Columns of a block: those of a slice, or of an array of places."""
    if len(place.given) == 3:
        return list(range(*place.given))
    buffer, kind, shape, order = place.given
    found: list[int] = np.frombuffer(bytes(buffer), NUMBERS[str(kind.given[0])]).reshape(shape, order=order).tolist()
    return [one for one in found if 0 <= one < columns]
