"""Columns that answers add to rows: their names, and those that answers of every kind have."""

from collections.abc import Sequence
from typing import Protocol

import pandas as pd

from dashboard.language.words import tr, word

UNREAD = {
    "end": word("The text is longer than this model reads: its end had no say."),
    "beginning": word("The text is longer than this model reads: its beginning had no say."),
}


class Replies(Protocol):
    """Result columns common to all answer kinds: truncation, unread rows, rows unlike the training rows."""

    @property
    def cut(self) -> Sequence[str]:
        """What of each row was not read, "end" or "beginning"; empty where all of it was."""
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
    """Adds columns on rows of which a part, or all, was not read, and on those unlike the training rows."""
    cut = [unread for part in parts for unread in part.cut]
    for unread, name in (("end", tr("end not read")), ("beginning", tr("beginning not read"))):
        if unread in cut:
            answered[free(name, answered)] = [one == unread for one in cut]
    problems = [problem for part in parts for problem in part.problems]
    if any(problems):
        answered[free(tr("not read"), answered)] = problems
    unlike = [is_unlike for part in parts for is_unlike in part.unlike]
    if any(is_unlike is not None for is_unlike in unlike):
        answered[free(tr("unlike the training rows"), answered)] = pd.array(unlike, dtype="boolean")
