"""Texts: rows that are read word by word."""

from core.inputs.text.texts import TextInputs

__all__ = ["TextInputs"]
