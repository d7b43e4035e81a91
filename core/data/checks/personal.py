"""Personal data detection, by regular expressions and column names. Names of people in running text are not found."""

import re
import tomllib
from functools import cache
from importlib.resources import files

import pandas as pd

_FORMS = {
    "e-mail": re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"),
    "account name": re.compile(r"(?<![\w@])@\w{2,}"),
    "link": re.compile(r"(?:https?://|www\.)\S+"),
    "account number": re.compile(r"\b[A-Z]{2}\d{2} ?(?:[A-Z0-9]{4} ?){2,7}[A-Z0-9]{1,4}\b|\b(?:\d{4}[ -]){3}\d{1,7}\b"),
    "internet address": re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"),
    "phone number": re.compile(
        r"(?<!\w)(?:\+|00|\(0?)\d[\d ()/.-]{5,}\d|(?<![\w.,])0\d{1,5}[ /-]\d[\d -]{3,}\d|\b\d{3}[-.]\d{3}[-.]\d{4}\b"
    ),
    "long number": re.compile(r"(?<![\w.,])\d{9,}(?![\w.,]\d)"),
}
LOOKED_AT = 2_000
OFTEN = 0.2
"""A column is personal when more than this share of its cells has something personal in it."""


def masked(text: str) -> str:
    """Redacted text: a word in brackets for each e-mail address, account, link and telephone number in it."""
    for name, form in _FORMS.items():
        text = form.sub(f"[{name}]", text)
    return text


def is_personal_name(column: str) -> bool:
    """Whether the column's name says nothing but that it is about a person, such as 'email' or 'customerName'."""
    words = _words_of(column)
    return bool(words) and all(word in _names() for word in words)


def personal_columns(frame: pd.DataFrame) -> dict[str, str]:
    """The columns that look personal, each with the reason, in the frame's order."""
    found = {}
    for column in map(str, frame.columns):
        if words := [word for word in _words_of(column) if word in _names()]:
            found[column] = f"its name says '{words[0]}'"
        elif reason := _inside(frame[column]):
            found[column] = reason
    return found


@cache
def _names() -> frozenset[str]:
    told = tomllib.loads(files("core.data").joinpath("personal_words.toml").read_text("utf-8"))
    return frozenset(str(told["words"]).split())


def _words_of(column: str) -> list[str]:
    apart = re.sub(r"([a-z])([A-Z])", r"\1 \2", column)
    return [word.casefold() for word in re.split(r"[\W_\d]+", apart) if word]


def _inside(column: pd.Series) -> str:
    if pd.api.types.is_numeric_dtype(column):
        return ""
    cells = column.dropna().head(LOOKED_AT).astype(str)
    for name, form in _FORMS.items():
        if (
            name != "link"
            and len(cells)
            and float(cells.map(lambda cell, f=form: bool(f.search(cell))).mean()) >= OFTEN
        ):
            return f"many of its cells hold {'an' if name[0] in 'aei' else 'a'} {name}"
    return ""
