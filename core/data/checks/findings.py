"""Findings of data validation: what is wrong, or worth knowing, about rows."""

from typing import Literal

from core.config import Frozen
from core.data.files.options import ReadOptions
from core.data.mends import Offer

Severity = Literal["error", "warning", "info"]
ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}


class Finding(Frozen):
    """One finding: `message` says what with the real values, `hint` what to do, `rows` how many rows it touches.

    `examples` are the positions of some of these rows, the first being 0; where rows belong together, they stand
    together. `readings` are other ways to read the file, each a whole set of options; the first is the likeliest.
    `columns` are those that it is about, where it is about some.
    """

    code: str
    severity: Severity
    message: str
    hint: str = ""
    rows: int | None = None
    examples: tuple[int, ...] = ()
    readings: tuple[ReadOptions, ...] = ()
    mends: tuple[Offer, ...] = ()
    columns: tuple[str, ...] = ()

    def mended_by(self, *mends: Offer) -> "Finding":
        """The finding with these mends, those that would change a row."""
        return self.model_copy(update={"mends": tuple(one for one in mends if one.rows)})


def error(code: str, message: str, hint: str = "", rows: int | None = None) -> Finding:
    """An error: it must be mended before training."""
    return Finding(code=code, severity="error", message=message, hint=hint, rows=rows)


def warning(code: str, message: str, hint: str = "", rows: int | None = None) -> Finding:
    """A warning: it will make the result worse or its measure less sure."""
    return Finding(code=code, severity="warning", message=message, hint=hint, rows=rows)


def info(code: str, message: str, hint: str = "", rows: int | None = None) -> Finding:
    """A piece of information, good to know."""
    return Finding(code=code, severity="info", message=message, hint=hint, rows=rows)
