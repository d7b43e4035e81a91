"""Columns that answers add to rows: their names, and those that answers of every kind have."""

from collections.abc import Sequence
from typing import Protocol

import pandas as pd

from dashboard.language.words import tr


class Replies(Protocol):
    """Result columns common to all answer kinds: truncation, and unread rows with their reason."""

    @property
    def cut(self) -> Sequence[bool]:
        """Whether the end of each row was not read."""
        ...

    @property
    def problems(self) -> Sequence[str]:
        """Why a row was not read; empty where it was."""
        ...


def free(name: str, frame: pd.DataFrame) -> str:
    """The name, or the name with as many underscores as make it new."""
    while name in frame.columns:
        name += "_"
    return name


def add_problems(answered: pd.DataFrame, parts: Sequence[Replies]) -> None:
    """Add the columns on rows whose end, or which as a whole, was not read; none where all were."""
    cut = [is_cut for part in parts for is_cut in part.cut]
    if any(cut):
        answered[free(tr("end not read"), answered)] = cut
    problems = [problem for part in parts for problem in part.problems]
    if any(problems):
        answered[free(tr("not read"), answered)] = problems
