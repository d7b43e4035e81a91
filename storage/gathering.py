"""Bulk upload of a store to its remote place, and download: for moving to one, and before a backup."""

from core.errors import ConfigError, DatasetError, NotFound
from storage.places import FILES_URL
from storage.records import Run, Share
from storage.store import Store


def publish(store: Store, *, check: bool = False) -> dict[str, int]:
    """Uploads every file of the store that is on this machine to the remote place, unless it is there.

    `check` reads what is there and replaces what is damaged. Returns how many datasets' files, snapshots and runs are
    there now, and how many are neither there nor here. Raises ConfigError without a remote place, FilesOutOfReach.
    """
    if store.remote is None:
        raise ConfigError("There is no place to publish to.", f"Set {FILES_URL}, such as s3://bucket/folder.")
    files = [store.datasets.files.publish(sha256, check=check) for sha256 in store.datasets.hashes()]
    shares = [store.shares.publish(share, check=check) for share in _open(store)]
    runs = [
        store.runs.results.publish_again(run.id, run.attempts, store.runs.work_folder(run.id), check=check)
        for run in _succeeded(store)
    ]
    missing = [*files, *shares, *runs].count(False)
    return {"files": sum(files), "shares": sum(shares), "runs": sum(runs), "missing": missing}


def bring_home(store: Store) -> list[str]:
    """Downloads what only the remote place has, so that a backup of the home holds everything.

    Returns what could not be had, in sentences. Raises FilesOutOfReach.
    """
    if store.remote is None:
        return []
    missing = []
    for sha256 in store.datasets.hashes():
        try:
            store.datasets.files.path(sha256)
        except (NotFound, DatasetError) as error:
            missing.append(error.message)
    for share in _open(store):
        try:
            store.shares.content(share)
        except NotFound:
            missing.append(f"The snapshot of the share '{share.title}' is not there.")
    for run in _succeeded(store):
        work = store.runs.work_folder(run.id)
        try:
            was_there = store.runs.results.bring(run.id, run.attempts, work)
            if not was_there and not (work / "evaluation.json").is_file() and not (work / "points").is_dir():
                missing.append(f"The run '{run.name}' is on another machine, which never published its results.")
        except NotFound as error:
            missing.append(f"The run '{run.name}' is not whole. {error.message}")
    return missing


def _open(store: Store) -> list[Share]:
    return [share for share in store.shares.list() if share.state == "open"]


def _succeeded(store: Store) -> list[Run]:
    return store.runs.list(limit=1_000_000, kind=None, status="succeeded", and_unreadable=True)
