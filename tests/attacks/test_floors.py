"""No library may be older than the version in which a hole that concerns us was closed."""

import re
import tomllib
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.conftest import ROOT

FLOORS = {
    "h11": ("0.16.0", "CVE-2025-43859: requests smuggled in by loose line ends"),
    "jinja2": ("3.1.6", "CVE-2025-27516: out of the sandbox by |attr"),
    "pillow": ("12.1.1", "CVE-2026-25990: a write beyond the buffer by a PSD picture"),
    "pyarrow": ("23.0.1", "CVE-2026-25087: memory used after it was freed; CVE-2023-47248: code in a Parquet file"),
    "starlette": ("1.1.0", "CVE-2026-48818: out of the folder of static files"),
    "streamlit": ("1.54.0", "CVE-2026-33682: a path that leads to another machine"),
    "torch": ("2.11.0", "CVE-2026-24747 and CVE-2026-4538: code in weights opened with weights_only"),
    "transformers": ("5.5.0", "CVE-2026-4372 and CVE-2026-5241: code named by a config"),
}
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = [line for extra in DECLARED["optional-dependencies"].values() for line in extra]
ASKED = {one.name: one for one in map(Requirement, [*DECLARED["dependencies"], *EXTRAS])}
PINNED = dict(
    re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
)


@pytest.mark.parametrize("name", FLOORS)
def test_what_is_installed_and_pinned_is_not_older_than_its_mended_version(name: str) -> None:
    floor = Version(FLOORS[name][0])
    assert Version(version(name)) >= floor, FLOORS[name][1]
    pins = {pinned.lower(): number for pinned, number in PINNED.items()}
    assert Version(pins[name]) >= floor, FLOORS[name][1]


@pytest.mark.parametrize("name", sorted(FLOORS.keys() & ASKED))
def test_what_we_ask_for_by_name_lets_no_older_one_in(name: str) -> None:
    lowest = [Version(one.version) for one in ASKED[name].specifier if one.operator in {">=", "==", "~="}]
    assert max(lowest, default=Version("0")) >= Version(FLOORS[name][0]), FLOORS[name][1]


def test_packages_of_ours_are_not_looked_for_on_a_registry_under_a_free_name() -> None:
    """Every package that is asked for is pinned, so that a stranger's newer one of the same name is not taken."""
    pins = {re.sub(r"[-_.]+", "-", name).lower() for name in PINNED}
    assert {re.sub(r"[-_.]+", "-", name).lower() for name in ASKED} - pins == set()
