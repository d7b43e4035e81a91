"""Pretrained models: which there are, where they lie, what is known of them. Never loads one: no torch here."""

from core.models.catalogue import CATALOGUE, CatalogueModel
from core.models.datasets import fetch_hub_dataset
from core.models.description import ModelInfo, describe
from core.models.hub import HubModel, search_hub
from core.models.located import add_local, locate, on_this_machine
from core.models.reading import may_read, reads

__all__ = [
    "CATALOGUE",
    "CatalogueModel",
    "HubModel",
    "ModelInfo",
    "add_local",
    "describe",
    "fetch_hub_dataset",
    "locate",
    "may_read",
    "on_this_machine",
    "reads",
    "search_hub",
]
