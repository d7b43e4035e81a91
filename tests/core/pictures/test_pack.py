import hashlib
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.pictures.pack import (
    GROUP_BYTES,
    PICTURE,
    Packer,
    PictureFile,
    media_type,
    read_frame,
    read_head,
    reference,
    write_table,
)


def contents(number: int, size: int = 300) -> list[bytes]:
    chance = np.random.default_rng(0)
    return [chance.bytes(size) for _ in range(number)]


def packed(path: Path, made: list[bytes | None]) -> Path:
    cells = [None if one is None else {"bytes": one, "path": reference(one, "png")} for one in made]
    with Packer(path) as packer:
        packer.add(pa.table({"picture": pa.array(cells, PICTURE), "label": [f"c{n % 3}" for n in range(len(made))]}))
    return path


def test_a_frame_holds_references_and_the_bytes_come_from_the_pictures(tmp_path: Path) -> None:
    made = contents(10)
    frame = read_frame(packed(tmp_path / "p.parquet", made))
    assert list(frame.columns) == ["picture", "label"]
    assert frame["picture"][3] == f"{hashlib.sha256(made[3]).hexdigest()}.png"
    pictures = PictureFile(tmp_path / "p.parquet")
    assert pictures.columns == ("picture",)
    assert list(pictures.each(frame["picture"])) == made
    assert media_type(frame["picture"][0]) == "image/png"


def test_equal_pictures_have_one_reference_and_missing_ones_none(tmp_path: Path) -> None:
    one = contents(1)[0]
    frame = read_frame(packed(tmp_path / "p.parquet", [one, None, one]))
    assert frame["picture"][0] == frame["picture"][2]
    assert frame["picture"].isna().tolist() == [False, True, False]
    assert len(PictureFile(tmp_path / "p.parquet")) == 1


def test_a_reference_that_is_not_there_is_a_key_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        PictureFile(packed(tmp_path / "p.parquet", contents(2))).read("0" * 64 + ".png")


def test_the_head_is_the_beginning_of_the_frame(tmp_path: Path) -> None:
    packed(tmp_path / "p.parquet", contents(50))
    pd.testing.assert_frame_equal(read_head(tmp_path / "p.parquet", 7), read_frame(tmp_path / "p.parquet").head(7))


def test_a_file_without_pictures_reads_as_pandas_reads_it(tmp_path: Path) -> None:
    table = pa.table({"a": [1, None], "b": ["x", None], "c": pa.array([{"d": 1}, None])})
    write_table(table, tmp_path / "p.parquet")
    pd.testing.assert_frame_equal(read_frame(tmp_path / "p.parquet"), pd.read_parquet(tmp_path / "p.parquet"))
    pq.write_table(table.slice(0, 0), tmp_path / "empty.parquet")
    assert list(read_head(tmp_path / "empty.parquet", 5).columns) == ["a", "b", "c"]


def test_changed_rows_take_their_pictures_along_and_equal_rows_give_equal_files(tmp_path: Path) -> None:
    made = contents(500)
    pictures = PictureFile(packed(tmp_path / "p.parquet", made))
    frame = read_frame(tmp_path / "p.parquet").iloc[::2].assign(label="mended")
    for name in ("q", "r"):
        write_table(pa.Table.from_pandas(frame, preserve_index=False), tmp_path / name, pictures)
    assert (tmp_path / "q").read_bytes() == (tmp_path / "r").read_bytes()
    assert list(PictureFile(tmp_path / "q").each(frame["picture"])) == made[::2]
    assert set(read_frame(tmp_path / "q")["label"]) == {"mended"}


def test_row_groups_stay_small_and_few_are_held(tmp_path: Path) -> None:
    size = 100_000
    pictures = PictureFile(packed(tmp_path / "p.parquet", contents(400, size)))
    groups = pq.ParquetFile(tmp_path / "p.parquet").metadata
    assert all(groups.row_group(n).total_byte_size < 2 * GROUP_BYTES + 64 * size for n in range(groups.num_row_groups))
    held = pa.total_allocated_bytes()
    for content in pictures.each(read_frame(tmp_path / "p.parquet")["picture"]):
        assert len(content) == size
    assert pa.total_allocated_bytes() - held < 60_000_000


def test_several_threads_read_at_once(tmp_path: Path) -> None:
    made = contents(2_000)
    pictures = PictureFile(packed(tmp_path / "p.parquet", made))
    names = list(read_frame(tmp_path / "p.parquet")["picture"])
    wrong = []

    def look(seed: int) -> None:
        drawn = np.random.default_rng(seed).integers(len(made), size=300)
        wrong.extend(row for row in drawn if pictures.read(names[row]) != made[row])

    threads = [threading.Thread(target=look, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
