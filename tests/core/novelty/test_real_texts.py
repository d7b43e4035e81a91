"""Real texts of another kind are told from real ones of the same, as docs/novelty.md counts it on more rows."""

from pathlib import Path
from typing import Any

import pytest

from core.bundles.open import open_bundle
from core.config import make_config
from core.execute import execute
from core.learners.base import Represents
from core.novelty import FALSE_ALARMS, open_detector
from core.preparation import prepare
from core.scenarios import SCENARIOS, load
from tests.asked import part_of

WANTED = 0.8

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def newsdesk_bundle(minilm: Path, newsdesk: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A model of eight labels a desk, and the test texts; rows without a label calibrate it."""
    folder = tmp_path_factory.mktemp("newsdesk")
    some = newsdesk.groupby(["part", "label"]).head(50)
    config = make_config(**{"split.by": "given", "split.column": "part", "rows_per_class": 8, "task.max_tokens": 64})
    execute(config, some, folder, models=minilm.parent, cache=folder / "cache", report=lambda _event: None)
    return folder / "bundle", list(prepare(some, config).test.inputs)


def flagged(bundle: Path, texts: list[str]) -> float:
    model, detector = open_bundle(bundle), open_detector(bundle)
    assert isinstance(model, Represents)
    assert detector is not None
    assert len(detector.references) == 2
    return float(detector.flags(detector.p_values(model.represent(part_of(texts)).layers)).mean())


def test_hardly_any_story_is_called_unlike_the_stories(newsdesk_bundle: tuple[Path, list[str]]) -> None:
    bundle, stories = newsdesk_bundle
    assert len(stories) > 200
    assert flagged(bundle, stories) <= FALSE_ALARMS


def test_four_of_five_texts_of_another_scenario_are_flagged(
    newsdesk_bundle: tuple[Path, list[str]], assets: Path
) -> None:
    bundle, _ = newsdesk_bundle
    tweets = load(SCENARIOS["media-rating"], assets)["text"].head(200).tolist()
    assert flagged(bundle, tweets) >= WANTED
    assert flagged(bundle, ["The cat slept on the warm windowsill all afternoon."]) == 1.0
