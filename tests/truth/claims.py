"""Every claim, one file an area; a new metric, interval or verdict adds its own here."""

from tests.truth.claim import Claim
from tests.truth.labels import LABELS
from tests.truth.recipes import RECIPES

CLAIMS: tuple[Claim, ...] = (*LABELS, *RECIPES)
