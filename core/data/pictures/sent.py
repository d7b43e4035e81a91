"""Validation of uploaded pictures in the sandbox: each cleaned, or refused in a sentence."""

import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.apart import apart
from core.data.pictures.pack import reference
from core.errors import DatasetError
from core.sandbox import more_time

MOST_PIXELS = 1_000_000_000
"""Pixel limit of all pictures that are sent together: about ten seconds of decoding."""
COMPUTING_S = 60
PROVER = f"{__name__}:prove"

_apart = threading.BoundedSemaphore(2)
"""Semaphore of the sandboxes that this process runs at one time; whoever comes then waits."""


@dataclass(frozen=True)
class Sent:
    """Uploaded picture: its reference and its bytes as they may be kept, or the `problem` with it."""

    picture: str = ""
    content: bytes = b""
    problem: str = ""


def read_sent(contents: Sequence[bytes]) -> list[Sent]:
    """Validates these files of one picture each. Raises DatasetError where they take too much to read."""
    if not contents:
        return []
    with _apart, tempfile.TemporaryDirectory(prefix="sent-") as folder:
        for number, content in enumerate(contents):
            (Path(folder) / str(number)).write_bytes(content)
        what = "The picture" if len(contents) == 1 else "What was sent"
        request = {"folder": folder, "files": len(contents)}
        told = apart(PROVER, request, what=what, error=DatasetError, at_most_s=COMPUTING_S)
        return [_sent(Path(folder) / str(number), suffix, why) for number, (suffix, why) in enumerate(told)]


def _sent(path: Path, suffix: str, problem: str) -> Sent:
    if problem:
        return Sent(problem=problem)
    content = path.read_bytes()
    return Sent(reference(content, suffix), content)


def prove(folder: str, files: int) -> list[tuple[str, str]]:
    """Writes each file's verified picture in its place; gives its suffix, or what is wrong. Runs in the sandbox."""
    from core.data.pictures.picture import BadPicture, read_picture

    more_time()
    told, pixels = [], 0
    for number in range(files):
        path = Path(folder) / str(number)
        try:
            picture = read_picture(path.read_bytes())
        except BadPicture as error:
            told.append(("", f"The picture {error}."))
            continue
        pixels += picture.width * picture.height
        if pixels > MOST_PIXELS:
            raise DatasetError(
                f"The pictures have more than {MOST_PIXELS // 1_000_000:,} million pixels together.",
                "Send fewer at once, or shrink them first: 512 pixels at the longest side are used.",
            )
        path.write_bytes(picture.content)
        told.append((picture.suffix, ""))
    return told
