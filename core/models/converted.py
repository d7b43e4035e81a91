"""Conversion of weights that a package archive holds in another form, into a folder that transformers opens.

Runs once, in the sandbox, on a file whose hash is known; the result has to answer a picture made here as the weights'
authors' own program answers it.
"""

from pathlib import Path

from core.apart import apart
from core.errors import ModelError

SECONDS = 120
WORK = "core.models.conversions:write"


def convert(conversion: str, archive: Path, member: str, into: Path) -> None:
    """Converts the weights in the sandbox. Raises ModelError when the model does not answer as it should."""
    request = {"conversion": conversion, "archive": str(archive), "member": member, "into": str(into)}
    apart(
        "core.models.conversions:write",
        request,
        what=f"The model in {archive.name}",
        error=ModelError,
        at_most_s=SECONDS,
    )
