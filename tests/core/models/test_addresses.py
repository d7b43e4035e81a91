"""No field takes an address: what is no name on the hub is refused, and nobody is asked."""

from pathlib import Path

import pytest

from core.errors import UserError
from core.models import describe, locate
from core.models.datasets import fetch_hub_dataset

ADDRESSES = (
    "{here}",
    "{here}/api/whoami-v2",
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "//127.0.0.1/share",
    r"\\127.0.0.1\share",
    "org/name@{here}",
    "org/../../../api/whoami-v2",
    "org/name?x={here}",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_no_dataset_and_nobody_is_asked(address: str, tmp_path: Path, hub) -> None:
    with pytest.raises(UserError):
        fetch_hub_dataset(address.format(here=hub.address), tmp_path)
    assert hub.asked == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_no_model_and_nobody_is_asked(address: str, tmp_path: Path, hub) -> None:
    with pytest.raises(UserError):
        describe(address.format(here=hub.address), tmp_path)
    with pytest.raises(UserError):
        locate(address.format(here=hub.address), tmp_path, print)
    assert hub.asked == []


def test_the_hub_itself_is_asked_for_a_name(tmp_path: Path, hub) -> None:
    """Or the tests above would show nothing."""
    for ask in (lambda: describe("org/name", tmp_path), lambda: fetch_hub_dataset("org/name", tmp_path)):
        hub.asked.clear()
        with pytest.raises(UserError):
            ask()
        assert hub.asked
