import io
from dataclasses import dataclass
from pathlib import Path

import imagehash
import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageFilter
from sklearn.metrics import roc_auc_score

from core.data import read_apart
from core.inputs.picture import PictureInputs, checks
from core.inputs.picture.columns import measure_columns, picture_columns
from core.inputs.picture.twins import NEAR, keys, near_pairs
from tests.core.pictures.made import image, photo, png, saved, zipped


@dataclass
class Looked:
    """What the checks of pictures read of `core.data.checks.looked.Looked`."""

    frame: pd.DataFrame
    column: str = "picture"

    @property
    def target(self) -> pd.Series:
        return self.frame["label"].astype(object)

    @property
    def used(self) -> pd.Series:
        return self.frame["picture"].notna()

    @property
    def blank_input(self) -> pd.Series:
        return self.frame[self.column].isna()

    @property
    def raw_input(self) -> pd.Series:
        return self.frame["picture"].fillna("")


def rows(tmp_path: Path, members: dict[str, bytes]) -> pd.DataFrame:
    return read_apart(zipped(tmp_path / "f.zip", members), "f.zip").frame


def findings(frame: pd.DataFrame) -> dict[str, object]:
    return {one.code: one for ask in PictureInputs.checks for one in ask(Looked(frame))}


def saved_anew(seed: int) -> bytes:
    return saved(photo(seed), "JPEG", quality=60)


def test_near_pairs_are_those_of_a_search_through_all(tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    bits = chance.integers(0, 256, (400, 32), dtype=np.uint8)
    for row in range(0, 200, 2):  # a twin for each of a hundred, more or less far
        bits[row + 1] = bits[row]
        for bit in chance.choice(256, row // 8, replace=False):
            bits[row + 1, bit // 8] ^= 1 << (bit % 8)
    hashes = [bytes(one).hex() for one in bits]
    distance = np.unpackbits(bits[:, None] ^ bits[None], axis=2).sum(axis=2)
    expected = {(a, b) for a, b in np.argwhere(distance <= NEAR) if a < b}
    found = {tuple(pair) for pair in near_pairs(hashes)}
    assert len(expected) > 50
    assert {pair for pair in found if hashes[pair[0]] != hashes[pair[1]]} == {
        pair for pair in expected if hashes[pair[0]] != hashes[pair[1]]
    }
    assert {pair for pair in expected if hashes[pair[0]] == hashes[pair[1]]} <= found


def test_rows_without_a_hash_and_rows_that_are_not_compared_have_no_twins() -> None:
    one = "ab" * 32
    assert near_pairs([one, None, "", one]).tolist() == [[0, 3]]
    assert near_pairs([one, one], np.array([True, False])).tolist() == []
    assert near_pairs([]).tolist() == []


def test_twins_of_twins_share_one_key() -> None:
    found = keys(["c", "b", "a", "d", None, "d"], np.array([[0, 1], [1, 2]]))
    assert found == ["a", "a", "a", "d", "", "d"]


@pytest.mark.parametrize("how", ["jpeg", "resize", "brighter", "blur"])
def test_the_same_picture_done_otherwise_is_a_near_twin_and_another_is_not(how: str) -> None:
    close = 0
    for seed in range(20):
        first = photo(seed)
        if how == "jpeg":
            other = Image.open(io.BytesIO(saved(first, "JPEG", quality=60)))
        elif how == "resize":
            other = first.resize((64, 48), Image.Resampling.BICUBIC)
        elif how == "brighter":
            other = first.point(lambda value: min(255, value * 0.9 + 15))
        else:
            other = first.filter(ImageFilter.GaussianBlur(0.5))
        hashes = [str(imagehash.phash(one, hash_size=16)) for one in (first, other, photo(seed + 100))]
        pairs = near_pairs(hashes).tolist()
        close += [0, 1] in pairs
        assert [0, 2] not in pairs
    assert close >= 18


def test_near_twins_stand_in_one_part_whatever_their_labels(tmp_path: Path) -> None:
    frame = rows(
        tmp_path,
        {f"a/{n}.png": saved(photo(n)) for n in range(6)} | {"b/0.jpg": saved_anew(0), "a/9.jpg": saved_anew(1)},
    )
    found = PictureInputs().keys(frame["picture"].fillna(""), frame)
    by_file = dict(zip(frame["file"], found, strict=True))
    assert by_file["a/0.png"] == by_file["b/0.jpg"]
    assert by_file["a/1.png"] == by_file["a/9.jpg"]
    assert found.nunique() == 6
    said = findings(frame)
    torn = said["torn_twins"]
    assert {frame["file"][row] for row in torn.examples} == {"a/0.png", "b/0.jpg"}
    assert torn.severity == "warning"
    assert "'a' and 'b'" in torn.message or "'b' and 'a'" in torn.message
    assert {frame["file"][row] for row in said["near_twins"].examples} == {"a/1.png", "a/9.jpg"}


def test_small_and_plain_pictures_are_pointed_at(tmp_path: Path) -> None:
    members = {f"a/{n}.png": png(n) for n in range(12)}
    members |= {"a/small.png": png(20, (8, 40)), "a/black.png": saved(Image.new("RGB", (40, 40)))}
    members |= {"a/white.png": saved(Image.new("RGB", (40, 40), "white"))}
    frame = rows(tmp_path, members)
    said = findings(frame)
    assert [frame["file"][row] for row in said["small_pictures"].examples] == ["a/small.png"]
    assert [frame["file"][row] for row in said["plain_pictures"].examples] == ["a/black.png", "a/white.png"]
    assert said["plain_pictures"].message == "2 pictures are all of one colour."
    assert "near_twins" not in said


@pytest.mark.parametrize("camera", ["size", "brightness"])
def test_a_class_from_another_camera_is_pointed_at(tmp_path: Path, camera: str) -> None:
    members = {f"a/{n}.png": png(n) for n in range(15)} | {f"b/{n}.png": png(n + 50) for n in range(15)}
    for n in range(15):
        other = image(n + 100, (64, 64) if camera == "size" else (32, 24))
        members[f"c/{n}.png"] = saved(other if camera == "size" else other.point(lambda value: value // 4))
    frame = rows(tmp_path, members)
    said = [one for one in checks.other_camera(Looked(frame)) if checks.TELLING[camera] in one.message]
    assert len(said) == 1
    assert "'c'" in said[0].message
    assert "'a'" not in said[0].message
    assert {frame["label"][row] for row in said[0].examples[:6]} == {"c"}
    assert not list(checks.other_camera(Looked(frame[frame["label"] != "c"].reset_index(drop=True))))


def test_the_areas_are_scikit_learns() -> None:
    chance = np.random.default_rng(1)
    codes = np.repeat([0, 1, 2], [40, 30, 20])
    values = chance.integers(0, 9, len(codes)) + codes
    ours = checks.areas_of(values.astype(float), codes, 3)
    assert ours == pytest.approx([roc_auc_score(codes == code, values) for code in range(3)])


def test_a_column_without_pictures_is_an_error(tmp_path: Path) -> None:
    frame = rows(tmp_path, {"a/1.png": png(1), "b/2.png": png(2)})
    finding = next(checks.no_pictures(Looked(frame, "file")))
    assert finding.severity == "error"
    assert "'picture'" in finding.hint
    assert picture_columns(frame) == ["picture"]


def test_our_measures_are_found_beside_columns_of_the_same_name(tmp_path: Path) -> None:
    members = {"1.png": png(1), "2.png": png(2), "t.csv": b"name,width,width (2)\n1,7,8\n2,7,8\n"}
    frame = rows(tmp_path, members)
    assert measure_columns(frame)["width"] == "width (3)"
    assert frame["width (3)"].tolist() == [32, 32]
