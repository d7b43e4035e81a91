"""Text inputs: their checks and normalisation."""

from core.inputs.text.texts import TextInputs

__all__ = ["TextInputs"]
