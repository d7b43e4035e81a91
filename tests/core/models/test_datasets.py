import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import DatasetError
from core.models import fetch_hub_dataset

CONVERTED = "refs/convert/parquet"


def parquet(texts, labels):
    features = {"label": {"names": ["bad", "good"], "_type": "ClassLabel"}, "text": {"dtype": "string"}}
    schema = pa.schema([("text", pa.string()), ("label", pa.int64())])
    schema = schema.with_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    out = io.BytesIO()
    pq.write_table(pa.table({"text": texts, "label": labels}, schema=schema), out)
    return out.getvalue()


def test_the_parquet_copy_becomes_one_file_with_the_split_as_a_column_and_classes_by_name(hub, tmp_path):
    hub.put("datasets", "org/reviews", {"load.py": b"1/0", "README.md": b""})
    files = {
        "default/train/0000.parquet": parquet(["a", "b"], [0, 1]),
        "default/test/0000.parquet": parquet(["c"], [-1]),
    }
    hub.put("datasets", "org/reviews", files, CONVERTED)
    [path] = fetch_hub_dataset("org/reviews", tmp_path)
    table = pq.read_table(path)
    assert table.to_pydict() == {
        "text": ["a", "b", "c"],
        "label": ["bad", "good", None],
        "part": ["train", "train", "test"],
    }
    assert [file.name for file in tmp_path.iterdir()] == ["org--reviews.parquet"]


def test_without_a_parquet_copy_the_datasets_own_files_come_and_never_a_script(hub, tmp_path):
    files = {
        "data/train.csv": b"text,label\nx,y\n",
        "load.py": b"1/0",
        "dataset_infos.json": b"{}",
        "extra.json": b"{}",
    }
    hub.put("datasets", "org/reviews", files)
    assert [path.name for path in fetch_hub_dataset("org/reviews", tmp_path)] == ["data--train.csv"]


def test_a_dataset_of_several_parts_asks_which(hub, tmp_path):
    hub.put("datasets", "glue", {})
    files = {f"{config}/train/0000.parquet": parquet(["a"], [0]) for config in ("cola", "sst2")}
    hub.put("datasets", "glue", files, CONVERTED)
    with pytest.raises(DatasetError, match=r"several parts: cola, sst2"):
        fetch_hub_dataset("glue", tmp_path)
    with pytest.raises(DatasetError, match=r"no part called 'sst'.*Did you mean 'sst2'"):
        fetch_hub_dataset("glue", tmp_path, config="sst")
    [path] = fetch_hub_dataset("glue", tmp_path, config="sst2")
    assert pq.read_table(path).column_names == ["text", "label"]


def test_a_dataset_that_is_a_program_is_refused(hub, tmp_path):
    hub.put("datasets", "org/program", {"load.py": b"1/0"})
    with pytest.raises(DatasetError, match="no data file that can be read"):
        fetch_hub_dataset("org/program", tmp_path)


def test_a_dataset_that_is_too_large_is_refused_before_it_is_fetched(hub, tmp_path, monkeypatch):
    monkeypatch.setattr("core.models.datasets.LIMIT_MB", 0.001)
    hub.put("datasets", "org/reviews", {"train.csv": bytes(2_000)})
    with pytest.raises(DatasetError, match="at most"):
        fetch_hub_dataset("org/reviews", tmp_path)
    assert not [line for line in hub.asked if "/resolve/" in line]


def test_a_transfer_that_breaks_off_leaves_nothing(hub, tmp_path):
    hub.put("datasets", "org/reviews", {"a.csv": b"text\nx\n", "b.csv": b"text\ny\n"})
    hub.cut.add("b.csv")
    with pytest.raises(DatasetError):
        fetch_hub_dataset("org/reviews", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_strange_names_and_silence_are_sentences(no_hub, tmp_path):
    for name in ("", "../up", "a/b/c", "https://example.org/x"):
        with pytest.raises(DatasetError, match="is not a dataset's name"):
            fetch_hub_dataset(name, tmp_path)
    with pytest.raises(DatasetError, match="did not answer within 5 s"):
        fetch_hub_dataset("org/reviews", tmp_path)


def test_a_dataset_that_the_hub_does_not_have_is_named(hub, tmp_path):
    with pytest.raises(DatasetError, match="has no dataset 'org/nothing'"):
        fetch_hub_dataset("org/nothing", tmp_path)
