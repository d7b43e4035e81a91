"""Intervals of metrics are seldom narrower than they say: only where a long tail of errors has not been seen."""

import pytest

from tests.truth.claim import COVERS, SURE, Claim
from tests.truth.metrics import INTERVALS, UNSEEN
from tests.truth.test_claims import FEW

KEPT = [claim for claim in INTERVALS if claim.except_ != UNSEEN]


@pytest.mark.parametrize("claim", KEPT, ids=[claim.name for claim in KEPT])
def test_no_interval_of_a_metric_holds_the_truth_more_seldom_than_it_says(claim: Claim) -> None:
    rate = claim.count(FEW)
    assert not rate.value < COVERS[0] - SURE * rate.error, f"{claim.name}: {rate.value:.3f} of {rate.datasets}"
