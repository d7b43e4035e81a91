"""Inference script that a bundle brings, where transformers' pipeline does not open it."""

from pathlib import Path

USE = "use.py"


def code_in(bundle: Path) -> str:
    """Inference script of the bundle as text; empty where it brings none."""
    path = bundle / USE
    return path.read_text(encoding="utf-8") if path.is_file() else ""
