"""The catalogue: pretrained models worth starting from, kept as data in catalogue.toml."""

import tomllib
from pathlib import Path
from typing import Literal

from core.archives import Archive
from core.config import Frozen


class ModelArchive(Archive):
    """A package archive that holds a whole model in one of its folders, or weights that a conversion reads."""

    folder: str
    """The folder; for a conversion, the file with the weights."""
    conversion: str = ""
    """Which of core.models.conversions makes a model of them, where they are in another form."""


class PictureWork(Frozen):
    """Work of an image classifier on one picture, as wide and high as it was made for (`side`, in pixels).

    `flops` of a forward pass, and `kept_bytes` of activations for the backward pass in fp32, both counted on torch's
    meta device.
    """

    family: str
    side: int
    flops: float
    kept_bytes: float


class CatalogueModel(Frozen):
    """A pretrained model that Tuneboard knows by a short key."""

    key: str
    title: str
    hub_id: str | None = None
    """None where the Hub has no copy that transformers opens."""
    reads: Literal["text", "picture"] = "text"
    summary: str
    parameters: int
    hidden_size: int
    layers: int
    max_tokens: int = 0
    """0 where it reads no tokens."""
    work: PictureWork | None = None
    """None where it reads no pictures."""
    languages: tuple[str, ...] = ()
    """ISO 639-1 codes; `multilingual` stands for about a hundred languages."""
    licence: str
    pooling: Literal["mean", "cls", "none"] = "none"
    """Pooling of token embeddings into a sentence's; `none` means it was not made to give sentence vectors."""
    megabytes: int
    weights_sha256: str | None = None
    archives: tuple[ModelArchive, ...] = ()

    @property
    def sentence_encoder(self) -> bool:
        """True where the model was made to give one vector for a sentence, so that a frozen start works well."""
        return self.pooling != "none"


def _read() -> dict[str, CatalogueModel]:
    entries = tomllib.loads(Path(__file__).with_name("catalogue.toml").read_text(encoding="utf-8"))
    return {key: CatalogueModel(key=key, **entry) for key, entry in entries.items()}


CATALOGUE: dict[str, CatalogueModel] = _read()


def key_of(ref: str) -> str:
    """The catalogue's key for a model it knows by its name on the Hub; any other reference as it is."""
    return next((key for key, entry in CATALOGUE.items() if entry.hub_id == ref), ref)
