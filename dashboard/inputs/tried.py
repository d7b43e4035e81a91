"""Inputs of a demo: example rows, and the visitor's own row."""

from core.config import Frozen


class TryIt(Frozen):
    """Example row and what a person would answer. Of a picture, `text` is its reference, `picture` a thumbnail."""

    text: str
    answer: str
    picture: str = ""
    said: str = ""
    """What is shown of it, where that is not `text`."""


class Tried(Frozen):
    """Validated input of a visitor: the cell for the model, what is shown of it, or the problem with it."""

    cell: str = ""
    text: str = ""
    picture: str = ""
    problem: str = ""
