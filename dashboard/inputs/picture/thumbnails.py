"""Thumbnails of a dataset's pictures, as data URIs. Made once and kept in memory; a page never gets the file."""

import io
from base64 import b64encode
from collections.abc import Sequence

import streamlit as st
from PIL import Image

from core.data.pictures.pack import PictureFile
from core.errors import NotFound
from dashboard.access.store import store

SIDE = 144
"""Pixels of the longer side; shown at three quarters of it, so that it is sharp on fine screens too."""
QUALITY = 80


@st.cache_resource(show_spinner=False, max_entries=4)
def pictures_of(dataset_id: str) -> PictureFile | None:
    """Picture file of a dataset, read by reference; None where it has none."""
    return store().datasets.pictures(dataset_id)


def thumbnails(dataset_id: str, references: Sequence[str]) -> list[str]:
    """Thumbnail of each picture, a JPEG as a data URI; "" for one that is not there."""
    return [_thumbnail(dataset_id, str(one)) for one in references]


@st.cache_data(show_spinner=False, max_entries=4_000)
def _thumbnail(dataset_id: str, reference: str) -> str:
    try:
        pictures = pictures_of(dataset_id)
        content = pictures.read(reference) if pictures else None
    except (KeyError, NotFound):
        return ""
    return as_uri(small(content)) if content else ""


def small(content: bytes, side: int = SIDE) -> bytes:
    """Thumbnail as a JPEG of at most `side` pixels a side; tiny pictures are enlarged with nearest neighbour."""
    image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
    image.draft("RGB", (2 * side, 2 * side))
    image = image.convert("RGB")
    times = side // max(image.size)
    if times > 1:
        image = image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)
    image.thumbnail((side, side))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def as_uri(jpeg: bytes) -> str:
    """Data URI of a JPEG."""
    return f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"
