"""Pictures: rows that are looked at. Which columns, when two are the same, what is wrong, how a network reads them."""

from core.inputs.picture.pictures import PictureInputs

__all__ = ["PictureInputs"]
