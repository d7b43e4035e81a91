import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import ModelError, NotFound
from core.models import add_local, describe, locate
from core.models.weights import tensors
from tests.core.models.conftest import SHAPES, TOKENIZER_KIND, safetensors


@pytest.fixture
def source(tmp_path, model_files):
    folder = tmp_path / "mine"
    for name, content in model_files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_a_folder_becomes_a_model_and_what_could_run_is_left_behind(source, tmp_path):
    ref = add_local(source, "mine", tmp_path / "models")
    folder = locate(ref, tmp_path / "models")
    assert ref == "local:mine"
    assert not {"pytorch_model.bin", "modeling_evil.py", "adapter_config.json"} & {
        path.name for path in folder.iterdir()
    }
    assert "auto_map" not in json.loads((folder / "config.json").read_text())
    info = describe(ref, tmp_path / "models")
    assert (info.parameters, info.hidden_size, info.max_tokens) == (448, 4, 32)


def test_the_source_may_go_away_afterwards(source, tmp_path):
    add_local(source, "mine", tmp_path / "models")
    for path in sorted(source.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert (locate("local:mine", tmp_path / "models") / "model.safetensors").is_file()


def test_a_link_is_refused(source, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    (source / "notes.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(ModelError, match="link"):
        add_local(source, "mine", tmp_path / "models")


def test_pickles_alone_are_not_a_model(source, tmp_path):
    (source / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="safetensors"):
        add_local(source, "mine", tmp_path / "models")
    assert not (tmp_path / "models" / "local--mine").exists()


def test_weights_in_a_folder_below_are_pointed_to(source, tmp_path):
    """As sentence-transformers saves a model."""
    (source / "0_Transformer").mkdir()
    (source / "model.safetensors").rename(source / "0_Transformer" / "model.safetensors")
    with pytest.raises(ModelError) as error:
        add_local(source, "mine", tmp_path / "models")
    assert error.value.hint == "They lie in its folder '0_Transformer': add that one."


@pytest.mark.parametrize("config", [b"", b"[]", b"{}", b'{"model_type": 3}', b"[" * 100_000, b"\xff\xfe"])
def test_a_config_that_says_nothing_is_refused(source, tmp_path, config):
    (source / "config.json").write_bytes(config)
    with pytest.raises(ModelError, match=r"config\.json"):
        add_local(source, "mine", tmp_path / "models")


def test_code_is_taken_out_however_deep_it_lies(source, tmp_path):
    deep = {"text_config": {"layers": [{"trust_remote_code": True, "auto_map": {"a": "b"}}]}}
    plain = json.loads((source / "config.json").read_text())
    (source / "config.json").write_text(json.dumps(plain | deep))
    folder = locate(add_local(source, "mine", tmp_path / "models"), tmp_path / "models")
    assert set(json.loads((folder / "config.json").read_text())) == set(plain) - {"auto_map"}


def test_a_name_is_a_name_and_not_a_path_and_is_taken_once(source, tmp_path):
    for name in ("../up", "a/b", "", ".hidden", "x" * 100):
        with pytest.raises(ModelError, match="cannot be a model's name"):
            add_local(source, name, tmp_path / "models")
    add_local(source, "mine", tmp_path / "models")
    with pytest.raises(ModelError, match="already"):
        add_local(source, "mine", tmp_path / "models")


def test_a_damaged_local_model_is_not_used(source, tmp_path):
    folder = locate(add_local(source, "mine", tmp_path / "models"), tmp_path / "models")
    (folder / "vocab.txt").write_text("other")
    with pytest.raises(ModelError, match="damaged"):
        locate("local:mine", tmp_path / "models")


def test_a_local_model_that_is_not_here_gets_a_suggestion(source, tmp_path):
    add_local(source, "mine", tmp_path / "models")
    with pytest.raises(NotFound, match="Did you mean 'local:mine'"):
        locate("local:mina", tmp_path / "models")
    with pytest.raises(NotFound):
        describe("local:mina", tmp_path / "models")


def test_roberta_counts_two_positions_too_many(source, tmp_path):
    sizes = {"max_position_embeddings": 514, "pad_token_id": 1, "vocab_size": 2, "type_vocab_size": 2}
    config = json.loads((source / "config.json").read_text()) | {"model_type": "xlm-roberta", **sizes}
    (source / "config.json").write_text(json.dumps(config))
    tables = {"embeddings.word_embeddings.weight": (2, 4), "embeddings.position_embeddings.weight": (514, 4)}
    (source / "model.safetensors").write_bytes(safetensors(**SHAPES | tables))
    (source / "tokenizer_config.json").write_text(json.dumps(TOKENIZER_KIND))
    ref = add_local(source, "mine", tmp_path / "models")
    assert describe(ref, tmp_path / "models").max_tokens == 512


def test_cut_weights_are_noticed(source, tmp_path):
    weights = source / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    with pytest.raises(ModelError, match="not a whole safetensors file"):
        add_local(source, "mine", tmp_path / "models")


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=40), st.recursive(st.none() | st.floats() | st.text(max_size=3), st.lists) | st.binary())
def test_no_header_whatever_does_more_than_be_refused(tmp_path, start, header):
    told = header if isinstance(header, bytes) else json.dumps({"a": {"dtype": "F32", "shape": header}}).encode()
    path = tmp_path / "model.safetensors"
    for content in (start, len(told).to_bytes(8, "little") + told + start):
        path.write_bytes(content)
        with suppress(ModelError):
            assert tensors(path) == {}
