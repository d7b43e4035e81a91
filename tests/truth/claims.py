"""Every claim, one file an area; a new metric, interval or verdict adds its own here."""

from tests.truth.claim import Claim
from tests.truth.metrics import INTERVALS
from tests.truth.pairs import PAIRS
from tests.truth.recipes import RECIPES

CLAIMS: tuple[Claim, ...] = (*INTERVALS, *PAIRS, *RECIPES)
