"""Model folders of which one thing was tampered with: each is refused with the file and the key, or runs."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load_file, save_file

from core.errors import ModelError, UserError
from core.learners.trial import try_model
from core.models import add_local
from core.models.allowed import keep_allowed
from core.models.contents import check, try_out
from tests.attacks.models import WEIGHTS, settings
from tests.core.kinds import _tiny_picture
from tests.tiny import make_family

RUNS = ""
Change = Callable[[Path], object]


def tensor(change: Callable[[Any], Any], key: str = "embeddings.word_embeddings.weight") -> Change:
    def do(folder: Path) -> None:
        held = load_file(folder / WEIGHTS)
        held[key] = change(held[key]).copy()
        save_file(held, folder / WEIGHTS, metadata={"format": "pt"})

    return do


def without(key: str) -> Change:
    def do(folder: Path) -> None:
        held = load_file(folder / WEIGHTS)
        del held[key]
        save_file(held, folder / WEIGHTS, metadata={"format": "pt"})

    return do


def renamed(folder: Path) -> None:
    held = load_file(folder / WEIGHTS)
    save_file({f"module.{key}": value for key, value in held.items()}, folder / WEIGHTS, metadata={"format": "pt"})


def only_sentencepiece(folder: Path) -> None:
    for path in [*folder.glob("tokenizer*"), *folder.glob("vocab*")]:
        path.unlink()
    (folder / "tokenizer.model").write_bytes(b"no protocol buffer" * 100)
    settings("tokenizer_config.json", tokenizer_class="LlamaTokenizer")(folder)


QUERY = "encoder.layer.0.attention.self.query.weight"
TEXT_FOLDERS: list[tuple[str, Change, tuple[str, ...]]] = [
    ("nothing", lambda _: None, ()),
    ("no heads", settings(num_attention_heads=0), ("config.json", "num_attention_heads")),
    ("five heads", settings(num_attention_heads=5), ("config.json", "num_attention_heads")),
    ("heads below zero", settings(num_attention_heads=-2), ("config.json", "num_attention_heads")),
    ("heads that are null", settings(num_attention_heads=None), ("config.json", "num_attention_heads")),
    ("heads that are a list", settings(num_attention_heads=[2]), ("config.json", "num_attention_heads")),
    ("a width in words", settings(hidden_size="32"), ("config.json", "hidden_size")),
    ("layers in words", settings(num_hidden_layers="two"), ("config.json", "num_hidden_layers")),
    ("layers in a fraction", settings(num_hidden_layers=1.5), ("config.json", "num_hidden_layers")),
    ("a width that the weights lack", settings(hidden_size=48), ("config.json", "LayerNorm")),
    ("a width of one", settings(hidden_size=1), ("config.json", "")),
    ("an inner width that the weights lack", settings(intermediate_size=65), (WEIGHTS, "intermediate.dense")),
    ("no inner width", settings(intermediate_size=0), (WEIGHTS, "intermediate.dense")),
    ("more layers than weights", settings(num_hidden_layers=3), (WEIGHTS, "encoder.layer.2")),
    ("an unknown activation", settings(hidden_act="swiglu-9000"), ("config.json", "hidden_act")),
    ("an activation that is a number", settings(hidden_act=7), ("config.json", "hidden_act")),
    ("padding out of range", settings(pad_token_id=99_999), ("config.json", "pad_token_id")),
    ("padding far below zero", settings(pad_token_id=-99_999), ("config.json", "pad_token_id")),
    ("padding in words", settings(pad_token_id="[PAD]"), ("config.json", "pad_token_id")),
    ("dropout of 9", settings(hidden_dropout_prob=9), ("config.json", "hidden_dropout_prob")),
    ("dropout below zero", settings(attention_probs_dropout_prob=-0.5), ("config.json", "attention_probs_dropout")),
    ("dropout in words", settings(hidden_dropout_prob="a little"), ("config.json", "hidden_dropout_prob")),
    ("a tiny number in words", settings(layer_norm_eps="tiny"), ("config.json", "layer_norm_eps")),
    ("a billion kinds of token", settings(type_vocab_size=10**9), ("config.json", "type_vocab_size")),
    ("a million kinds of token", settings(type_vocab_size=10**6), (WEIGHTS, "token_type_embeddings")),
    ("no kinds of token", settings(type_vocab_size=0), (WEIGHTS, "token_type_embeddings")),
    ("a vocabulary of three", settings(vocab_size=3), (WEIGHTS, "word_embeddings")),
    ("places for one token", settings(max_position_embeddings=1), (WEIGHTS, "position_embeddings")),
    ("an unknown number type", settings(dtype="float0"), ("config.json", "dtype")),
    ("labels that are a number", settings(id2label=5), ("config.json", "id2label")),
    ("a billion labels", settings(num_labels=10**9), ()),
    ("labels in words", settings(num_labels="many"), ()),
    ("embeddings on their side", tensor(lambda held: held.T), (WEIGHTS, "word_embeddings")),
    ("embeddings a row short", tensor(lambda held: held[:-1]), (WEIGHTS, "word_embeddings")),
    ("embeddings flattened", tensor(lambda held: held.reshape(-1)), (WEIGHTS, "word_embeddings")),
    ("a query on its head", tensor(lambda held: held[:16], QUERY), (WEIGHTS, "query")),
    ("a query that is not there", without(QUERY), (WEIGHTS, "query")),
    ("every name changed", renamed, (WEIGHTS, "")),
    ("a SentencePiece file that is none", only_sentencepiece, ("tokenizer.model", "")),
    ("a tokenizer of an unknown class", settings("tokenizer_config.json", tokenizer_class="Nope"), ()),
    ("a length in words", settings("tokenizer_config.json", model_max_length="long"), ("tokenizer_config.json", "")),
    ("a padding token that is a number", settings("tokenizer_config.json", pad_token=5), ("tokenizer_config.json", "")),
]  # fmt: skip
PICTURE_FOLDERS: list[tuple[str, Change, tuple[str, ...]]] = [
    ("nothing", lambda _: None, ()),
    ("three heads", settings(num_attention_heads=3), ("config.json", "k_proj")),
    ("patches larger than the picture", settings(patch_size=25), ("config.json", "")),
    ("an unknown activation", settings(hidden_act="nope"), ("config.json", "hidden_act")),
    ("a width in words", settings(hidden_size="16"), ("config.json", "hidden_size")),
    ("five channels", settings(num_channels=5), (WEIGHTS, "patch_embeddings")),
    ("an inner width that the weights lack", settings(intermediate_size=10**5), (WEIGHTS, "")),
]  # fmt: skip


def tried(folder: Path) -> str:
    """What the checks of `add` say of a folder, with the trial in this process; nothing where it runs."""
    try:
        check(folder, "The folder 'it'")
        keep_allowed(folder)
        try_model(str(folder), "The folder 'it'")
    except UserError as error:
        return str(error)
    return RUNS


def shown(said: str, wanted: tuple[str, ...]) -> bool:
    """Whether a sentence names the file and the key, and is short."""
    return len(said) < 500 and all(one in said for one in wanted)


FOLDERS = [("tiny_model", *row) for row in TEXT_FOLDERS] + [("tiny_picture", *row) for row in PICTURE_FOLDERS]


@pytest.mark.parametrize(
    ("good", "change", "wanted"), [(row[0], *row[2:]) for row in FOLDERS], ids=[row[1] for row in FOLDERS]
)
def test_point_2_a_tampered_model_is_refused_by_file_and_key_or_runs(
    good: str, change: Change, wanted: tuple[str, ...], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder = tmp_path / "it"
    shutil.copytree(request.getfixturevalue(good), folder, ignore=shutil.ignore_patterns("tuneboard.json"))
    change(folder)
    said = tried(folder)
    assert bool(said) == bool(wanted), said
    assert shown(said, wanted), said


@pytest.fixture(scope="module")
def tiny_picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    models = tmp_path_factory.mktemp("pictures")
    _tiny_picture(models / "source", models)
    return models / "local--tiny-vit"


@pytest.mark.parametrize(
    "change",
    [settings(type_vocab_size=10**9), settings(num_attention_heads=5), tensor(lambda held: held.T)],
    ids=["a billion kinds of token", "five heads", "embeddings on their side"],
)
def test_points_1_and_2_such_a_folder_is_refused_at_add_and_nothing_is_kept(
    change: Change, tiny_model: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "it"
    shutil.copytree(tiny_model, folder, ignore=shutil.ignore_patterns("tuneboard.json"))
    change(folder)
    with pytest.raises(ModelError):
        add_local(folder, "it", tmp_path / "models")
    assert not list(tmp_path.glob("models/*"))


@pytest.mark.parametrize("family", ["gpt2", "llama", "opt", "longformer", "big_bird"])
def test_decoders_and_models_of_long_texts_from_strangers_pass_the_trial(
    family: str, tiny_model: Path, tmp_path: Path
) -> None:
    folder = make_family(family, tiny_model, tmp_path / "it", padding=family != "gpt2")
    assert tried(folder) == RUNS


def test_a_billion_labels_are_left_out_of_the_copy(tiny_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "it"
    shutil.copytree(tiny_model, folder, ignore=shutil.ignore_patterns("tuneboard.json"))
    settings(num_labels=10**9)(folder)
    add_local(folder, "it", tmp_path / "models")
    assert "num_labels" not in json.loads((tmp_path / "models/local--it/config.json").read_text())
    try_out(tmp_path / "models/local--it", "it")
