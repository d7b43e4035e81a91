"""Names of columns that answers add to rows."""

import pandas as pd


def free(name: str, frame: pd.DataFrame) -> str:
    """The name, or the name with as many underscores as make it new."""
    while name in frame.columns:
        name += "_"
    return name
