"""Requests of a demo's visitors with their predictions."""

from core.config import Frozen


class Likely(Frozen):
    """Class with its predicted probability; `width` is the length of its bar, of 100."""

    label: str
    probability: str
    width: int


class VisitorTrial(Frozen):
    """Visitor's sentence or picture, and the model's answer or the problem."""

    text: str = ""
    picture: str = ""
    """A thumbnail of her picture, a data URI."""
    label: str = ""
    """Predicted answer; empty where nothing was asked, or where the model leaves it to a person."""
    note: str = ""
    """Sentence on how far the answer can be relied on; empty without one."""
    warning: str = ""
    """Warning on a row unlike the training rows; empty without one."""
    likely: tuple[Likely, ...] = ()
    answered: bool = False
    kept: bool = False
    problem: str = ""
