import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModelForImageClassification

from core.bundles.open import open_bundle
from core.data import Part
from core.data.pictures.pack import reference
from core.inputs.picture import shelf
from core.learners.scratch.cnn import Cnn, CnnConfig, plain_code
from core.training.heads import last_layer
from tests.pictured import one


@pytest.mark.parametrize(("size", "channels", "numbers"), [(28, 1, 421_642), (32, 3, 545_098), (64, 1, 2_117_386)])
def test_it_has_the_layers_of_the_seeds(size: int, channels: int, numbers: int) -> None:
    network = Cnn(CnnConfig(image_size=size, num_channels=channels, num_labels=10))
    assert sum(weight.numel() for weight in network.parameters()) == numbers
    assert network(torch.rand(2, channels, size, size)).logits.shape == (2, 10)
    assert last_layer(network).out_features == 10


@pytest.mark.parametrize("size", [28, 29, 224])
def test_every_size_is_looked_at(size: int) -> None:
    network = Cnn(CnnConfig(image_size=size, num_channels=3, num_labels=4, dense=4)).eval()
    assert network(torch.rand(1, 3, size, size)).logits.shape == (1, 4)


def test_what_is_saved_opens_with_the_auto_classes_and_in_plain_torch(tmp_path: Path) -> None:
    torch.manual_seed(0)
    labels = {0: "a", 1: "b", 2: "c"}
    network = Cnn(CnnConfig(num_labels=3, id2label=labels, label2id={b: a for a, b in labels.items()})).eval()
    network.save_pretrained(tmp_path)
    picture = torch.rand(4, 1, 28, 28)
    opened = AutoModelForImageClassification.from_pretrained(tmp_path)
    assert isinstance(opened, Cnn)
    assert AutoConfig.from_pretrained(tmp_path).id2label == labels
    assert torch.equal(opened.eval()(picture).logits, network(picture).logits)
    code = plain_code(network.config).replace('"model.safetensors"', repr(str(tmp_path / "model.safetensors")))
    found: dict[str, torch.nn.Module] = {}
    exec(code, found)  # noqa: S102  # the code that people are told to run
    assert torch.equal(found["net"](picture), network(picture).logits)
    assert "auto_map" not in (tmp_path / "config.json").read_text()
    assert set(load_file(tmp_path / "model.safetensors")) == set(network.state_dict())


def test_dropout_hides_while_it_learns_only() -> None:
    network = Cnn(CnnConfig(num_labels=3))
    picture = torch.rand(4, 1, 28, 28)
    network.train()
    assert not torch.equal(network(picture).logits, network(picture).logits)
    network.eval()
    assert torch.equal(network(picture).logits, network(picture).logits)
    assert network(picture, labels=torch.tensor([0, 1, 2, 0])).loss > 0


def test_it_learns_to_tell_bars_that_stand_from_bars_that_lie() -> None:
    torch.manual_seed(0)
    network = Cnn(CnnConfig(num_labels=2)).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3)
    targets = torch.arange(32) % 2
    pictures = torch.zeros(32, 1, 28, 28)
    for row, target in enumerate(targets):
        place = int(torch.randint(3, 25, ()))
        pictures[(row, 0, slice(None), place) if target else (row, 0, place)] = 1.0
    for _ in range(30):
        loss = network(pictures, labels=targets).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert (network.eval()(pictures).logits.argmax(dim=1) == targets).all()


def test_a_bundle_brings_python_that_asks_it_without_this_program(pictured: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(pictured / "work" / "bundle", bundle)
    code = (bundle / "use.py").read_text()
    assert code.strip() in (bundle / "README.md").read_text()
    assert "core." not in code
    assert "base_model" not in (bundle / "README.md").read_text()
    contents = [one(shape) for shape in ("square", "disc", "ring")]
    names = [reference(content, "png") for content in contents]
    model = open_bundle(bundle)
    with shelf.holding(dict(zip(names, contents, strict=True))):
        answers = model.answer(Part(tuple(names), tuple(names), ("",) * 3))
    for row, content in enumerate(contents):
        (bundle / "picture.png").write_bytes(content)
        done = subprocess.run([sys.executable, "use.py"], cwd=bundle, capture_output=True, text=True, check=True)
        label, score = done.stdout.split()
        assert label == answers.answers[row]
        assert float(score) == pytest.approx(float(answers.scores[row].max()), abs=1e-3)
