"""A quote holds what runs really took, grows with the work, and learns from this installation's runs."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config import make_config
from core.models import ModelInfo
from core.quote import Quote, Speed, quote
from core.quote.memory import memory
from core.quote.pace import place
from core.quote.row_cost import TextCost
from core.quote.work import work


def model(**facts) -> ModelInfo:
    usual = {
        "ref": "minilm",
        "title": "MiniLM",
        "parameters": 22_713_216,
        "hidden_size": 384,
        "layers": 6,
        "max_tokens": 512,
        "licence": None,
        "languages": (),
        "is_here": True,
    }
    return ModelInfo(**usual | facts)


def asked(
    *, measured=(), rows=1_000, test_rows=300, mean_tokens=50.0, cores=2, device="cpu", of=None, **settings
) -> Quote:
    config = make_config(**{"preset": "balanced", "epochs": 3, **settings})
    return quote(
        config,
        rows=rows,
        test_rows=test_rows,
        cost=TextCost(of or model(), mean_tokens),
        cores=cores,
        device=device,
        measured=measured,
    )


# --- hand-worked cases


def test_a_transformers_working_weights_are_twelve_hidden_squares_a_layer_without_embeddings():
    assert TextCost(model(), 10.0).working_weights == 12 * 384**2 * 6
    assert TextCost(model(hidden_size=0), 10.0).working_weights == 22_713_216


def test_the_operations_of_a_full_run_worked_by_hand():
    small = model(parameters=500_000, hidden_size=100, layers=1)
    a_token = 2 * 120_000 + 4 * 10 * 100
    load = work(
        make_config(preset="balanced", epochs=2, batch_size=16), rows=60, test_rows=30, cost=TextCost(small, 10.0)
    )
    assert TextCost(small, 10.0).forward == 10 * a_token
    assert a_token == 244_000
    assert load.learning == pytest.approx((60 * 3 + 20) * 10 * a_token * 2)  # 20 validation rows watch every pass
    assert load.reading == pytest.approx((60 + 20) * 10 * a_token)
    assert load.answering == pytest.approx((30 + 60) * 10 * a_token)  # the detector reads the 60 rows again
    assert load.updates == 8
    assert load.units == 1_200


def test_a_frozen_run_only_reads_its_rows_once():
    load = work(make_config(preset="quick"), rows=60, test_rows=30, cost=TextCost(model(), 10.0))
    assert load.learning == 0
    assert load.updates == 0
    assert load.units == 600


def test_lora_costs_two_thirds_of_the_operations_of_full_learning():
    given_up = {"split.validation": 0.0, "preset": "balanced", "epochs": 1}
    full, lora = (
        work(make_config(**given_up, method=method), rows=60, test_rows=30, cost=TextCost(model(), 10.0))
        for method in ("full", "lora")
    )
    assert lora.learning == pytest.approx(full.learning * 2 / 3)


def test_memory_worked_by_hand():
    small = model(parameters=1_000_000, hidden_size=100, layers=2)
    config = make_config(preset="balanced", epochs=1, batch_size=10, **{"task.max_tokens": 64})
    here = place("cpu", 2, config)
    bytes_ = 0.55e9 + 0.25e9 + 16 * 1_000_000 + 10 * 64 * 85 * 100 * 2 + 100 * 30 * 150
    assert memory(config, rows=100, cost=TextCost(small, 30), place=here) == pytest.approx(1.1 * bytes_ / 1e9)


def test_energy_is_the_said_watts_over_the_middle_of_the_range():
    found = asked(cores=4)
    assert found.watts == 48
    assert found.watts * found.minutes_low / 60 < found.energy_wh < found.watts * found.minutes_high / 60
    assert any("48 W" in reason for reason in found.reasons)


# --- what runs really took, alone on one core of a Xeon with AMX: seconds of processor time
# (the detector's pass over training rows was timed apart: 13 s for 561 rows of 80 tokens, 4 s for 1,000 of 12)


TIMED = {
    "newsdesk, quick": ("1 CPU core, bf16", {"preset": "quick", "epochs": None}, 561, 298, 80, 29),
    "newsdesk, full": ("1 CPU core, bf16", {"epochs": 1}, 561, 298, 80, 47),
    "newsdesk, full, 32 bits": ("1 CPU core, fp32", {"epochs": 1}, 561, 298, 80, 73),
    "newsdesk, LoRA": ("1 CPU core, bf16", {"epochs": 1, "method": "lora"}, 561, 298, 80, 54),
    "medical phrases, full": ("1 CPU core, bf16", {"epochs": 1}, 1_126, 299, 12, 22),
}


@pytest.mark.parametrize("run", TIMED)
def test_the_range_holds_what_a_run_really_took(run: str):
    device, settings, rows, test_rows, mean_tokens, seconds = TIMED[run]
    found = asked(rows=rows, test_rows=test_rows, mean_tokens=mean_tokens, device=device, **settings)
    assert found.minutes_low * 60 <= seconds <= found.minutes_high * 60


@pytest.mark.parametrize(
    ("settings", "peak_gb"),
    [
        ({"preset": "quick", "epochs": None}, 0.89),
        ({"epochs": 1}, 1.40),
        ({"epochs": 1, "batch_size": 64}, 2.49),
        ({"epochs": 1, "method": "lora"}, 1.51),
    ],
)
def test_memory_is_what_a_run_really_took_and_not_half_as_much_again(settings: dict, peak_gb: float):
    found = asked(rows=116, test_rows=180, mean_tokens=89, device="1 CPU core, bf16", **settings)
    assert peak_gb <= found.memory_gb <= 1.5 * peak_gb


# --- what must hold for every quote

SIZES = {
    "rows": st.integers(1, 200_000),
    "test_rows": st.integers(0, 50_000),
    "mean_tokens": st.floats(1, 120),
    "epochs": st.integers(1, 20),
    "batch_size": st.integers(1, 128),
    "method": st.sampled_from(["frozen", "full", "lora"]),
    "device": st.sampled_from(["cpu", "8 CPU cores, bf16", "NVIDIA A100-SXM4-40GB, bf16", "Apple GPU, fp32"]),
}


@given(**SIZES)
def test_a_range_is_in_order_and_positive(**sizes):
    found = asked(**sizes)
    assert 0 < found.minutes_low <= found.minutes_high
    assert found.memory_gb > 0
    assert found.energy_wh > 0
    assert all(reason.endswith(".") for reason in found.reasons)


@given(more=st.sampled_from(["rows", "test_rows", "mean_tokens", "epochs"]), factor=st.integers(2, 5), **SIZES)
def test_more_work_never_takes_less_time(more: str, factor: int, **sizes):
    less, much = asked(**sizes), asked(**sizes | {more: sizes[more] * factor})
    assert much.minutes_low >= less.minutes_low
    assert much.minutes_high >= less.minutes_high


@given(more=st.sampled_from(["batch_size", "rows", "mean_tokens"]), **SIZES)
def test_more_at_once_never_needs_less_memory(more: str, **sizes):
    assert asked(**sizes | {more: sizes[more] * 2}).memory_gb >= asked(**sizes).memory_gb


@given(cores=st.integers(1, 64), **{name: size for name, size in SIZES.items() if name != "device"})
def test_more_cores_never_take_longer(cores: int, **sizes):
    assert asked(**sizes, cores=cores * 2).minutes_high <= asked(**sizes, cores=cores).minutes_high


@given(seconds=st.floats(10, 10_000), **SIZES)
def test_an_installation_that_was_slower_is_quoted_more(seconds: float, **sizes):
    def after(taken: float) -> Quote:
        facts = {"device": sizes["device"], "method": sizes["method"], "parameters": 22_713_216, "tokens": 100_000}
        return asked(**sizes, measured=[Speed(**facts, seconds=taken)])

    assert after(2 * seconds).minutes_high >= after(seconds).minutes_high


# --- learning from this installation's runs


def earlier(seconds: float, **facts) -> Speed:
    usual = {"device": "2 CPU cores, bf16", "method": "full", "parameters": 22_713_216, "tokens": 150_000.0}
    return Speed(**usual | facts, seconds=seconds)


def test_a_run_like_an_earlier_one_is_quoted_its_time():
    found = asked(device="2 CPU cores, bf16", test_rows=1, measured=[earlier(600), earlier(620), earlier(590)])
    assert 600 * 0.75 < found.minutes_low * 60 < 603 < found.minutes_high * 60 < 603 * 1.6


def test_earlier_runs_narrow_the_range():
    wide = asked(device="2 CPU cores, bf16")
    told = asked(device="2 CPU cores, bf16", measured=[earlier(100)] * 5)
    assert told.minutes_high / told.minutes_low < wide.minutes_high / wide.minutes_low
    assert any("5 earlier runs" in reason for reason in told.reasons)


def test_runs_that_differed_keep_the_range_wide():
    steady = asked(device="2 CPU cores, bf16", measured=[earlier(100), earlier(100)])
    uneven = asked(device="2 CPU cores, bf16", measured=[earlier(50), earlier(150)])
    assert uneven.minutes_high - uneven.minutes_low > steady.minutes_high - steady.minutes_low


@pytest.mark.parametrize(
    "other",
    [earlier(900, device="NVIDIA L4, bf16"), earlier(900, method="frozen"), earlier(1.0)],
    ids=["another device", "another method", "too short to tell"],
)
def test_runs_that_say_nothing_change_nothing(other: Speed):
    assert asked(device="2 CPU cores, bf16", measured=[other]) == asked(device="2 CPU cores, bf16")


def test_the_speed_of_answering_is_learned_apart():
    slow = earlier(1_000, method="answering", tokens=20_000.0)
    plain, told = asked(device="2 CPU cores, bf16"), asked(device="2 CPU cores, bf16", measured=[slow])
    assert told.minutes_low > plain.minutes_high


# --- devices and sentences


@pytest.mark.parametrize(
    ("device", "kind", "cores", "precision"),
    [
        ("cpu", "cpu", 4, "fp32"),
        ("2 CPU cores, bf16", "cpu", 2, "bf16"),
        ("1 CPU core, fp32", "cpu", 1, "fp32"),
        ("NVIDIA H100 80GB HBM3, bf16", "gpu", 4, "bf16"),
        ("Some GPU of tomorrow, fp16", "gpu", 4, "bf16"),
    ],
)
def test_a_device_is_known_by_the_workers_words(device: str, kind: str, cores: int, precision: str):
    found = place(device, 4, make_config())
    assert (found.kind, found.cores, found.precision) == (kind, cores, precision)


def test_known_gpus_are_told_apart():
    peaks = [
        place(f"NVIDIA {name}, bf16", 4, make_config()).peak
        for name in ("T4", "L4", "L40S", "A10G", "A100-SXM4", "H100")
    ]
    assert [peak / 1e12 for peak in peaks] == [65, 121, 362, 125, 312, 989]


def test_a_short_run_need_not_be_halved():
    assert asked(rows=50, test_rows=50, preset="quick", method="frozen").halve_it is None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"rows": 20_000, "epochs": 8}, "Reading the rows 4 times in place of 8 times would about halve it."),
        (
            {"rows": 20_000, "epochs": 1},
            "The quick preset, where only a small head learns, would bring it to about 4 minutes.",
        ),
        (
            {"rows": 200_000, "method": "frozen", "mean_tokens": 120},
            "Cutting texts at 64 tokens in place of 128 would about halve it.",
        ),
        (
            {"rows": 200_000, "method": "frozen", "mean_tokens": 30},
            "Learning from half of the rows, 100,000 of them, would about halve it.",
        ),
        (
            {"rows": 100, "test_rows": 90_000, "method": "frozen", "mean_tokens": 30},
            "Judging by half of the test rows, 45,000 of them, would about halve it.",
        ),
    ],
)
def test_one_sentence_says_what_would_halve_the_time(settings: dict, said: str):
    assert asked(**settings).halve_it == said


def test_a_model_that_is_not_here_is_said_to_be_fetched_first():
    assert any("must be fetched first" in reason for reason in asked(of=model(is_here=False)).reasons)


def test_early_stopping_lowers_only_the_lower_end():
    plain, early = asked(epochs=8), asked(epochs=8, early_stopping=1)
    assert early.minutes_low < plain.minutes_low
    assert early.minutes_high == plain.minutes_high


def test_neither_a_quote_nor_an_evaluation_imports_torch():
    told = "import sys, core.quote, core.evaluation; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", told], check=False).returncode == 0


def test_a_gpu_answers_in_full_precision_slower_than_it_learns():
    gpu = place("NVIDIA H100 80GB HBM3, bf16", 4, make_config())
    assert gpu.rate("answering", model(), "fp32") == gpu.rate("answering", model(), "bf16") / 8
    assert place("NVIDIA H100 80GB HBM3, bf16", 4, make_config(precision="fp32")).precision == "fp32"
