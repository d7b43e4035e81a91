"""Python that a bundle brings to ask its model, where transformers' pipeline does not open it."""

from pathlib import Path

USE = "use.py"


def code_in(bundle: Path) -> str:
    """The bundle's own; nothing where it brings none."""
    path = bundle / USE
    return path.read_text(encoding="utf-8") if path.is_file() else ""
