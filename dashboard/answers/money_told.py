"""Worthwhile: what a run is worth, as frozen sentences for a stakeholder, whatever its answers are."""

from core.config import Frozen
from core.evaluation.records import Interval


class Other(Frozen):
    """Another way to do the work: what it is called, and what it is worth for 1,000 cases."""

    name: str
    worth: Interval


class Worthwhile(Frozen):
    """The money of one run: the headline, what it means, and how it stands to other ways of doing the work."""

    currency: str
    value: str
    worth: Interval
    meaning: str
    sentence: str
    others: tuple[Other, ...]
    are_examples: bool
    """True where the prices are the scenario's examples and nobody has set them."""
    title: str = ""
    """What `value` is, for 1,000 cases; empty for what the answers are worth."""
    claim: str = ""
    """The headline as a sentence that ends in the prices' source as {prices}; empty as `title`."""
