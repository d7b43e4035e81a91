"""Input modality of a model, text or picture, as far as that is known before it is loaded."""

from pathlib import Path

from core.errors import UserError
from core.models.allowed import PICTURE_FAMILIES
from core.models.catalogue import CATALOGUE, key_of
from core.models.contents import read_config
from core.models.hub import HubModel
from core.models.located import folder_of

TEXT, PICTURE = "text", "picture"
PICTURE_TASKS = frozenset({"image-classification", "image-feature-extraction"})


def reads(ref: str, folder: Path) -> str | None:
    """Input modality of a model of the catalogue, or of one that is here; None for any other."""
    if entry := CATALOGUE.get(key_of(ref)):
        return entry.reads
    try:
        family = read_config(folder_of(ref, folder), ref)["model_type"]
    except UserError:
        return None
    return PICTURE if family in PICTURE_FAMILIES else TEXT


def may_read(found: HubModel, inputs: str) -> bool:
    """Whether a model on the Hub may read such inputs, by the task that the Hub names."""
    is_for_pictures = found.task in PICTURE_TASKS
    if inputs == PICTURE:
        return is_for_pictures
    return not is_for_pictures
