"""A small fixed form of every simulation; `make bench` counts them in full and writes docs/truth.md."""

from dataclasses import replace

import pytest

from tests.truth.claim import Claim
from tests.truth.claims import CLAIMS

LONG = [claim for claim in CLAIMS if claim.few < claim.several]


@pytest.mark.parametrize("claim", CLAIMS, ids=[claim.name for claim in CLAIMS])
def test_a_claim_holds_as_often_as_it_says(claim: Claim) -> None:
    rate = claim.count(min(claim.few, claim.datasets))
    assert claim.except_ or claim.holds(rate), f"{claim.name}: {rate.value:.3f} of {rate.datasets}"


@pytest.mark.simulation
@pytest.mark.parametrize("claim", LONG, ids=[claim.name for claim in LONG])
def test_a_claim_of_much_computing_holds_as_often_as_it_says(claim: Claim) -> None:
    test_a_claim_holds_as_often_as_it_says(replace(claim, few=claim.several))


def test_no_claim_is_counted_twice() -> None:
    names = [(claim.kind, claim.name) for claim in CLAIMS]
    assert len(names) == len(set(names))
