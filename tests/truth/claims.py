"""Every claim, one file an area; a new metric, interval or verdict adds its own here."""

from tests.truth.asked import ASKED
from tests.truth.claim import Claim
from tests.truth.columns import COLUMNS
from tests.truth.fairness import FAIRNESS
from tests.truth.labels import LABELS
from tests.truth.metrics import INTERVALS
from tests.truth.money import MONEY
from tests.truth.money_numbers import MONEY_OF_NUMBERS
from tests.truth.pairs import PAIRS
from tests.truth.recipes import RECIPES
from tests.truth.reliability import RELIABILITY
from tests.truth.suspects import SUSPECTS

CLAIMS: tuple[Claim, ...] = (
    *MONEY,
    *MONEY_OF_NUMBERS,
    *INTERVALS,
    *PAIRS,
    *RECIPES,
    *ASKED,
    *FAIRNESS,
    *LABELS,
    *SUSPECTS,
    *RELIABILITY,
    *COLUMNS,
)
