"""Hostile model folders, tried as real files: refused in a sentence, and nothing of them is kept or run."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.config import make_config
from core.errors import ModelError, NotFound
from core.execute import execute
from core.learners.scratch.cnn import CnnConfig
from core.models import add_local, locate
from core.models.allowed import CODE_KEYS, FAMILIES, PICTURE_FAMILIES
from tests.attacks.models import ATTACKS, Attack, settings
from tests.conftest import ROOT

CODE: dict[str, Any] = {
    "auto_map": {"AutoConfig": "evil.Config", "AutoModel": "evil.Model", "AutoTokenizer": ["evil.Tokenizer", None]},
    "trust_remote_code": True,
    "_attn_implementation": "evil/kernel",
    "_attn_implementation_internal": "evil/kernel",
    "attn_implementation": "evil/kernel",
    "custom_pipelines": {"text-classification": {"impl": "evil.Pipeline"}},
    "quantization_config": {"quant_method": "evil"},
}


@pytest.fixture
def source(tmp_path: Path, tiny_model: Path) -> Path:
    folder = tmp_path / "source"
    shutil.copytree(tiny_model, folder, ignore=shutil.ignore_patterns("tuneboard.json"))
    return folder


@pytest.fixture
def marker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MARKER", str(tmp_path / "marker"))
    return tmp_path / "marker"


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_hostile_model_is_refused_in_a_sentence(attack: Attack, source: Path, marker: Path, tmp_path: Path) -> None:
    attack.do(source)
    before = {path for path in tmp_path.rglob("*") if source not in path.parents}
    with pytest.raises(ModelError) as refused:
        add_local(source, "evil", tmp_path / "models")
    assert attack.refused in str(refused.value)
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 500
    assert not marker.exists()
    left = {path for path in tmp_path.rglob("*") if source not in path.parents} - before
    assert left <= {tmp_path / "models"}


ADD = """
import sys
from pathlib import Path
from core.errors import ModelError
from core.models import add_local
from tests.attacks.taken import taken
with taken() as found:
    try:
        add_local(Path(sys.argv[1]), "evil", Path(sys.argv[2]))
    except ModelError as error:
        here = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
        print(max(int(here) // 1000, *(one.most_mb for one in found), 0))
"""
"""Not RUSAGE_SELF: what the process that started this one held counts there too."""
HEAVY = ["a text that swells", "a pattern without end", "header of 50 MB", "tokenizer of 70 MB"]


@pytest.mark.parametrize(
    "name", ["a text that swells", "a pattern without end", "header of 50 MB", "tokenizer of 70 MB"]
)
def test_no_hostile_model_takes_a_gigabyte_to_be_refused(name: str, source: Path, tmp_path: Path) -> None:
    next(attack for attack in ATTACKS if attack.name == name).do(source)
    command = [sys.executable, "-c", ADD, str(source), str(tmp_path / "models")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert 0 < int(done.stdout) < 1_000, done.stderr


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json"])
def test_settings_that_name_code_are_left_out_however_deep_they_lie(source: Path, tmp_path: Path, file: str) -> None:
    settings(file, **CODE, text_config=CODE, rope_parameters=CODE, extra_special_tokens=CODE)(source)
    folder = locate(add_local(source, "mine", tmp_path / "models"), tmp_path / "models")
    kept = (folder / file).read_text()
    assert "evil" not in kept
    assert not [key for key in CODE_KEYS if key in kept]


@pytest.mark.parametrize("key", ["chat_template", "vocab_file", "tokenizer_file", "sp_model_kwargs", "name_or_path"])
def test_settings_of_a_tokenizer_hold_no_program_and_no_path(source: Path, tmp_path: Path, key: str) -> None:
    settings("tokenizer_config.json", **{key: "{% for x in range(10**9) %}/etc/passwd{% endfor %}"})(source)
    folder = locate(add_local(source, "mine", tmp_path / "models"), tmp_path / "models")
    assert key not in json.loads((folder / "tokenizer_config.json").read_text())


def test_what_could_run_is_not_copied(source: Path, tmp_path: Path, marker: Path) -> None:
    strangers = [
        "modeling_evil.py", "pytorch_model.bin", "optimizer.pt", "rng_state.pth", "training_args.bin", "model.onnx",
        "model.onnx_data", "adapter_config.json", "adapter_model.safetensors", "chat_template.jinja", "modules.json",
        "tokenizer.pkl", "consolidated.safetensors", "generation_config.json",
    ]  # fmt: skip
    for name in strangers:
        (source / name).write_bytes(b'{"base_model_name_or_path": "evil/elsewhere"}')
    folder = locate(add_local(source, "mine", tmp_path / "models"), tmp_path / "models")
    assert not set(strangers) & {path.name for path in folder.rglob("*")}


def test_a_model_with_hostile_settings_trains_as_if_they_were_not_there(
    source: Path, tmp_path: Path, marker: Path, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real loaders open what is left, without a network and without the stranger's code beside it."""
    (source / "evil.py").write_text("import os; os.mkdir(os.environ['MARKER'])")
    settings(**CODE)(source)
    settings("tokenizer_config.json", **CODE)(source)
    models = tmp_path / "models"
    ref = add_local(source, "mine", models)
    monkeypatch.chdir(source)
    config = make_config(model=ref, epochs=1, preset="balanced", precision="fp32")
    execute(config, rows, tmp_path / "run", models=models, cache=tmp_path / "cache", report=lambda _: None)
    assert not marker.exists()


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd", "/etc/passwd", "local:../../etc", "local:/etc", "file:///etc/passwd", "\\\\host\\share",
        "local:..", "local:a/b", "org/m\u00f6del", "org/../../etc", "org/model;x", "org/%2e%2e", "C:\\models",
        "org/model\n", "local:a\n",
        "http://169.254.169.254/latest", "a" * 10_000,
    ],
)  # fmt: skip
def test_a_model_is_named_and_never_found_by_a_path(name: str, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        locate(name, tmp_path / "models")
    assert not list(tmp_path.iterdir())


def test_a_good_model_is_kept_as_it_was(minilm: Path, tmp_path: Path) -> None:
    """The real MiniLM, taken through the same door: the same tokens and the very same vectors."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    source = tmp_path / "minilm"
    shutil.copytree(minilm, source)
    kept = locate(add_local(source, "mini", tmp_path / "models"), tmp_path / "models")
    vectors = []
    for folder in (minilm, kept):
        tokens = AutoTokenizer.from_pretrained(folder)(
            ["Oil prices fell.", "Größe 日本"], padding=True, return_tensors="pt"
        )
        with torch.no_grad():
            vectors.append(AutoModel.from_pretrained(folder).eval()(**tokens).last_hidden_state)
    assert torch.equal(*vectors)


def test_every_kind_that_is_opened_stands_in_transformers_itself() -> None:
    from transformers.models.auto import modeling_auto as known

    assert set(known.MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES) >= FAMILIES - PICTURE_FAMILIES
    assert set(known.MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES) >= PICTURE_FAMILIES - {CnnConfig.model_type}


def test_no_setting_that_such_a_kind_knows_is_left_out_by_mistake() -> None:
    from transformers import AutoConfig

    from core.models.allowed import _config

    told_apart = {"_name_or_path", "dtype"}
    for family in sorted(FAMILIES):
        told = AutoConfig.for_model(family).to_dict()
        kept = _config({key: value for key, value in told.items() if not isinstance(value, dict) or value})
        lost = {key for key, value in told.items() if value not in (None, {}) and key not in kept} - told_apart
        assert lost == set(), family


def test_the_environment_of_these_tests_reaches_no_hub() -> None:
    assert os.environ["HF_HUB_OFFLINE"] == "1"
