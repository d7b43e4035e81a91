"""Work of an image classifier on one picture: operations and activations, which a quote stands on.

Of a catalogue's model it stands in catalogue.toml; of another it is counted once in the sandbox, on torch's meta
device, and remembered.
"""

import tempfile
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from core.apart import apart
from core.config import Frozen
from core.errors import ModelError
from core.models.allowed import PICTURE_FAMILIES
from core.models.catalogue import CATALOGUE, PictureWork, key_of
from core.models.contents import manifest_of, read_config
from core.models.hub import describe_on_hub
from core.models.located import folder_of

COUNT = "core.learners.picture_work:count_work"


def picture_work(ref: str, folder: Path) -> PictureWork | None:
    """Work of the model named by `ref`; None where it reads no pictures. Raises ModelError or NotFound."""
    ref = key_of(ref)
    if entry := CATALOGUE.get(ref):
        return entry.work
    place = folder_of(ref, folder)
    remembered = folder / ".described" / f"{place.name}.work.json"
    if (known := _remembered(remembered, place / "config.json")) is not None:
        return known.work
    if manifest_of(place):
        found = _counted(place, ref)
    else:
        with tempfile.TemporaryDirectory() as holder:
            describe_on_hub(ref, Path(holder))
            found = _counted(Path(holder), ref)
    remembered.parent.mkdir(parents=True, exist_ok=True)
    remembered.write_text(Remembered(work=found).model_dump_json(), encoding="utf-8")
    return found


class Remembered(Frozen):
    """What was counted, also that there was nothing to count."""

    work: PictureWork | None


def _remembered(path: Path, config: Path) -> Remembered | None:
    """What was counted before, unless the model came later."""
    with suppress(OSError, ValidationError):
        if not config.is_file() or path.stat().st_mtime >= config.stat().st_mtime:
            return Remembered.model_validate_json(path.read_bytes())
    return None


def _counted(place: Path, name: str) -> PictureWork | None:
    if read_config(place, name)["model_type"] not in PICTURE_FAMILIES:
        return None
    told = apart(COUNT, {"path": str(place.absolute()), "name": name}, what=name, error=ModelError, at_most_s=60)
    return PictureWork.model_validate(told)
