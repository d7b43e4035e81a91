"""Labels and split parts from folder names: what the path of a picture in an archive says about it."""

from collections.abc import Sequence

import pandas as pd

from core.data.splits.given import part_of

IGNORED_FOLDERS = {"__macosx", ".git", ".ipynb_checkpoints", "@eadir"}
IGNORED_FILES = {"thumbs.db", "desktop.ini"}


def is_debris(name: str) -> bool:
    """Whether this is a hidden or system file, which a computer left there for itself."""
    *folders, file = name.split("/")
    return (
        file.startswith(".")
        or file.casefold() in IGNORED_FILES
        or any(f.casefold() in IGNORED_FOLDERS for f in folders)
    )


def placed(names: Sequence[str]) -> pd.DataFrame:
    """Columns file and, where folders say so, label (the first folder) and part (train, validation, test).

    Folders around everything are passed over; `train` and `test` may stand outside or inside of the classes' folders.
    """
    folders = [name.split("/")[:-1] for name in names]
    while folders and all(len(path) > 1 and path[0] == folders[0][0] for path in folders):
        folders = [path[1:] for path in folders]
    parts: list[str] | None = None
    for level in (0, 1):
        if folders and all(len(path) > level and part_of(path[level]) for path in folders):
            parts = [part_of(path[level]) for path in folders]
            folders = [path[:level] + path[level + 1 :] for path in folders]
            break
    frame = pd.DataFrame({"file": list(names)}, dtype="str")
    if any(folders):
        frame["label"] = pd.Series([path[0] if path else None for path in folders], dtype="str")
    if parts is not None:
        frame["part"] = pd.Series(parts, dtype="str")
    return frame
