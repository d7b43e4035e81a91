"""Rows on their way in: an uploaded file or a dataset of the hub, read and put into the store."""

import re
import shutil
from typing import Any

from core.errors import LimitReached
from dashboard.rows import add_file
from dashboard.uploads import let_go, reading
from storage import Dataset, Store

KINDS = ["csv", "tsv", "txt", "json", "jsonl", "ndjson", "parquet", "xlsx", "xls"]


def keep_upload(store: Store, upload: Any) -> Dataset:
    """The uploaded file as a dataset, named as the file.

    Raises DatasetError when it cannot be read, LimitReached when it is too large or there is no room for it.
    """
    if upload.size > max_mb(store) * 1024 * 1024:
        raise LimitReached(f"{upload.name} is larger than {max_mb(store)} MB.", "Bring fewer rows or fewer columns.")
    with reading(), store.incoming() as folder:
        path = folder / _safe_name(upload.name)
        with path.open("wb") as file:
            shutil.copyfileobj(upload, file)
        kept = add_file(store, path, path.name)
    let_go(upload)
    return kept


def max_mb(store: Store) -> int:
    """How large an uploaded file may be."""
    return store.limits.upload_mb


def keep_hub_dataset(store: Store, dataset_id: str) -> list[Dataset]:
    """The rows of a dataset of the Hugging Face Hub, one dataset a file. Raises ModelError or DatasetError."""
    from core.models import fetch_hub_dataset  # the hub's client is slow to load, and few need it

    with reading(), store.incoming() as folder:
        files = fetch_hub_dataset(dataset_id, folder)
        return [add_file(store, file, f"{dataset_id} {file.stem}") for file in files]


def _safe_name(name: str) -> str:
    """The last part of the name, without what a file system may not like."""
    last = re.sub(r"[\x00-\x1f/\\:*?\"<>|]", "_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ")
    return last[-120:] or "upload"
