"""Mends and tidies texts and answers, and leaves out rows that teach nothing.

Works on rows with the columns `text`, `target` and `part`, plain strings all; `part` is "test" for rows that must
stay as they were given, and empty where no split was given.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import ftfy
import pandas as pd

from core.config import Preparation
from core.data.sentences import counted

INVISIBLE = " \t\r\n\v\f\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u3000\ufeff"


@dataclass(frozen=True)
class Step:
    """One step of the preparation: its name, what it did in a sentence, and how many rows there were around it."""

    name: str
    text: str
    rows_before: int
    rows_after: int


Cleaned = tuple[pd.DataFrame, str]


def clean(rows: pd.DataFrame, preparation: Preparation) -> tuple[pd.DataFrame, list[Step]]:
    """The rows after every step that the settings ask for, in order, and what each did."""
    wanted: list[tuple[str, bool, Callable[[pd.DataFrame], Cleaned]]] = [
        ("fix_encoding", preparation.fix_encoding, mend),
        ("normalise", preparation.normalise, tidy),
        ("answers", True, without_unanswered),
        ("blanks", preparation.drop_blanks, without_blanks),
        ("duplicates", preparation.drop_duplicates, without_duplicates),
        ("conflicts", preparation.conflicts == "drop", without_conflicts),
    ]
    steps = []
    for name, is_wanted, work in wanted:
        if is_wanted:
            cleaned, text = work(rows)
            steps.append(Step(name, text, len(rows), len(cleaned)))
            rows = cleaned
    return rows, steps


def mend(rows: pd.DataFrame) -> Cleaned:
    """Turns 'cafÃ©' back into 'café'; correct text stays as it is."""
    mended = rows.assign(text=applied(mended_text, rows["text"]), target=applied(mended_text, rows["target"]))
    changed = changed_rows(rows, mended)
    return mended, f"Mended broken characters in {counted(changed, 'row')}."


def tidy(rows: pd.DataFrame) -> Cleaned:
    """One Unicode form (NFC) for equal characters, single spaces, none at the ends."""
    tidied = rows.assign(text=applied(normal, rows["text"]), target=applied(normal, rows["target"]))
    changed = changed_rows(rows, tidied)
    return tidied, f"Tidied spaces and Unicode in {counted(changed, 'row')}."


def without_unanswered(rows: pd.DataFrame) -> Cleaned:
    """Only rows with an answer; the others can neither teach nor judge."""
    kept = rows[~is_blank(rows["target"])]
    return kept, f"Left out {counted(len(rows) - len(kept), 'row')} without an answer."


def without_blanks(rows: pd.DataFrame) -> Cleaned:
    """Only rows with a text."""
    kept = rows[~is_blank(rows["text"])]
    return kept, f"Left out {counted(len(rows) - len(kept), 'row')} without a text."


def without_duplicates(rows: pd.DataFrame) -> Cleaned:
    """The first of rows with the same text and answer; test rows that were given all stay."""
    kept = rows[~rows.duplicated(["part", "text", "target"]) | (rows["part"] == "test")]
    return kept, f"Left out {counted(len(rows) - len(kept), 'exact duplicate')}."


def without_conflicts(rows: pd.DataFrame) -> Cleaned:
    """Only rows whose text has one answer everywhere; test rows that were given all stay."""
    answers = rows[rows["part"] != "test"].drop_duplicates(["text", "target"])
    doubtful = answers.loc[answers.duplicated("text"), "text"]
    kept = rows[~rows["text"].isin(doubtful) | (rows["part"] == "test")]
    return kept, f"Left out {counted(len(rows) - len(kept), 'row')} whose text stands elsewhere with another answer."


def applied(work: Callable[[str], str], column: pd.Series) -> pd.Series:
    """The column with this work done on each text."""
    return pd.Series([work(text) for text in column], index=column.index, dtype=object)


def changed_rows(before: pd.DataFrame, after: pd.DataFrame) -> int:
    """In how many rows the text or the answer is not as it was."""
    return int(((before["text"] != after["text"]) | (before["target"] != after["target"])).sum())


def mended_text(text: str) -> str:
    """The text with its encoding mended, where it was read in a wrong one."""
    return text if text.isascii() else ftfy.fix_encoding(text)


def normal(text: str) -> str:
    """NFC and single spaces."""
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


def key_of(text: str) -> str:
    """What two texts share when they are the same to a reader: Unicode form, spaces and case aside."""
    return normal(text).casefold()


def is_blank(column: pd.Series) -> pd.Series:
    """Whether there is nothing to see in each text."""
    return pd.Series([not text.strip(INVISIBLE) for text in column], index=column.index, dtype=bool)
