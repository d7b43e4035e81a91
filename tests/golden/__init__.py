"""What released versions left behind, to be read for good. `make.py` says how it came to be."""

import tarfile
from pathlib import Path

GOLDEN = Path(__file__).parent
CONFIGS = {
    path.relative_to(GOLDEN / "configs").with_suffix("").as_posix(): path.read_text(encoding="utf-8").strip()
    for path in sorted((GOLDEN / "configs").rglob("*.json"))
}
"""Settings as JSON, by the commit whose shape they have and what they are."""


def golden_home(folder: Path) -> Path:
    """The home of the golden store, unpacked into a folder."""
    with tarfile.open(GOLDEN / "store.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder / "home"
