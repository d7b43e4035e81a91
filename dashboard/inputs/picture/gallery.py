"""Gallery of thumbnails side by side with a few words below each, as HTML in which everything of a row is escaped."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.language.plain import shortened
from dashboard.language.words import tr

LONGEST = 60


@dataclass(frozen=True)
class Tile:
    """Thumbnail (a data URI, "" where the picture is gone) with the lines below it; the first one stands out.

    `alt` is its alternative text, where no line says what is seen.
    """

    thumbnail: str
    lines: tuple[str, ...] = ()
    alt: str = ""


def gallery(tiles: Sequence[Tile], *, small: bool = False) -> None:
    """Draws the gallery, as many tiles side by side as there is room for."""
    if tiles:
        st.html(as_html(tiles, small=small))


def as_html(tiles: Sequence[Tile], *, small: bool = False) -> str:
    """The gallery as one block of HTML."""
    inside = "".join(f"<figure>{_picture(one)}{_words(one.lines)}</figure>" for one in tiles)
    return f'<div class="gallery{" gallery-small" if small else ""}">{inside}</div>'


def _picture(tile: Tile) -> str:
    if not tile.thumbnail:
        return f'<span class="gallery-gone">{html.escape(tr("No picture"))}</span>'
    alt = tile.alt or next(iter(tile.lines), tr("Picture"))
    return f'<img src="{html.escape(tile.thumbnail)}" alt="{html.escape(shortened(alt, 200))}" loading="lazy">'


def _words(lines: Sequence[str]) -> str:
    kinds = ["b", *["span"] * (len(lines) - 1)]
    return "".join(_line(kind, line) for kind, line in zip(kinds, lines, strict=False))


def _line(kind: str, line: str) -> str:
    """A line, cut where it is long, with the rest as its tooltip."""
    short = shortened(line, LONGEST)
    title = "" if short == line else f' title="{html.escape(shortened(line, 400))}"'
    return f"<{kind}{title}><bdi>{html.escape(short)}</bdi></{kind}>"
