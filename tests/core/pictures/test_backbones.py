from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from transformers import AutoConfig, AutoModelForImageClassification, pipeline

from core.config import ReadsPicture
from core.data.pictures.pack import reference
from core.data.splits.parts import Part
from core.device import choose
from core.errors import DatasetError, ModelError
from core.inputs.picture import shelf
from core.learners.backbones.picture import CnnBackbone, PictureBackbone, look_at
from core.learners.picture_network import PictureNetwork
from core.models.looking import Preprocessing, save_look
from core.targets import ClassTarget
from core.training.heads import last_layer, without_last_layer
from core.training.loop import read_outputs
from tests.core.pictures.made import image, saved

FILES = {reference(one, "png"): one for one in (saved(image(seed, (40, 40))) for seed in range(6))}
NAMES = tuple(FILES)
TARGET = ClassTarget(("a", "b", "c"), (2, 2, 2))
PART = Part(tuple("123456"), NAMES, ("a", "b", "c", "a", "b", "c"))
SMALL = {
    "resnet": {"hidden_sizes": [8, 16], "depths": [1, 1], "embedding_size": 8, "layer_type": "basic"},
    "vit": {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16,
            "image_size": 32, "patch_size": 8},
    "convnext": {"hidden_sizes": [8, 16], "depths": [1, 1], "num_stages": 2},
}  # fmt: skip


@dataclass
class Config:
    """What a backbone reads of a RunConfig."""

    model: str = "local:tiny"
    precision: str = "fp32"
    learning: object = field(default_factory=lambda: SimpleNamespace(dropout=None))
    task: ReadsPicture = field(default_factory=lambda: ReadsPicture(task="pictures"))


@pytest.fixture(params=sorted(SMALL))
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    torch.manual_seed(0)
    config = AutoConfig.for_model(request.param, num_labels=7, **SMALL[request.param])
    AutoModelForImageClassification.from_config(config).save_pretrained(tmp_path / "source")
    save_look(Preprocessing(32, 32, mean=(0.5,) * 3, std=(0.25,) * 3), tmp_path / "source")
    return tmp_path / "source"


def outputs(network: torch.nn.Module, backbone: PictureBackbone) -> np.ndarray:
    return read_outputs(network, backbone.encode(NAMES, None), device=choose("fp32"))


def test_a_pretrained_classifier_gets_a_fresh_head_and_its_bundle_answers_alike(source: Path, tmp_path: Path) -> None:
    config = Config()
    with shelf.holding(FILES):
        backbone = PictureBackbone(config, source)
        network = backbone.build(TARGET, config, choose("fp32"))
        with without_last_layer(network):
            vectors = outputs(network, backbone)
        layer = last_layer(network)
        assert vectors.shape == (6, layer.in_features)
        assert layer.out_features == 3
        expected = outputs(network, backbone)
        backbone.finish(network, TARGET).save_pretrained(tmp_path / "bundle")
        backbone.save(tmp_path / "bundle")
        opened = PictureNetwork.open(tmp_path / "bundle", TARGET)
        assert opened.outputs(NAMES) == pytest.approx(expected, abs=1e-5)
        assert opened.answer(PART).labels == ("a", "b", "c")
    said = pipeline("image-classification", str(tmp_path / "bundle"))(image(0, (40, 40)))
    assert {one["label"] for one in said} == {"a", "b", "c"}


def test_tiny_pictures_are_not_blown_up_to_the_size_that_a_convolutional_model_was_made_for(tmp_path: Path) -> None:
    large = {reference(one, "png"): one for one in (saved(image(seed, (90, 130))) for seed in range(3))}
    for family in ("resnet", "vit"):
        AutoConfig.for_model(family, **{**SMALL[family], "image_size": 224}).save_pretrained(tmp_path / family)
        save_look(Preprocessing(224, 224, resize=256), tmp_path / family)
    with shelf.holding({**FILES, **large}):
        assert PictureBackbone(Config(), tmp_path / "resnet", NAMES).look == Preprocessing(96, 96, resize=110)
        assert PictureBackbone(Config(), tmp_path / "resnet", tuple(large)).look.height == 224
        assert PictureBackbone(Config(), tmp_path / "resnet", NAMES, side=128).look.height == 128
        assert PictureBackbone(Config(), tmp_path / "vit", NAMES).look.height == 224
        assert PictureBackbone(Config(), tmp_path / "resnet").look.height == 224


def test_a_network_from_scratch_looks_as_the_pictures_are_and_its_bundle_answers_alike(tmp_path: Path) -> None:
    config = Config(model="cnn")
    with shelf.holding(FILES):
        backbone = CnnBackbone(config, NAMES)
        assert (backbone.look.height, backbone.look.channels) == (32, 3)
        network = backbone.build(TARGET, config, choose("fp32"))
        expected = outputs(network, backbone)
        backbone.finish(network, TARGET).save_pretrained(tmp_path / "bundle")
        backbone.save(tmp_path / "bundle")
        assert PictureNetwork.open(tmp_path / "bundle", TARGET).outputs(NAMES) == pytest.approx(expected, abs=1e-5)
        assert not backbone.keeps_vectors(network)


def test_a_look_from_scratch_brings_points_to_mean_zero_and_spread_one() -> None:
    grey = {reference(one, "png"): one for one in (saved(image(seed, (28, 28), "L")) for seed in range(5))}
    look = look_at(tuple(grey), grey.__getitem__)
    assert (look.height, look.channels) == (28, 1)
    with shelf.holding(grey):
        values = CnnBackbone(Config(), tuple(grey)).encode(tuple(grey), None).batch(range(5))["pixel_values"]
    assert float(values.mean()) == pytest.approx(0, abs=0.01)
    assert float(values.std()) == pytest.approx(1, abs=0.01)


def test_pictures_are_read_at_another_size_where_the_family_can(tmp_path: Path) -> None:
    for family in ("vit", "resnet"):
        config = AutoConfig.for_model(family, num_labels=7, **SMALL[family])
        AutoModelForImageClassification.from_config(config).save_pretrained(tmp_path / family)
        save_look(Preprocessing(32, 32), tmp_path / family)
    assert PictureBackbone(Config(), tmp_path / "resnet", side=24).unit == "24 x 24 pixels"
    with pytest.raises(ModelError, match="reads pictures of 32 x 32 pixels only"):
        PictureBackbone(Config(), tmp_path / "vit", side=24)


def test_a_model_without_some_of_its_weights_is_refused(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    config = AutoConfig.for_model("resnet", num_labels=7, **SMALL["resnet"])
    AutoModelForImageClassification.from_config(config).save_pretrained(tmp_path)
    save_look(Preprocessing(32, 32), tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    save_file(dict(list(weights.items())[10:]), tmp_path / "model.safetensors", {"format": "pt"})
    with pytest.raises(ModelError, match="lack"):
        PictureBackbone(Config(), tmp_path).build(TARGET, Config(), choose("fp32"))


def test_a_picture_is_at_hand_for_as_long_as_it_is_held() -> None:
    with pytest.raises(DatasetError, match="not at hand"):
        shelf.read(NAMES[0])
    with shelf.holding(FILES), shelf.holding({"other": b"x"}), shelf.holding(None):
        assert shelf.read(NAMES[0]) == FILES[NAMES[0]]
        assert shelf.read("other") == b"x"
    with pytest.raises(DatasetError, match="not at hand"):
        shelf.read(NAMES[0])
