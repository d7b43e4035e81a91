"""Datasets of the Hugging Face Hub: their data files only, never a script of theirs."""

import json
import re
import tempfile
from pathlib import Path
from typing import Any

import huggingface_hub
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from huggingface_hub.errors import RevisionNotFoundError

from core.apart import apart
from core.durable import flush
from core.errors import DatasetError, ModelError, did_you_mean
from core.models.hub import METADATA_S, HubOutOfReach, asking, copy_file, reach
from core.waiting import within

LIMIT_MB = 200
CONVERTED = "refs/convert/parquet"
"""The branch on which the Hub keeps its own Parquet copy of a dataset: config/split/0000.parquet."""
KINDS = (".parquet", ".csv", ".tsv", ".jsonl", ".json", ".xlsx")
"""File extensions of data in the order of preference; only one kind is taken."""
NOT_DATA = re.compile(r"(dataset_infos?|dataset_dict|state|config|schema|metadata)\.json$|^\.", re.IGNORECASE)
DATASET_ID = re.compile(r"^([A-Za-z0-9][\w.-]{0,95}/)?[A-Za-z0-9][\w.-]{0,95}\Z", re.ASCII)


def fetch_hub_dataset(dataset_id: str, folder: Path, config: str | None = None) -> list[Path]:
    """Downloads the rows of a dataset of the Hub as files below `folder`, for `core.data.files.read`.

    Where the Hub keeps a Parquet copy, that is one file: all splits, a column `part` that says which, and classes by
    name instead of number. Else the dataset's own CSV, TSV, JSON, Parquet or Excel files. `config` chooses one where
    a dataset has several. Raises DatasetError when the Hub does not answer, does not have it, or it is too large.
    """
    if not DATASET_ID.match(dataset_id):
        raise DatasetError(f"'{dataset_id}' is not a dataset's name on the Hub.", "It looks like owner/name.")
    try:
        return _fetch(dataset_id, folder, config)
    except HubOutOfReach as error:
        raise DatasetError(error.message, "Fetch the dataset's file where the Hub answers, and add it here.") from None
    except ModelError as error:
        raise DatasetError(error.message, error.hint) from None


def _fetch(dataset_id: str, folder: Path, config: str | None) -> list[Path]:
    api = reach()
    with asking(f"the dataset '{dataset_id}'"):
        plain = within(METADATA_S, lambda: api.dataset_info(dataset_id, files_metadata=True))
        converted = _converted(api, dataset_id)
    if converted is not None:
        wanted = _one_config(dataset_id, converted.siblings or [], config)
        files = _copied(dataset_id, converted, wanted, folder)
        return _joined(dataset_id, files, folder / f"{dataset_id.replace('/', '--')}.parquet")
    return _copied(dataset_id, plain, _of_one_kind(dataset_id, plain.siblings or []), folder)


def _converted(api: huggingface_hub.HfApi, dataset_id: str) -> Any:
    """The Hub's listing of its Parquet copy, or None where it has made none."""
    try:
        listing = within(METADATA_S, lambda: api.dataset_info(dataset_id, revision=CONVERTED, files_metadata=True))
    except RevisionNotFoundError:
        return None
    return listing if any(file.rfilename.endswith(".parquet") for file in listing.siblings or []) else None


def _one_config(dataset_id: str, siblings: list[Any], config: str | None) -> list[Any]:
    """The Parquet files of the config asked for, of `default`, or of the only one."""
    files = [file for file in siblings if re.fullmatch(r"[^/]+/[^/]+/\d+\.parquet", file.rfilename)]
    configs = sorted({file.rfilename.split("/")[0] for file in files})
    chosen = config or ("default" if "default" in configs else configs[0] if len(configs) == 1 else None)
    if chosen not in configs:
        named = f"no part called '{config}'" if config else "several parts"
        hint = did_you_mean(config or "", configs) or "Say which one to take."
        raise DatasetError(f"{dataset_id} has {named}: {', '.join(configs)}.", hint)
    return [file for file in files if file.rfilename.startswith(f"{chosen}/")]


def _of_one_kind(dataset_id: str, siblings: list[Any]) -> list[Any]:
    """The dataset's own data files of the best kind that it has."""
    files = [file for file in siblings if not NOT_DATA.search(file.rfilename.rsplit("/", 1)[-1])]
    for kind in KINDS:
        if found := [file for file in files if file.rfilename.casefold().endswith(kind)]:
            return found
    raise DatasetError(
        f"{dataset_id} has no data file that can be read: no {', '.join(kind[1:] for kind in KINDS)}.",
        "Datasets that need a program of their own to be read are not opened here.",
    )


def _copied(dataset_id: str, listing: Any, files: list[Any], folder: Path) -> list[Path]:
    """Downloads the files below `folder`, all or none; a name says split and number: train.csv, train-0001.parquet."""
    megabytes = sum(file.size or 0 for file in files) / 1e6
    if megabytes > LIMIT_MB:
        raise DatasetError(
            f"{dataset_id} takes {megabytes:.0f} MB, and at most {LIMIT_MB} MB are fetched.",
            "Fetch it yourself, take a part of its rows, and add that file here.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    copied = []
    with tempfile.TemporaryDirectory(dir=folder, prefix=".arriving-") as arriving:
        for file in files:
            with asking(f"the dataset '{dataset_id}'"):
                copy_file(dataset_id, file, str(listing.sha), Path(arriving), kind="dataset")
        for file in files:
            came, place = Path(arriving) / file.rfilename, folder / file.rfilename.replace("/", "--")
            flush(came)
            copied.append(came.replace(place))
    return copied


def _joined(dataset_id: str, files: list[Path], target: Path) -> list[Path]:
    """Concatenates all splits in one Parquet file; leaves the files as they are where their columns differ."""
    request = {"names": [str(file.absolute()) for file in files], "into": str(target.absolute())}
    if not apart(f"{__name__}:join", request, what=dataset_id, error=DatasetError):
        return files
    for file in files:
        file.unlink()
    return [target]


def join(names: list[str], into: str) -> bool:
    """Writes one Parquet file of all; False where their columns differ. Runs in the sandbox."""
    files = [Path(name) for name in names]
    tables = [_named(pq.read_table(file)) for file in files]
    if len({tuple(table.schema.names) for table in tables}) > 1:
        return False
    parts = [file.stem.split("--")[-2].removeprefix("partial-") for file in files]
    if len(set(parts)) > 1:
        column = "part" if "part" not in tables[0].schema.names else "hub_part"
        tables = [
            table.append_column(column, pa.array([part] * len(table), pa.string()))
            for table, part in zip(tables, parts, strict=True)
        ]
    pq.write_table(pa.concat_tables(tables, promote_options="permissive"), into)
    return True


def _named(table: pa.Table) -> pa.Table:
    """Decodes ClassLabel columns to the names that the Hub keeps beside the numbers; no metadata any more."""
    told = json.loads((table.schema.metadata or {}).get(b"huggingface", b"{}"))
    features = told.get("info", {}).get("features", {}) if isinstance(told, dict) else {}
    for name, feature in features.items():
        names = feature.get("names") if isinstance(feature, dict) else None
        if names and name in table.schema.names and pa.types.is_integer(table.schema.field(name).type):
            numbers = table[name].combine_chunks()
            known = pc.if_else(pc.and_(pc.greater_equal(numbers, 0), pc.less(numbers, len(names))), numbers, None)
            words = pa.array([str(word) for word in names]).take(known)
            table = table.set_column(table.schema.get_field_index(name), name, words)
    return table.replace_schema_metadata(None)
