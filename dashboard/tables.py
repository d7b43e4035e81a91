"""Height of a table on a Streamlit page: that of its rows, up to a limit above which it scrolls."""

HEADER_PX = ROW_PX = 35
BORDER_PX = 2


def fitted(rows: int, most_px: int, row_px: int = ROW_PX) -> int:
    """Height in pixels of a table of so many rows; `most_px` where they need more."""
    return min(most_px, HEADER_PX + max(rows, 1) * row_px + BORDER_PX)
