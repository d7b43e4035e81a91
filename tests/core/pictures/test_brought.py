"""Pictures that come with a question: references of the run's own, or files of strangers, read apart."""

import base64
from pathlib import Path

import pytest

from core.data import read_apart
from core.data.pictures.sent import prove, read_sent
from core.errors import DatasetError
from core.inputs.picture import PictureInputs, brought, shelf
from core.inputs.picture.brought import as_cell
from core.inputs.text import TextInputs
from tests.core.pictures.made import image, png, saved, zipped


def test_a_clean_picture_is_on_the_shelf_while_it_is_answered_and_not_after() -> None:
    content = png()
    with PictureInputs().brought([as_cell(content), None, ""], lambda: None) as found:
        assert found.inputs[1:] == (None, None)
        assert found.problems == ("", "", "")
        assert found.readable == found.inputs[:1]
        assert shelf.read(str(found.inputs[0])) == content
    with pytest.raises(DatasetError, match="not at hand"):
        shelf.read(str(found.inputs[0]))


def test_what_a_browser_makes_of_a_file_is_read_too_and_a_camera_s_notes_are_left_out() -> None:
    noted = image().getexif()
    noted[0x010E] = "GPS 52.5 N"
    photo = saved(image(), "JPEG", exif=noted)
    url = "data:image/jpeg;base64," + base64.b64encode(photo).decode()
    with PictureInputs().brought([url], lambda: None) as found:
        assert b"GPS" not in shelf.read(str(found.inputs[0]))


def test_a_reference_is_of_the_run_s_own_pictures_or_of_none(tmp_path: Path) -> None:
    own = read_apart(zipped(tmp_path / "a.zip", {"a/b.png": png()}), "a.zip")
    assert own.pictures is not None
    mine = own.frame["picture"][0]
    asked: list[int] = []

    def known() -> object:
        asked.append(1)
        return own.pictures

    with PictureInputs().brought([mine, "0" * 64 + ".png"], known) as found:
        assert found.inputs == (mine, None)
        assert found.problems[1] == "The picture is none of the run's own."
        assert shelf.read(mine) == png()
    with PictureInputs().brought([as_cell(png(1))], known):
        assert asked == [1], "nobody opens the dataset for a stranger's picture"
    with PictureInputs().brought([mine], lambda: None) as found:
        assert found.problems == ("The picture is none of the run's own.",)


@pytest.mark.parametrize("cell", ["no base64!", "abc", "../../etc/passwd", 3.5, True])
def test_a_cell_that_holds_no_picture_is_said_in_a_sentence(cell: object) -> None:
    with PictureInputs().brought([cell], lambda: None) as found:
        assert found.inputs == (None,)
        assert found.problems[0].endswith(".")


def test_a_picture_that_is_too_large_is_not_even_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brought, "MAX_BYTES", 100)
    with PictureInputs().brought([as_cell(png())], lambda: None) as found:
        assert found.problems[0].startswith("The picture has more than ")


def test_each_of_many_is_judged_alone() -> None:
    found = read_sent([png(1), b"<svg/>", png(2)[:60], png(3)])
    assert [bool(one.picture) for one in found] == [True, False, False, True]
    assert "SVG" in found[1].problem
    assert found[2].problem == "The picture is cut off or damaged."


def test_too_many_pixels_together_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.pictures.sent.MOST_PIXELS", 1000)
    (tmp_path / "0").write_bytes(png())
    (tmp_path / "1").write_bytes(png(1))
    with pytest.raises(DatasetError, match="pixels together"):
        prove(str(tmp_path), 2)


def test_texts_are_as_they_were_sent_and_those_with_nothing_to_see_are_none() -> None:
    with TextInputs().brought(["a", None, 3.0, True, " \u200b\u2066", "nan"], lambda: None) as found:
        assert found.inputs == ("a", None, "3.0", "True", None, "nan")
        assert found.problems == ("", "no text", "", "", "no text", "")
        assert found.some(1, 3).inputs == (None, "3.0")
