"""Rated tweets out of vaderSentiment's source archive: how pleased at least twenty people found each, from -4 to 4."""

import html
import io
import tarfile
from pathlib import Path

import pandas as pd

from core.archives import read
from core.errors import UserError

INNER = "vaderSentiment-0.5/additional_resources/hutto_ICWSM_2014.tar.gz"
TABLE = "hutto_ICWSM_2014/tweets_GroundTruth.txt"
LARGEST_BYTES = 8 * 1024**2


def rows(archive: Path) -> pd.DataFrame:
    """Columns text and rating (float64, the mean of all raters), in the published order."""
    lines = [line.split("\t") for line in _table(read(archive, INNER)).splitlines() if line.strip()]
    ratings = [float(rating) for _, rating, _ in lines]
    texts = [" ".join(html.unescape(text).split()) for _, _, text in lines]
    return pd.DataFrame({"text": pd.Series(texts, dtype="str"), "rating": ratings})


def _table(packed: bytes) -> str:
    """The table in the archive within the archive; nothing is unpacked to the disk."""
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as inner:
        for member in inner:
            if member.name == TABLE and member.isfile() and member.size <= LARGEST_BYTES:
                content = inner.extractfile(member)
                return content.read().decode("utf-8", errors="replace") if content else ""
    raise UserError(f"The package archive has no file '{TABLE}' in it.")
