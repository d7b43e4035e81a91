"""What a visitor of a demo may try, and what she tried."""

from core.config import Frozen


class TryIt(Frozen):
    """A row to try, and what a person would answer. Of a picture, `text` is its reference, `picture` a thumbnail."""

    text: str
    answer: str
    picture: str = ""


class Tried(Frozen):
    """A visitor's own row: what the model is asked about, what is shown of it, or the problem with it."""

    cell: str = ""
    text: str = ""
    picture: str = ""
    problem: str = ""
