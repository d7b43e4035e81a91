import json

import pytest

from core.errors import ModelError
from core.models import describe, search_hub


def test_a_search_tells_what_a_person_needs_to_choose(hub, model_files):
    hub.put("models", "org/small", model_files)
    hub.put("models", "org/other", model_files)
    [found] = search_hub("small")
    assert found.ref == "org/small"
    assert (found.licence, found.languages, found.parameters) == ("apache-2.0", ("en", "de"), 1234)
    assert (found.downloads, found.likes, found.gated, found.task) == (7, 3, False, "fill-mask")


def test_a_search_without_the_hub_is_a_sentence(no_hub):
    with pytest.raises(ModelError, match=f"The Hugging Face Hub at {no_hub} did not answer within 5 s"):
        search_hub("small")


def test_a_model_of_the_hub_is_described_without_fetching_its_weights_and_asked_once(hub, model_files, tmp_path):
    hub.put("models", "org/small", model_files)
    info = describe("org/small", tmp_path)
    assert (info.parameters, info.hidden_size, info.max_tokens) == (1234, 4, 32)
    assert not info.is_here
    assert not [line for line in hub.asked if "model.safetensors" in line]
    hub.asked.clear()
    assert describe("org/small", tmp_path) == info
    assert hub.asked == []


def test_a_remembered_description_that_was_harmed_is_asked_again(hub, model_files, tmp_path):
    hub.put("models", "org/small", model_files)
    info = describe("org/small", tmp_path)
    [remembered] = (tmp_path / ".described").iterdir()
    remembered.write_text(json.dumps({"ref": "org/small"}))
    assert describe("org/small", tmp_path) == info
