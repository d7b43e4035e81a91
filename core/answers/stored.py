"""Deserialisation of answers: a Parquet file becomes the class that its metadata names."""

from pathlib import Path

import pyarrow.parquet as pq

from core.answers.base import KIND, Answers
from core.answers.number import NumberAnswers
from core.answers.one_class import ClassAnswers
from core.errors import ModelError

KINDS: dict[str, type[Answers]] = {one.kind: one for one in (ClassAnswers, NumberAnswers)}
"""Registry of the kinds of answers by name. A file that names none is of the first kind there was."""


def read_answers(path: Path) -> Answers:
    """Reads the answers in a file. Raises ModelError for a kind that this program does not know."""
    kind = (pq.read_schema(path).metadata or {}).get(KIND, ClassAnswers.kind.encode()).decode()
    if kind not in KINDS:
        raise ModelError(
            f"These answers are of the kind '{kind}', which this Tuneboard does not know.", "Update Tuneboard."
        )
    return KINDS[kind].read(path)
