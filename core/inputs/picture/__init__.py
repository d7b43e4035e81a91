"""Picture inputs: their columns, near-duplicates, checks, and encoding for a network."""

from core.inputs.picture.pictures import PictureInputs

__all__ = ["PictureInputs"]
