"""Client of the Hugging Face Hub, where it answers. HF_ENDPOINT names another one; HF_HUB_OFFLINE switches it off."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import huggingface_hub
import huggingface_hub.errors
from huggingface_hub.utils.tqdm import disable_progress_bars

from core.config import Frozen
from core.durable import sha256_of
from core.errors import ModelError
from core.hiding import without_password
from core.models.contents import NO_PICKLES, Manifest, is_wanted
from core.waiting import while_growing, within

ANSWER_S = 5.0
"""Connect timeout: the Hub counts as out of reach when it has not answered at all by then."""
METADATA_S = 30.0
"""Timeout of a listing once the Hub has answered."""

SHARD = re.compile(r"model-\d+-of-\d+\.safetensors|model\.safetensors\.index\.json")
DESCRIBING = ("config.json", "tokenizer_config.json", "1_Pooling/config.json")
HUB_ID = re.compile(r"^[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}\Z", re.ASCII)

TRANSPORT_ERROR: type[Exception] = huggingface_hub.errors.HfHubHTTPError.__mro__[1]
"""Base exception of the HTTP library below huggingface_hub, whichever it uses."""


class HubOutOfReach(ModelError):
    """The Hub does not answer, or is switched off."""


class HubModel(Frozen):
    """A model that a search of the Hub found."""

    ref: str
    task: str | None
    parameters: int | None
    licence: str | None
    languages: tuple[str, ...]
    downloads: int
    likes: int
    gated: bool
    """True for a gated repository, whose makers ask people to accept terms on the Hub first."""


def endpoint() -> str:
    """Base URL of the Hub that this process asks."""
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or str(huggingface_hub.constants.ENDPOINT)


def shown_endpoint() -> str:
    """Base URL of the Hub, without credentials that it may hold."""
    return without_password(endpoint())


def search_hub(query: str, limit: int = 20) -> list[HubModel]:
    """Search for models with safetensors weights whose name fits `query`, the most downloaded first.

    Raises ModelError when the Hub does not answer within 5 s.
    """
    api = reach()
    expand: list[Any] = ["downloads", "gated", "likes", "pipeline_tag", "safetensors", "tags"]
    with asking(f"a search for '{query}'"):
        found = within(
            METADATA_S,
            lambda: list(
                api.list_models(search=query, filter="safetensors", sort="downloads", limit=limit, expand=expand)
            ),
        )
    return [_hub_model(model) for model in found]


def describe_on_hub(hub_id: str, into: Path) -> HubModel:
    """Metadata of a model from the Hub, with its config.json copied into `into`; nothing large is fetched."""
    api = reach()
    expand: list[Any] = ["downloads", "gated", "likes", "pipeline_tag", "safetensors", "sha", "siblings", "tags"]
    with asking(f"the model '{hub_id}'"):
        info = within(METADATA_S, lambda: api.model_info(hub_id, expand=expand))
        _chosen(hub_id, info.siblings or [])
        for file in info.siblings or []:
            if file.rfilename in DESCRIBING:
                copy_file(hub_id, file, str(info.sha), into)
    return _hub_model(info)


def fetch_model(hub_id: str, into: Path, say: Callable[[str], None]) -> Manifest:
    """Copy a model's config, tokenizer and safetensors from the Hub into the empty folder `into`.

    Every file that the Hub gives a SHA-256 for is checked against it. Raises ModelError.
    """
    api = reach()
    with asking(f"the model '{hub_id}'"):
        info = within(METADATA_S, lambda: api.model_info(hub_id, files_metadata=True))
        files = _chosen(hub_id, info.siblings or [])
        size = sum(file.size or 0 for file in files)
        _room_for(size, into)
        say(f"Fetching {hub_id} from the Hugging Face Hub: {len(files)} files, {size / 1e6:.0f} MB.")
        for file in files:
            copy_file(hub_id, file, str(info.sha), into)
    told = _hub_model(info)
    return Manifest(
        ref=hub_id, source=f"{shown_endpoint()}/{hub_id} at {info.sha}", licence=told.licence, languages=told.languages
    )


def copy_file(repo: str, file: Any, commit: str, into: Path, *, kind: str = "model") -> Path:
    """Downloads one file of a repository at a commit below `into`; verifies the Hub's SHA-256 where it gives one."""
    if any(part in ("", ".", "..") for part in file.rfilename.split("/")) or re.search(r"[\\:\x00]", file.rfilename):
        raise ModelError(f"{repo} lists a file whose name leads out of its folder, so nothing of it was fetched.")
    disable_progress_bars()
    came = while_growing(
        into,
        f"The download from {shown_endpoint()}",
        lambda: huggingface_hub.hf_hub_download(
            repo,
            file.rfilename,
            repo_type=kind,
            revision=commit,
            local_dir=into,
            endpoint=endpoint(),
            etag_timeout=ANSWER_S,
        ),
    )
    shutil.rmtree(into / ".cache", ignore_errors=True)
    path = Path(came)
    if file.lfs and sha256_of(path) != file.lfs.sha256:
        path.unlink()
        raise ModelError(f"'{file.rfilename}' of {repo} arrived damaged: its SHA-256 is not the one the Hub gives.")
    return path


def reach() -> huggingface_hub.HfApi:
    """Client of the Hub. Raises HubOutOfReach at once, or within 5 s, when there is no use in asking."""
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE"):
        raise HubOutOfReach("The Hugging Face Hub is switched off here by HF_HUB_OFFLINE.", "Unset it to use the Hub.")
    address = endpoint()
    with asking("a sign of life"):
        within(ANSWER_S, lambda: huggingface_hub.get_session().head(f"{address}/api/models?limit=1", timeout=ANSWER_S))
    return huggingface_hub.HfApi(endpoint=address)


@contextmanager
def asking(what: str) -> Iterator[None]:
    """Translate whatever the client raises into one plain sentence about `what`."""
    errors = huggingface_hub.errors
    try:
        yield
    except errors.GatedRepoError:
        raise ModelError(
            f"The makers of {what} ask people to accept their terms on the Hub first.",
            "Accept them on its page there, then set HF_TOKEN, or choose another model.",
        ) from None
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError, errors.EntryNotFoundError):
        raise ModelError(f"The Hugging Face Hub at {shown_endpoint()} has no {what.removeprefix('the ')}.") from None
    except errors.HFValidationError:
        raise ModelError(f"{what} is not a name that the Hub could have.", "It looks like owner/name.") from None
    except errors.HfHubHTTPError as error:
        message = f"The Hugging Face Hub at {shown_endpoint()} answered {error.response.status_code} to {what}."
        raise ModelError(message, "Try again later.") from None
    except (OSError, TimeoutError, TRANSPORT_ERROR):
        raise HubOutOfReach(
            f"The Hugging Face Hub at {shown_endpoint()} did not answer within {ANSWER_S:.0f} s.",
            "Models that are on this machine already, and those of the catalogue's archives, still work.",
        ) from None


def _chosen(hub_id: str, siblings: list[Any]) -> list[Any]:
    """The files of a repository that make its model folder; one whole set of weights."""
    files = [file for file in siblings if is_wanted(file.rfilename)]
    names = {file.rfilename for file in files}
    if "config.json" not in names:
        raise ModelError(f"{hub_id} has no config.json, so it is not a model that transformers can open.")
    if not any(name.endswith(".safetensors") for name in names):
        raise ModelError(f"{hub_id} has no weights in the safetensors format.", NO_PICKLES)
    if "model.safetensors" in names:
        files = [file for file in files if not SHARD.fullmatch(file.rfilename)]
    return files


def _room_for(size: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if size > free * 0.95:
        raise ModelError(
            f"The model takes {size / 1e9:.1f} GB and only {free / 1e9:.1f} GB are free.", "Make room on the disk."
        )


def _hub_model(model: Any) -> HubModel:
    tags = [str(tag) for tag in model.tags or []]
    licence = next((tag.removeprefix("license:") for tag in tags if tag.startswith("license:")), None)
    return HubModel(
        ref=model.id,
        task=model.pipeline_tag,
        parameters=model.safetensors.total if model.safetensors else None,
        licence=licence,
        languages=tuple(tag for tag in tags if re.fullmatch(r"[a-z]{2}|multilingual", tag)),
        downloads=model.downloads or 0,
        likes=model.likes or 0,
        gated=bool(model.gated),
    )
