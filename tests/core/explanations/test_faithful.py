"""Are the explanations true? A real MiniLM with a small trained head, asked about forty real stories."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import wilcoxon

from core.bundles.open import open_bundle
from core.config import make_config
from core.execute import execute
from core.explanations import Explanation
from core.explanations.explain import explain
from core.learners.network import TextNetwork

ROWS = 40
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]  # a real model, on a machine that may be busy


@pytest.fixture(scope="module")
def explained(minilm: Path, newsdesk: Any, tmp_path_factory: pytest.TempPathFactory) -> list[Explanation]:
    """Forty held-out stories of eight desks, read up to 32 tokens, each explained by integrated gradients."""
    folder = tmp_path_factory.mktemp("faithful")
    some = newsdesk.groupby(["part", "label"]).head(25)
    config = make_config(**{"split.by": "given", "split.column": "part", "rows_per_class": 25, "task.max_tokens": 32})
    execute(config, some, folder, models=minilm.parent, cache=folder / "cache", report=lambda _event: None)
    predictor = open_bundle(folder / "bundle")
    assert isinstance(predictor, TextNetwork)
    texts = some[some["part"] == "test"].sample(ROWS, random_state=0)["text"]
    return [explain(predictor, text) for text in texts]


def test_pushes_add_up_to_the_difference_within_five_percent(explained: list[Explanation]) -> None:
    errors = np.array([one.error for one in explained])
    assert len(errors) == ROWS
    assert errors.max() < 0.05
    assert np.median(errors) < 0.02


def test_taking_out_the_top_fifth_of_words_moves_the_answer_more_than_a_random_fifth(
    explained: list[Explanation],
) -> None:
    """The texts are really shortened and asked about anew, so this does not lean on how blanking is done."""
    checks = [(one.value, one.check) for one in explained]
    top = np.array([probability - check.without_top for probability, check in checks if check])
    chance = np.array([probability - check.without_random for probability, check in checks if check])
    assert len(top) == ROWS
    assert top.mean() > 3 * max(chance.mean(), 0.01)
    assert np.mean(top > chance) > 0.9
    assert wilcoxon(top, chance, alternative="greater").pvalue < 1e-6
