"""Texts: rows that are read word by word."""

from core.inputs.text.texts import Texts

__all__ = ["Texts"]
