"""Scenarios: example datasets with a task and prices, ready market stories, one TOML file each."""

from pathlib import Path

from core.scenarios.rows import available, load, load_table
from core.scenarios.scenario import Scenario, read_scenario

__all__ = ["SCENARIOS", "Scenario", "available", "load", "load_table"]

_STORIES = sorted(Path(__file__).parent.glob("*.toml"))

SCENARIOS: dict[str, Scenario] = {story.stem: read_scenario(story) for story in _STORIES}
"""Registry of the scenarios by key, in the order of their keys. A new file is a new scenario."""
