"""Columns that answers add to rows: their names, and those that answers of every kind have."""

from collections.abc import Sequence
from typing import Protocol

import pandas as pd

from dashboard.language.words import tr


class Replies(Protocol):
    """Result columns common to all answer kinds: truncation, unread rows, rows unlike the training rows."""

    @property
    def cut(self) -> Sequence[bool]:
        """Whether the end of each row was not read."""
        ...

    @property
    def problems(self) -> Sequence[str]:
        """Why a row was not read; empty where it was."""
        ...

    @property
    def unlike(self) -> Sequence[bool | None]:
        """Whether each row is unlike the training rows; None where the model does not tell."""
        ...


def free(name: str, frame: pd.DataFrame) -> str:
    """The name, or the name with as many underscores as make it new."""
    while name in frame.columns:
        name += "_"
    return name


def add_problems(answered: pd.DataFrame, parts: Sequence[Replies]) -> None:
    """Adds columns on rows whose end, or which as a whole, was not read, and on those unlike the training rows."""
    cut = [is_cut for part in parts for is_cut in part.cut]
    if any(cut):
        answered[free(tr("end not read"), answered)] = cut
    problems = [problem for part in parts for problem in part.problems]
    if any(problems):
        answered[free(tr("not read"), answered)] = problems
    unlike = [is_unlike for part in parts for is_unlike in part.unlike]
    if any(is_unlike is not None for is_unlike in unlike):
        answered[free(tr("unlike the training rows"), answered)] = pd.array(unlike, dtype="boolean")
