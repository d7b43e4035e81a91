"""Which device computes, told from what torch says of it."""

import pytest

from core.device import Device, computes_on

WHEEL = ["sm_75", "sm_80", "sm_86", "sm_90", "sm_100", "sm_120", "compute_120"]


@pytest.mark.parametrize(
    ("capability", "does"),
    [
        ((7, 5), True),  # T4
        ((8, 0), True),  # A100
        ((8, 9), True),  # L4: code for 8.6 runs
        ((9, 0), True),  # H100
        ((12, 1), True),
        ((13, 0), True),  # tomorrow's, by the intermediate code
        ((7, 0), False),  # V100
        ((6, 1), False),
    ],
)
def test_a_card_computes_where_torch_has_code_for_it(capability: tuple[int, int], does: bool) -> None:
    assert computes_on(capability, WHEEL) is does


def test_code_for_a_later_minor_version_does_not_run_on_an_earlier() -> None:
    assert not computes_on((8, 0), ["sm_86"])
    assert computes_on((9, 0), ["sm_90a"])


def test_the_words_for_a_device_say_why_it_was_chosen() -> None:
    device = Device("cpu", "CPU", 2, "fp32", "sdpa", "sdpa", note="this torch has no code for Tesla V100")
    assert device.words == "2 CPU cores, fp32 (this torch has no code for Tesla V100)"
