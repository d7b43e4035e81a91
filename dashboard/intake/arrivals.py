"""Import of uploaded files, or of a dataset of the Hugging Face Hub, into the store."""

import re
import shutil
import zipfile
from collections.abc import Sequence
from typing import Any

from core.data import ReadOptions
from core.data.files.options import AS_FOUND
from core.data.pictures.archive import is_picture_name
from core.data.sentences import counted
from core.errors import DatasetError, LimitReached
from dashboard.access.uploads import let_go, reading
from dashboard.intake.rows import add_file, add_pictures
from storage import Dataset, Store

KINDS = ["csv", "tsv", "txt", "json", "jsonl", "ndjson", "parquet", "xlsx", "xls"]
"""File extensions of tables."""
PICTURES = ["png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp"]
FILES = [*KINDS, "zip", *PICTURES]
"""File extensions that the Data page takes."""


def keep_uploads(store: Store, uploads: Sequence[Any], options: ReadOptions = AS_FOUND) -> Dataset:
    """Dataset of the uploaded files: a file of rows, an archive, or pictures together, with a table beside them.

    Raises DatasetError when they cannot be read or do not belong together, LimitReached as `keep_upload` does.
    """
    if any(is_picture_name(one.name) for one in uploads):
        return _keep_pictures(store, uploads)
    if len(uploads) > 1:
        raise DatasetError(
            f"These are {len(uploads)} files without a picture among them.",
            "Bring one table or one archive at a time; only pictures come together.",
        )
    return keep_upload(store, uploads[0], options)


def _keep_pictures(store: Store, uploads: Sequence[Any]) -> Dataset:
    """Dataset of uploaded pictures: folders in their names are classes, a table beside them may name them."""
    if sum(one.size for one in uploads) > max_mb(store) * 1024 * 1024:
        raise LimitReached(
            f"These files have more than {max_mb(store)} MB together.", "Bring fewer pictures, or shrink them first."
        )
    with reading(), store.incoming() as folder:
        path = folder / "pictures.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for one in uploads:
                archive.writestr(one.name.replace("\\", "/").lstrip("/"), one.read())
        kept = add_pictures(store, path, _name_of([one.name for one in uploads]))
    for one in uploads:
        let_go(one)
    return kept


def _name_of(names: Sequence[str]) -> str:
    """Dataset name: the folder that all files come from, or the one file, or how many they are."""
    tops = {name.replace("\\", "/").split("/")[0] for name in names}
    return _safe_name(tops.pop()) if len(tops) == 1 else counted(len(names), "file")


def keep_upload(store: Store, upload: Any, options: ReadOptions = AS_FOUND) -> Dataset:
    """Dataset of one uploaded file, named as the file.

    Raises DatasetError when it cannot be read, LimitReached when it is too large or there is no room for it.
    """
    if upload.size > max_mb(store) * 1024 * 1024:
        raise LimitReached(f"{upload.name} is larger than {max_mb(store)} MB.", "Bring fewer rows or fewer columns.")
    with reading(), store.incoming() as folder:
        path = folder / _safe_name(upload.name)
        with path.open("wb") as file:
            shutil.copyfileobj(upload, file)
        kept = add_file(store, path, path.name, options)
    let_go(upload)
    return kept


def max_mb(store: Store) -> int:
    """Limit on the size of an upload, in MB."""
    return store.limits.upload_mb


def keep_hub_dataset(store: Store, dataset_id: str) -> list[Dataset]:
    """Datasets imported from the Hugging Face Hub, one for each file. Raises ModelError or DatasetError."""
    from core.models import fetch_hub_dataset  # the hub's client is slow to load, and few need it

    with reading(), store.incoming() as folder:
        files = fetch_hub_dataset(dataset_id, folder)
        return [add_file(store, file, f"{dataset_id} {file.stem}") for file in files]


def _safe_name(name: str) -> str:
    """File name without folders and without characters that a file system refuses."""
    last = re.sub(r"[\x00-\x1f/\\:*?\"<>|]", "_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ")
    return last[-120:] or "upload"
