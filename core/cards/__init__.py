"""The model card and the data sheet, in the format of the Hugging Face Hub, written from what was measured."""

from core.cards.data_sheet import data_sheet
from core.cards.model_card import model_card

__all__ = ["data_sheet", "model_card"]
