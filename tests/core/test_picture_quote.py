"""A quote of pictures holds what runs really took; what it counts is what torch counts on its meta device."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import torch
from transformers import (
    ConvNextConfig,
    ConvNextForImageClassification,
    DeiTConfig,
    DeiTForImageClassification,
    EfficientNetConfig,
    EfficientNetForImageClassification,
    ResNetConfig,
    ResNetForImageClassification,
)

from core.config import make_config
from core.data import read_apart
from core.learners.picture_work import work_of
from core.learners.scratch.cnn import Cnn, CnnConfig
from core.models import CATALOGUE, add_local, describe
from core.models.picture_work import picture_work
from core.quote import Quote, Speed, quote, row_cost
from core.quote.picture_cost import PictureCost, from_scratch, picture_cost
from core.quote.row_cost import RowCost
from tests.conftest import ROOT
from tests.core.pictures.made import zipped
from tests.core.pictures.peak_program import SETTINGS
from tests.pictured import COLOURS, drawn, saved

CORE = "1 CPU core, fp32"


def config(**settings):
    return make_config(**{**SETTINGS, **settings})


def quoted(cost: RowCost, *, rows: int, test_rows: int, device: str = CORE, measured=(), **settings) -> Quote:
    return quote(
        config(**settings),
        rows=rows,
        test_rows=test_rows,
        cost=cost,
        cores=1,
        device=device,
        measured=measured,
    )


def catalogued(name: str, side: int) -> PictureCost:
    entry = CATALOGUE[name]
    assert entry.work is not None
    work = entry.work
    made = PictureCost(name, entry.parameters, entry.hidden_size, work.side, work.flops, work.kept_bytes)
    return made.at(side)


def frame(*, side: int = 28, rows: int = 200) -> pd.DataFrame:
    return pd.DataFrame({"label": ["a", "b"] * (rows // 2), "width": side, "height": side - 4})


# --- what is counted


@pytest.mark.parametrize("side", [28, 45, 96])
@pytest.mark.parametrize("channels", [1, 3])
def test_the_network_from_scratch_is_counted_as_torch_counts_it(side: int, channels: int):
    with torch.device("meta"):
        network = Cnn(CnnConfig(image_size=side, num_channels=channels, num_labels=7))
    flops, kept = work_of(network, channels=channels, side=side)
    found = from_scratch(side, channels=channels, classes=7)
    assert found.parameters == sum(weight.numel() for weight in network.parameters())
    assert found.flops == flops
    assert found.kept_bytes == pytest.approx(kept, rel=0.01)


BUILT = {
    "efficientnet-lite0": lambda: EfficientNetForImageClassification(
        EfficientNetConfig(
            hidden_dim=1280, hidden_act="relu6", width_coefficient=1.0, depth_coefficient=1.0, depthwise_padding=[]
        )
    ),
    "deit-small": lambda: DeiTForImageClassification(
        DeiTConfig(hidden_size=384, num_attention_heads=6, intermediate_size=1536)
    ),
    "convnext-tiny": lambda: ConvNextForImageClassification(ConvNextConfig()),
    "resnet-18": lambda: ResNetForImageClassification(
        ResNetConfig(depths=[2, 2, 2, 2], hidden_sizes=[64, 128, 256, 512], layer_type="basic")
    ),
}


def test_the_catalogue_says_what_torch_counts_for_its_picture_models():
    assert set(BUILT) == {key for key, entry in CATALOGUE.items() if entry.reads == "picture"}
    for key, build in BUILT.items():
        with torch.device("meta"):
            network = build()
        work = CATALOGUE[key].work
        assert work is not None
        assert work_of(network, channels=3, side=224) == pytest.approx((work.flops, work.kept_bytes), rel=0.02)
        assert work.family == network.config.model_type


def test_another_model_is_counted_once_in_the_sandbox_and_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    small = ResNetConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], layer_type="basic")
    source, models = tmp_path / "source", tmp_path / "models"
    network = ResNetForImageClassification(small)
    network.save_pretrained(source)
    add_local(source, "small", models)
    found = picture_work("local:small", models)
    assert found is not None
    assert (found.family, found.side) == ("resnet", 224)
    assert (found.flops, found.kept_bytes) == work_of(network.to("meta"), channels=3, side=224)
    monkeypatch.setattr("core.models.picture_work.apart", None)
    assert picture_work("local:small", models) == found
    cost = row_cost(config(method="full", model="local:small"), models, mean_tokens=0.0, frame=lambda: frame(side=40))
    assert isinstance(cost, PictureCost)
    assert (cost.side, cost.flops) == (96, pytest.approx(found.flops * (96 / 224) ** 2))


def test_pictures_are_quoted_at_the_side_at_which_they_are_read(tmp_path: Path):
    deit, lite0 = (describe(name, tmp_path) for name in ("deit-small", "efficientnet-lite0"))
    scratch, tiny, large = config(), config(method="full", model="efficientnet-lite0"), frame(side=300)
    assert picture_cost(scratch, frame(side=35), tmp_path, None).side == 32
    assert picture_cost(config(**{"task.side": 50}), frame(), tmp_path, None).side == 50
    assert picture_cost(tiny, frame(side=64), tmp_path, lite0).side == 96
    assert picture_cost(tiny, large, tmp_path, lite0).side == 224
    assert picture_cost(config(method="full", model="deit-small"), frame(), tmp_path, deit).side == 224
    assert row_cost(config(method="full", model="minilm"), tmp_path, mean_tokens=0.0, frame=frame) is None


# --- what runs really took: peaks of the resident memory, and seconds of processor time on one core of a Xeon with AMX


RUNS = {
    "from scratch, 28": (from_scratch(28, classes=5), 1_500, {"batch_size": 128}, 0.73),
    "from scratch, 28, large batches": (from_scratch(28, classes=5), 1_500, {"batch_size": 1024}, 0.98),
    "from scratch, 32, many": (from_scratch(32, classes=5), 8_000, {"batch_size": 128}, 0.97),
    "from scratch, 64": (from_scratch(64, classes=5), 2_500, {"batch_size": 128}, 1.05),
    "from scratch, 96": (from_scratch(96, classes=5), 600, {"batch_size": 128}, 1.36),
    "lite0, frozen": (catalogued("efficientnet-lite0", 96), 600, {"method": "frozen"}, 0.80),
    "lite0": (catalogued("efficientnet-lite0", 96), 300, {"method": "full", "batch_size": 16}, 1.05),
    "lite0, large batches": (catalogued("efficientnet-lite0", 96), 300, {"method": "full", "batch_size": 64}, 2.08),
    "resnet-18": (catalogued("resnet-18", 224), 200, {"method": "full", "batch_size": 32}, 1.88),
    "deit-small": (catalogued("deit-small", 224), 60, {"method": "full", "batch_size": 16}, 2.26),
    "deit-small, LoRA": (catalogued("deit-small", 224), 60, {"method": "lora", "batch_size": 16}, 3.75),
}


@pytest.mark.parametrize("run", RUNS)
def test_memory_is_what_a_run_really_took_and_not_half_as_much_again(run: str):
    cost, rows, settings, peak_gb = RUNS[run]
    found = quoted(cost, rows=rows // 2, test_rows=rows - rows // 2, **settings)
    assert peak_gb <= found.memory_gb <= 1.5 * peak_gb


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {
        f"{shape}/{number}.png": saved(drawn(shape, 1000 * place + number, side=96))
        for place, shape in enumerate(COLOURS)
        for number in range(40)
    }
    return zipped(tmp_path_factory.mktemp("peak") / "shapes.zip", files)


@pytest.mark.parametrize("what", ["run", pytest.param("search", marks=pytest.mark.slow)])
def test_a_real_process_peaks_below_the_quote_and_above_two_thirds_of_it(what: str, pictures: Path, tmp_path: Path):
    program = [sys.executable, "-m", "tests.core.pictures.peak_program", what, str(pictures), str(tmp_path)]
    peak = int(subprocess.check_output(program, cwd=ROOT, text=True).split()[-1])
    table = read_apart(pictures, pictures.name)
    cost = row_cost(config(), tmp_path, mean_tokens=0.0, frame=lambda: table.frame)
    assert cost is not None
    found = quoted(cost, rows=77, test_rows=43)  # enough for a whole batch
    assert peak / 1e9 <= found.memory_gb <= 1.5 * peak / 1e9


STEPS = {
    "from scratch, 28": (from_scratch(28, channels=1, classes=2), 0.71e-3, 0.15e-3),
    "from scratch, 96": (from_scratch(96, classes=2), 9.1e-3, 3.0e-3),
    "lite0": (catalogued("efficientnet-lite0", 96), 19.0e-3, 4.4e-3),
    "resnet-18": (catalogued("resnet-18", 96), 24.2e-3, 8.2e-3),
    "deit-small": (catalogued("deit-small", 224), 350e-3, 125e-3),
}


@pytest.mark.parametrize("network", STEPS)
def test_the_range_holds_the_seconds_that_a_network_really_took(network: str):
    cost, a_row, an_answer = STEPS[network]
    rows, passes = 40_000, 10
    found = quoted(cost, rows=rows, test_rows=0, method="full", epochs=passes, **{"split.validation": 0.0})
    learning = rows * passes * a_row + rows * an_answer
    beside = cost.baseline_s(rows, 0) + cost.encoding_s(rows)
    assert found.minutes_low * 60 - beside < learning < found.minutes_high * 60


# --- what is said


def test_a_network_from_scratch_is_not_offered_the_quick_preset_and_smaller_pictures_are():
    cost = from_scratch(96, classes=5)
    assert quoted(cost, rows=60_000, test_rows=10_000, epochs=8).halve_it == (
        "Reading the rows 4 times in place of 8 times would about halve it."
    )
    said = quoted(cost, rows=60_000, test_rows=10_000, epochs=1).halve_it
    assert said == "Reading pictures at 68 x 68 pixels in place of 96 x 96 would about halve it."
    reasons = quoted(cost, rows=60_000, test_rows=10_000, epochs=1).reasons
    assert reasons[0] == "60,000 pictures to learn from, read at 96 x 96 pixels, once."
    assert reasons[1].startswith("The network from scratch has 4.7 million weights and computes 110 million operations")


def test_speeds_of_texts_say_nothing_of_pictures():
    cost = from_scratch(28, classes=5)
    facts = {"device": CORE, "method": "scratch", "parameters": cost.unit_weights, "tokens": 9_000.0, "seconds": 900.0}
    plain = quoted(cost, rows=9_000, test_rows=10)
    assert quoted(cost, rows=9_000, test_rows=10, measured=[Speed(**facts)]) == plain
    slow = quoted(cost, rows=9_000, test_rows=10, measured=[Speed(**facts, reads="picture")])
    assert slow.minutes_low > plain.minutes_low
