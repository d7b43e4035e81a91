import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import AutoImageProcessor

from core.inputs.picture import encoded as module
from core.inputs.picture.encoded import encode, looked_at
from core.models.looking import Preprocessing, save_look
from core.training.augment import Augmentation, BatchAugmenter, samples
from tests.core.pictures.made import image, saved

LOOK = Preprocessing(24, 24, mean=(0.5, 0.4, 0.3), std=(0.25, 0.2, 0.3))
FILES = {f"{seed}.png": saved(image(seed, (40, 30))) for seed in range(6)}


class Counted:
    """A source of pictures that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, picture: str) -> bytes:
        self.asked += 1
        return FILES[picture]


@pytest.mark.parametrize("look", [LOOK, Preprocessing(24, 24, resize=28), Preprocessing(20, 24, resample=2)])
def test_a_network_sees_what_transformers_own_processor_shows_it(look: Preprocessing, tmp_path: Path) -> None:
    save_look(look, tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "vit"}')
    processor = AutoImageProcessor.from_pretrained(tmp_path)
    ours = encode(list(FILES), FILES.__getitem__, look, None).batch(range(6))["pixel_values"]
    pictures = [Image.open(io.BytesIO(one)) for one in FILES.values()]
    theirs = torch.as_tensor(np.stack(processor(pictures, return_tensors="np")["pixel_values"]))
    assert ours.shape == theirs.shape
    assert (ours - theirs).abs().max() < 0.03  # one step of 255, scaled


def test_pixels_are_made_once_and_kept_by_content(tmp_path: Path) -> None:
    source = Counted()
    first = encode(list(FILES), source, LOOK, tmp_path)
    again = encode(list(FILES), source, LOOK, tmp_path)
    assert source.asked == len(FILES)
    assert first.key == again.key
    assert torch.equal(first.batch([3, 1])["pixel_values"], again.batch([3, 1])["pixel_values"])
    assert encode(list(FILES), source, LOOK.at(16), tmp_path).key != first.key
    assert encode(list(FILES)[:2], source, LOOK, tmp_path).key != first.key


def test_a_damaged_or_half_made_file_is_made_anew(tmp_path: Path) -> None:
    source = Counted()
    whole = encode(list(FILES), source, LOOK, tmp_path)
    (kept,) = tmp_path.rglob("*.npy")
    expected = whole.batch(range(6))["pixel_values"]
    del whole
    kept.write_bytes(kept.read_bytes()[:500])
    assert torch.equal(encode(list(FILES), source, LOOK, tmp_path).batch(range(6))["pixel_values"], expected)
    assert source.asked == 2 * len(FILES)


def test_what_is_too_much_to_keep_is_decoded_for_each_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = encode(list(FILES), FILES.__getitem__, LOOK, tmp_path / "a").batch([4, 2])["pixel_values"]
    monkeypatch.setattr(module, "MOST_KEPT_BYTES", 1_000)
    made = encode(list(FILES), FILES.__getitem__, LOOK, tmp_path / "b")
    assert torch.equal(made.batch([4, 2])["pixel_values"], kept)
    assert not (tmp_path / "b").exists()
    assert len(made) == 6


def test_what_is_shown_is_what_was_read() -> None:
    encoded = encode(list(FILES), FILES.__getitem__, LOOK, None)
    shown = encoded.shown(encoded.batch([0, 5])["pixel_values"])
    assert np.array_equal(shown[1], looked_at(FILES["5.png"], LOOK))


def test_grey_networks_see_one_channel_and_sizes_are_all_alike() -> None:
    encoded = encode(list(FILES), FILES.__getitem__, Preprocessing(24, 24, channels=1, mean=(0.5,), std=(0.5,)), None)
    batch = encoded.batch([0])["pixel_values"]
    assert batch.shape == (1, 1, 24, 24)
    assert set(encoded.sizes) == {9}


@pytest.mark.parametrize(
    "changes",
    [Augmentation(True, False, False, False), Augmentation(False, True, False, False),
     Augmentation(False, False, True, False), Augmentation(False, False, False, True),
     Augmentation(True, True, True, True)],
)  # fmt: skip
def test_changes_depend_on_seed_and_step_alone_and_leave_chance_as_it_was(changes: Augmentation) -> None:
    encoded = encode(list(FILES), FILES.__getitem__, LOOK, None)
    batch = encoded.batch(range(6))
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    first = BatchAugmenter(changes, encoded, 1)(batch, 5)["pixel_values"]
    assert torch.equal(torch.rand(3), expected)
    assert torch.equal(first, BatchAugmenter(changes, encoded, 1)(batch, 5)["pixel_values"])
    assert not torch.equal(first, BatchAugmenter(changes, encoded, 1)(batch, 6)["pixel_values"])
    assert not torch.equal(first, BatchAugmenter(changes, encoded, 2)(batch, 5)["pixel_values"])
    assert first.shape == batch["pixel_values"].shape
    assert first.min() > -3
    assert first.max() < 4


def test_a_flip_mirrors_some_and_leaves_the_others() -> None:
    encoded = encode(list(FILES), FILES.__getitem__, LOOK, None)
    batch = encoded.batch(range(6))["pixel_values"]
    flipped = BatchAugmenter(Augmentation(crop=False, flip=True), encoded, 0)({"pixel_values": batch}, 0)[
        "pixel_values"
    ]
    same = [torch.equal(one, other) for one, other in zip(batch, flipped, strict=True)]
    mirrored = [torch.equal(one.flip(-1), other) for one, other in zip(batch, flipped, strict=True)]
    assert all(a != b for a, b in zip(same, mirrored, strict=True))
    assert 0 < sum(same) < 6


def test_a_crop_moves_the_picture_and_repeats_its_edge() -> None:
    encoded = encode(list(FILES), FILES.__getitem__, LOOK, None)
    before = encoded.shown(encoded.batch([0])["pixel_values"])[0]
    after = samples(encoded, [0], Augmentation(crop=True, flip=False), 0, 4)[:, 0]
    places = np.arange(24)
    moves = [np.clip(places + by, 0, 23) for by in range(-3, 4)]
    for one in after:
        assert any(np.array_equal(one, before[down][:, across]) for down in moves for across in moves)


def test_samples_without_changes_are_the_pictures() -> None:
    encoded = encode(list(FILES), FILES.__getitem__, LOOK, None)
    shown = samples(encoded, [1, 2], Augmentation(False, False, False, False), 0, 3)
    assert shown.shape == (3, 2, 24, 24, 3)
    assert np.array_equal(shown[2, 0], looked_at(FILES["1.png"], LOOK))
