"""Result of a mend."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Mended:
    """Mended rows, how many rows were changed or left out, and what was done in a sentence."""

    frame: pd.DataFrame
    rows: int
    note: str
