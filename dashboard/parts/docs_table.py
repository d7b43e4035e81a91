"""Parsing of a table of counted rates that a benchmark wrote into docs/, of which dashboard/static holds a copy."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

STATIC = Path(__file__).parents[1] / "static"
Line = TypeVar("Line")


@cache
def lines_of(name: str, line: Callable[..., Line], cells: int) -> tuple[Line, ...]:
    """Every line of so many cells that holds a rate, as `line` makes it of them; none where the file is not there."""
    path = STATIC / name
    if not path.is_file():
        return ()
    written = [one.strip().strip("|").split("|") for one in path.read_text(encoding="utf-8").splitlines() if "%" in one]
    return tuple(line(*(cell.strip() for cell in found)) for found in written if len(found) == cells)


def share_of(rate: str) -> float:
    """Counted rate as a share, without its Monte Carlo error: "2.7% ± 0.1" is 0.027."""
    return float(rate.split("%", maxsplit=1)[0]) / 100
