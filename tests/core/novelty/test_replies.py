"""What a bundle's detector says reaches whoever asks the model; bundles without one open and say nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.bundles.open import open_bundle
from core.inputs.base import Brought
from core.novelty import open_detector
from core.novelty.detector import FILE
from worker.answering import ClassReply, reply_to

TEXTS: tuple[str | None, ...] = ("the oil 3", " ", None, "zebras " * 30)


@pytest.fixture
def bundle(run: Callable[..., Any]) -> Path:
    folder, _ = run(preset="quick", **{"split.validation": 0.5, "split.test": 0.2})
    found: Path = folder / "bundle"
    return found


def asked(bundle: Path) -> ClassReply:
    brought = Brought(TEXTS, ("", "", "Nothing can be read of it.", ""))
    found = reply_to(open_bundle(bundle), brought, detector=open_detector(bundle))
    assert isinstance(found, ClassReply)
    return found


def test_every_row_that_can_be_read_has_a_p_value_and_no_other_has(bundle: Path) -> None:
    plain, blank, unread, other = asked(bundle).predictions
    detector = open_detector(bundle)
    assert detector is not None
    for answer in (plain, other):
        assert answer.p_value is not None
        assert 0 < answer.p_value <= 1
        assert answer.is_unlike == (answer.p_value <= detector.level)
    for answer in (blank, unread):
        assert (answer.p_value, answer.is_unlike) == (None, None)


def test_a_bundle_of_an_earlier_version_answers_the_same_and_does_not_tell(bundle: Path) -> None:
    with_it = asked(bundle)
    shutil.copytree(bundle, bundle.with_name("older"))
    (bundle.with_name("older") / FILE).unlink()
    without = asked(bundle.with_name("older"))
    for one, other in zip(with_it.predictions, without.predictions, strict=True):
        assert other.is_unlike is None
        assert other.p_value is None
        assert one.label == other.label
        assert other.scores == pytest.approx(one.scores, abs=1e-5)
