"""What a visitor of a demo asked, and what came of it."""

from core.config import Frozen


class Likely(Frozen):
    """A class and how probable the model thinks it is; `width` is the length of its bar, of 100."""

    label: str
    probability: str
    width: int


class VisitorTrial(Frozen):
    """A visitor's sentence or picture and what came of it."""

    text: str = ""
    picture: str = ""
    """A thumbnail of her picture, a data URI."""
    label: str = ""
    """The answer; empty where nothing was asked, or where the model leaves it to a person."""
    note: str = ""
    """How far the answer can be relied on, where that is a sentence."""
    likely: tuple[Likely, ...] = ()
    answered: bool = False
    kept: bool = False
    problem: str = ""
