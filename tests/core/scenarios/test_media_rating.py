"""The scenario with numbers: its rows come out of a source archive, and its settings make a run."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

import core.scenarios
from core.errors import UserError
from core.payoff.number import from_story
from core.scenarios import load
from core.scenarios.recipes import RECIPES, tweets
from core.scenarios.scenario import NumberPayoff, read_scenario

STORY = read_scenario(Path(core.scenarios.__file__).parent / "media-rating.toml")


def archive(tmp_path: Path, member: str, content: bytes) -> Path:
    """A source archive with one file in the archive within it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as inner:
        told = tarfile.TarInfo(member)
        told.size = len(content)
        inner.addfile(told, io.BytesIO(content))
    path = tmp_path / "toy.zip"
    with zipfile.ZipFile(path, "w") as outer:
        outer.writestr(tweets.INNER, packed.getvalue())
    return path


def test_a_line_is_a_text_and_its_rating(tmp_path):
    path = archive(tmp_path, tweets.TABLE, b"1\t2.5\tI  love it &amp; more\r\n2\t-0.25\tNo \xff.\r\n")
    assert RECIPES["tweets"](path).to_dict("list") == {
        "text": ["I love it & more", "No \ufffd."],
        "rating": [2.5, -0.25],
    }


def test_an_archive_without_the_table_is_refused(tmp_path):
    with pytest.raises(UserError, match="no file 'hutto"):
        RECIPES["tweets"](archive(tmp_path, "other.txt", b""))


def test_a_table_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(tweets, "LARGEST_BYTES", 3)
    with pytest.raises(UserError, match="no file"):
        RECIPES["tweets"](archive(tmp_path, tweets.TABLE, b"1\t2\tx"))


def test_the_rows_are_as_many_as_the_story_says(assets):
    frame = load(STORY, assets)
    assert len(frame) == STORY.data.rows
    assert frame["rating"].between(-4, 4).all()
    assert frame["rating"].mean() == pytest.approx(0.51, abs=0.01)
    assert (frame["text"].str.strip() != "").all()


@pytest.mark.parametrize("preset", ["quick", "balanced", "best"])
def test_every_preset_makes_a_config(preset):
    config = STORY.config("some-dataset", preset)
    assert config.task.task == "text-regression"
    assert config.task.target == "rating"


def test_its_prices_make_a_decision():
    assert isinstance(STORY.payoff, NumberPayoff)
    assert from_story(STORY.payoff).quantile == 0.25
    assert all(-4 <= float(example.answer) <= 4 for example in STORY.examples)
