"""Summary of batch predictions: how many rows, of which classes, and which are not to be relied on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.answers import room


@dataclass(frozen=True)
class Summary:
    """Counts of a file's predictions.

    `unread` rows have nothing to read, `unlike` ones are unlike the training rows (None where the model does not tell),
    `counts` says how often each class was answered, the most frequent first; empty where answers are numbers.
    """

    rows: int
    unread: int
    unlike: int | None
    counts: dict[str, int]


def summarised(parts: Sequence[Any], blank: Sequence[bool]) -> Summary:
    """Summary of the replies to a file's batches; `blank` says which of its rows have nothing to read."""
    problems = [problem for part in parts for problem in part.problems] or [""] * len(blank)
    unread = [is_blank or bool(problem) for is_blank, problem in zip(blank, problems, strict=True)]
    unlike = [is_unlike for part in parts for is_unlike in part.unlike if is_unlike is not None]
    counts = room(parts[0].kind, "predict").counted(parts, unread)
    return Summary(len(blank), sum(unread), sum(unlike) if unlike else None, counts)
