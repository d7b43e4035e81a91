"""Preview of preprocessing before Start: records are read as they are, so there is nothing to show."""

from core.config import RunConfig


def before_start(_config: RunConfig) -> None:
    """Draws nothing."""
