"""Pictures of an inference request: validated in the sandbox, and on the shelf while it is answered."""

import base64
import binascii
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from core.data.pictures.pack import REFERENCE, PictureFile
from core.data.pictures.sent import Sent, read_sent
from core.data.sentences import megabytes
from core.inputs.base import Brought, OpenHoldings
from core.inputs.picture import shelf

MAX_BYTES = 20 * 1024 * 1024
"""Size limit of one picture's file."""
MAX_CHARACTERS = (MAX_BYTES + 2) // 3 * 4 + 64
"""Length limit of such a file as base64, with the header of a data URL."""
TOO_LARGE = f"The picture has more than {megabytes(MAX_BYTES)}."
NO_PICTURE = "The picture is neither base64 nor a reference to one of the run's own pictures."
NOT_OURS = "The picture is none of the run's own."


@contextmanager
def brought(cells: Sequence[Any], known: OpenHoldings) -> Iterator[Brought]:
    """Each cell is a picture's file as base64 (or a data URL), a reference to a `known` picture, or nothing.

    Inside, the shelf finds all of them. What is wrong with one is said in its place. Raises DatasetError where they
    take too much to read.
    """
    own: PictureFile | None = known() if any(_is_reference(cell) for cell in cells) else None
    found = [_of(cell, own) for cell in cells]
    proven = iter(read_sent([one for one in found if isinstance(one, bytes)]))
    sent = [next(proven) if isinstance(one, bytes) else one for one in found]
    contents = {one.picture: one.content for one in sent if one.content}
    with shelf.holding(own), shelf.holding(contents):
        yield Brought(tuple(one.picture or None for one in sent), tuple(one.problem for one in sent))


def as_cell(content: bytes) -> str:
    """Base64 of a picture's file, as it is sent."""
    return base64.b64encode(content).decode("ascii")


def _is_reference(cell: Any) -> bool:
    return isinstance(cell, str) and REFERENCE.fullmatch(cell) is not None


def _of(cell: Any, own: PictureFile | None) -> bytes | Sent:
    """Decodes the file in a cell, not validated yet; or says what is known of it without one."""
    if cell is None or cell == "":
        return Sent()
    if not isinstance(cell, str):
        return Sent(problem=NO_PICTURE)
    if _is_reference(cell):
        return Sent(cell) if own is not None and cell in own else Sent(problem=NOT_OURS)
    if len(cell) > MAX_CHARACTERS:
        return Sent(problem=TOO_LARGE)
    head, comma, rest = cell.partition(",")
    code = rest if comma and head.startswith("data:") and head.endswith(";base64") else cell
    try:
        content = base64.b64decode(code, validate=True)
    except (binascii.Error, ValueError):
        return Sent(problem=NO_PICTURE)
    return content if len(content) <= MAX_BYTES else Sent(problem=TOO_LARGE)
