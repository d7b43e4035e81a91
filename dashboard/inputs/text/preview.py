"""What a network will see of texts: the texts, so there is nothing to show before Start."""

from core.config import RunConfig


def before_start(_config: RunConfig) -> None:
    """Nothing."""
