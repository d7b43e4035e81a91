import io
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data import read_apart
from core.data.pictures.read import read_pictures_apart
from core.errors import DatasetError
from tests.core.pictures.made import image, png, saved, zipped

PNGS = [png(seed) for seed in range(6)]


def test_folders_are_classes_and_debris_is_passed_over(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "f",
        {
            "pets/cats/1.png": PNGS[0],
            "pets/cats/2.PNG": PNGS[1],
            "pets/dogs/1.jpg": saved(image(2), "JPEG"),
            "__MACOSX/pets/cats/._1.png": b"x",
            "pets/.DS_Store": b"x",
            "pets/cats/Thumbs.db": b"x",
            "pets/readme.md": b"hello",
        },
    )
    table = read_apart(path, "pets.zip")
    assert table.frame[["label", "file"]].values.tolist() == [
        ["cats", "pets/cats/1.png"],
        ["cats", "pets/cats/2.PNG"],
        ["dogs", "pets/dogs/1.jpg"],
    ]
    assert table.frame["picture"].str.endswith((".png", ".png", ".jpg")).all()
    assert list(table.pictures.each(table.frame["picture"])) == [PNGS[0], PNGS[1], saved(image(2), "JPEG")]
    assert table.frame["width"].tolist() == [32, 32, 32]
    assert table.notes == (
        "Read as a ZIP archive of pictures.",
        "Read 3 pictures.",
        "Left out 1 file of another kind: 'pets/readme.md'.",
    )


@pytest.mark.parametrize("layout", ["{part}/{label}/{n}.png", "{label}/{part}/{n}.png", "root/{part}/{label}/{n}.png"])
def test_folders_of_parts_become_a_column(tmp_path: Path, layout: str) -> None:
    members = {}
    for number, (part, label) in enumerate([("train", "a"), ("train", "b"), ("Testing", "a"), ("val", "b")]):
        members[layout.format(part=part, label=label, n=number)] = PNGS[number]
    frame = read_apart(zipped(tmp_path / "f", members), "f.zip").frame.sort_values("file")
    assert set(zip(frame["part"], frame["label"], strict=True)) == {
        ("train", "a"),
        ("train", "b"),
        ("test", "a"),
        ("validation", "b"),
    }


def test_a_table_names_the_pictures(tmp_path: Path) -> None:
    rows = "image;price;kind\nimages\\A.png;3,5;x\nb;4,0;y\nc.png;1,0;z\nlost.png;2,0;z\n"
    members = {"images/a.png": PNGS[0], "images/b.png": PNGS[1], "images/c.png": PNGS[2], "images/d.png": PNGS[3]}
    table = read_apart(zipped(tmp_path / "f", {**members, "rows.csv": rows.encode()}), "f.zip")
    assert table.frame["kind"].tolist() == ["x", "y", "z"]
    assert list(table.pictures.each(table.frame["picture"])) == PNGS[:3]
    assert "file" not in table.frame
    assert table.notes[-3:] == (
        "The pictures are named in the column 'image' of rows.csv.",
        "Left out 1 row whose picture is not there: 'lost.png'.",
        "Left out 1 picture that no row names: 'images/d.png'.",
    )


def test_tables_of_two_parts_are_joined(tmp_path: Path) -> None:
    members = {f"{n}.png": PNGS[n] for n in range(4)}
    members |= {"train.csv": b"id,label\n0,a\n1,b\n", "test.csv": b"id,label\n2,a\n3,b\n"}
    frame = read_apart(zipped(tmp_path / "f", members), "f.zip").frame
    assert frame["part"].tolist() == ["train", "train", "test", "test"] or frame["part"].tolist() == [
        "test", "test", "train", "train",
    ]  # fmt: skip


def test_a_table_may_be_a_workbook_whose_own_columns_are_named_as_ours(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    pd.DataFrame({"picture": ["0.png", "1.png"], "width": [7, 8]}).to_excel(buffer, index=False)
    frame = read_apart(
        zipped(tmp_path / "f", {"0.png": PNGS[0], "1.png": PNGS[1], "t.xlsx": buffer.getvalue()}), "f.zip"
    ).frame
    assert frame["width"].tolist() == [7, 8]
    assert frame["width (2)"].tolist() == [32, 32]
    assert frame["picture"].tolist() == ["0.png", "1.png"]
    assert frame["picture (2)"].str.len().tolist() == [68, 68]


def features(**told: object) -> dict[bytes, bytes]:
    return {b"huggingface": json.dumps({"info": {"features": told}}).encode()}


@pytest.mark.parametrize("layout", ["hub", "bytes", "large"])
def test_parquet_with_pictures_is_read_with_its_classes(tmp_path: Path, layout: str) -> None:
    cells = [{"bytes": one, "path": f"{n}.png"} for n, one in enumerate(PNGS[:3])] + [None]
    kinds = {"hub": pa.struct([("bytes", pa.binary()), ("path", pa.string())])}
    pictures = (
        pa.array(cells, kinds["hub"])
        if layout == "hub"
        else pa.array([*PNGS[:3], None], pa.binary() if layout == "bytes" else pa.large_binary())
    )
    told = features(label={"_type": "ClassLabel", "names": ["cat", "dog"]})
    pq.write_table(pa.table({"image": pictures, "label": [0, 1, 0, 1]}).replace_schema_metadata(told), tmp_path / "f")
    table = read_apart(tmp_path / "f", "pets.parquet")
    assert table.frame["label"].tolist() == ["cat", "dog", "cat"]
    assert list(table.pictures.each(table.frame["image"])) == PNGS[:3]
    assert ("file" in table.frame) == (layout == "hub")
    assert any(note.startswith("Left out 1 file: 'row 4' is empty") for note in table.notes)


def test_parquet_whose_bytes_are_no_pictures_is_a_table_as_before(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["a"], "sound": [b"RIFX...."]}), tmp_path / "f")
    table = read_apart(tmp_path / "f", "rows.parquet")
    assert list(table.frame.columns) == ["text"]
    assert table.pictures is None


def test_several_files_at_once(tmp_path: Path) -> None:
    files = []
    for number, name in enumerate(["cats/a.png", "cats/b.png", "dogs/c.png"]):
        (tmp_path / str(number)).write_bytes(PNGS[number])
        files.append((tmp_path / str(number), name))
    table = read_pictures_apart(files)
    assert table.frame["label"].tolist() == ["cats", "cats", "dogs"]
    assert list(table.pictures.each(table.frame["picture"])) == PNGS[:3]
    one = read_pictures_apart([(tmp_path / "0", "mine.png")])
    assert one.frame["file"].tolist() == ["mine.png"]
    assert "label" not in one.frame


def test_bad_pictures_among_good_ones_are_left_out_and_named(tmp_path: Path) -> None:
    members = {"a/1.png": PNGS[0], "a/2.png": PNGS[1][:150], "b/3.png": PNGS[2][:150], "b/4.svg": b"<svg/>"}
    table = read_apart(zipped(tmp_path / "f", members), "f.zip")
    assert len(table.frame) == 1
    assert "Left out 2 files: 'a/2.png', 'b/3.png': each is cut off or damaged." in table.notes
    assert any("'b/4.svg' is an SVG drawing" in note for note in table.notes)


def test_a_file_without_a_good_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"f\.zip holds no picture that can be used: 'a/2\.png' is cut off"):
        read_apart(zipped(tmp_path / "f", {"a/2.png": PNGS[1][:150]}), "f.zip")


def test_the_folder_of_a_read_table_goes_with_its_pictures(tmp_path: Path) -> None:
    table = read_apart(zipped(tmp_path / "f", {"a/1.png": PNGS[0]}), "f.zip")
    place = table.pictures.path
    assert place.exists()
    del table
    assert not place.parent.exists()
