"""Places on a picture that push an answer: found where the shape is, adding up, and believed only where they matter."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from captum.attr import Occlusion as Captum
from PIL import Image

from core.bundles.open import open_bundle
from core.data.pictures.pack import reference
from core.data.splits.parts import Part
from core.errors import ConfigError, DatasetError, Stopped
from core.explanations import METHODS, PICTURE_EXPLAINERS
from core.explanations.aims import aim_at
from core.explanations.alike import alike_rows, drawn, vectors_of
from core.explanations.pictures.explain import explain_picture
from core.explanations.pictures.overlay import LEAST_SIDE, overlay
from core.explanations.pictures.seeing import Seeing
from core.explanations.why import change, why
from core.inputs.picture import shelf
from core.learners.picture_network import PictureNetwork
from core.training.vectors import head_vectors
from tests.pictured import COLOURS, SIDE, one

FILES = {reference(content, "png"): content for content in (one(shape, 500 + n) for n in range(4) for shape in COLOURS)}
NAMES = tuple(FILES)
SHAPES = tuple(COLOURS) * 4


@pytest.fixture(scope="module")
def bundle(pictured: Path) -> Path:
    return pictured / "work" / "bundle"


@pytest.fixture(scope="module")
def model(bundle: Path) -> PictureNetwork:
    found = open_bundle(bundle)
    assert isinstance(found, PictureNetwork)
    return found


@pytest.fixture(autouse=True)
def at_hand() -> Iterator[None]:
    with shelf.holding(FILES):
        yield


def bright(picture: str) -> np.ndarray:
    """Where the shape is, by patches."""
    points = np.asarray(Image.open(io.BytesIO(FILES[picture])), float)
    coloured = (points.max(axis=2) - points.min(axis=2)) > 60
    patch = 2
    return coloured.reshape(SIDE // patch, patch, SIDE // patch, patch).any(axis=(1, 3))


@pytest.mark.parametrize("method", PICTURE_EXPLAINERS)
@pytest.mark.parametrize("row", range(3))
def test_what_pushes_most_lies_where_the_shape_is(model: PictureNetwork, method: str, row: int) -> None:
    found = explain_picture(model, NAMES[row], method=method)
    pushes = np.array(found.pushes)
    assert (found.label, found.answer, pushes.shape) == (SHAPES[row], SHAPES[row], (14, 14))
    near = np.asarray(Image.fromarray(bright(NAMES[row])).resize((14, 14)))
    near = grown(near)
    top = np.argsort(-pushes.ravel())[:10]
    assert near.ravel()[top].mean() >= 0.8


def grown(where: np.ndarray) -> np.ndarray:
    """With the patches around."""
    wide = np.pad(where, 1)
    return np.any([wide[i : i + 14, j : j + 14] for i in range(3) for j in range(3)], axis=0)


@pytest.mark.parametrize("row", range(6))
def test_integrated_gradients_add_up(model: PictureNetwork, row: int) -> None:
    found = explain_picture(model, NAMES[row], method="integrated_gradients")
    assert found.error == pytest.approx(
        abs(np.sum(found.pushes) - found.difference) / abs(found.difference), rel=1e-6, abs=1e-9
    )
    assert found.error < 0.05


@pytest.mark.parametrize("method", PICTURE_EXPLAINERS)
def test_what_is_named_matters_more_than_places_at_random(model: PictureNetwork, method: str) -> None:
    for name in NAMES[:6]:
        check = explain_picture(model, name, method=method).check
        assert check is not None
        assert check.words == int(0.2 * 14 * 14)
        assert check.without_top < check.without_random - 0.1


def test_a_cover_on_one_place_is_captum_s_to_the_number(model: PictureNetwork) -> None:
    seeing = Seeing(model, NAMES[0])
    aim = aim_at(model.target, None, seeing.both()[0])
    pushes = PICTURE_EXPLAINERS["occlusion"].pushes(seeing, aim, lambda _done, _total: None)
    with torch.inference_mode():
        points = Captum(lambda values: aim.score(model.network(pixel_values=values).logits.double())).attribute(
            seeing.values, sliding_window_shapes=(3, 4, 4), strides=(3, 2, 2), baselines=0
        )
    mine = points[0, 0, :2, :2].sum() / 16
    assert pushes[0, 0] == pytest.approx(float(mine), abs=1e-5)
    corner = np.zeros((1, 14, 14), bool)
    corner[0, :2, :2] = True
    lost = aim.score(seeing.both())[0] - aim.score(seeing.without(corner))[0]
    assert pushes[0, 0] == pytest.approx(float(lost) / 4, abs=1e-5), "one cover lies on the corner alone"


def test_covering_all_is_the_blank_picture_and_nothing_the_whole(model: PictureNetwork) -> None:
    seeing = Seeing(model, NAMES[1])
    some = np.stack([np.zeros((14, 14), bool), np.ones((14, 14), bool)])
    torch.testing.assert_close(seeing.without(some), seeing.both(), rtol=1e-5, atol=1e-5)
    assert seeing.by_patch(torch.ones(28, 28)).tolist() == [[4.0] * 14] * 14


def test_sides_that_no_patch_divides_are_covered_whole(model: PictureNetwork) -> None:
    seeing = Seeing(model, NAMES[0])
    seeing.side, seeing.patches = 3, (10, 10)
    assert seeing.by_patch(torch.ones(28, 28)).sum() == 28 * 28
    everything = np.ones((1, 10, 10), bool)
    torch.testing.assert_close(seeing.without(everything)[0], seeing.both()[1], rtol=1e-5, atol=1e-5)


def test_another_class_may_be_asked_about(model: PictureNetwork) -> None:
    found = explain_picture(model, NAMES[0], label="ring")
    assert (found.label, found.answer) == ("ring", "disc")
    assert found.value < 0.5
    with pytest.raises(ConfigError, match="knows no class 'moon'"):
        explain_picture(model, NAMES[0], label="moon")
    with pytest.raises(ConfigError, match="no way to explain called 'lime'"):
        explain_picture(model, NAMES[0], method="lime")
    with pytest.raises(DatasetError, match="not at hand"):
        explain_picture(model, "0" * 64 + ".png")


@pytest.mark.parametrize("method", PICTURE_EXPLAINERS)
def test_it_is_watched_and_called_off(model: PictureNetwork, method: str) -> None:
    told: list[tuple[int, int]] = []
    explain_picture(model, NAMES[0], method=method, watch=lambda done, total: told.append((done, total)))
    assert told
    assert all(0 < done <= total for done, total in told)
    assert told[-1][0] == told[-1][1]

    def stop(_done: int, _total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        explain_picture(model, NAMES[0], method=method, watch=stop)


def test_what_is_drawn_shows_both_sides_in_their_colours(model: PictureNetwork) -> None:
    found = explain_picture(model, NAMES[0])
    for code in (found.seen, found.overlay):
        picture = Image.open(io.BytesIO(base64.b64decode(code)))
        assert picture.format == "PNG"
        assert min(picture.size) >= LEAST_SIDE
    grey = np.full((28, 28, 1), 128, np.uint8)
    pushes = np.zeros((14, 14))
    pushes[2, 2], pushes[10, 10] = 1.0, -1.0
    drawn_over = np.asarray(Image.open(io.BytesIO(overlay(grey, pushes))), int)
    side = drawn_over.shape[0] // 14
    up, down, still = (drawn_over[int((p + 0.5) * side), int((p + 0.5) * side)] for p in (2, 10, 6))
    assert up[1] > up[0] + 40
    assert down[0] > down[2] + 40
    assert len(set(still)) == 1
    assert Image.open(io.BytesIO(overlay(grey, np.zeros((14, 14))))).size == (280, 280)


def test_whatever_a_model_reads_is_explained_by_its_own_ways(model: PictureNetwork) -> None:
    assert set(METHODS) == {"text", "picture", "table"}
    nothing = Part((), (), ())
    assert why(model, NAMES[0], learned=lambda: nothing).method == next(iter(METHODS["picture"]))
    with pytest.raises(ConfigError, match="not explained"):
        why(object(), "x", learned=lambda: nothing)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="Only a record has columns"):
        change(model, NAMES[0], learned=lambda: nothing)


def test_the_most_alike_are_of_the_same_shape_and_the_vectors_are_those_that_the_head_reads(
    model: PictureNetwork, bundle: Path, tmp_path: Path
) -> None:
    learned = Part(tuple(map(str, range(len(NAMES)))), NAMES, SHAPES)
    found = alike_rows(model, NAMES[0], learned, bundle=bundle, cache=tmp_path, shown=4)
    assert found.searched == len(NAMES)
    assert found.rows[0].text == NAMES[0]
    assert found.rows[0].likeness == pytest.approx(1, abs=1e-5)
    assert [row.target for row in found.rows] == ["disc"] * 4
    mine = vectors_of(model, NAMES, bundle=bundle, cache=None)
    theirs = head_vectors(model.network, model.encode(NAMES), weights="x", device=model.device, cache=None)
    np.testing.assert_allclose(mine, theirs / np.linalg.norm(theirs, axis=1, keepdims=True), atol=1e-5)
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) == 2, "the points and the vectors"


def test_of_many_rows_some_are_drawn_in_their_order() -> None:
    learned = Part(tuple(map(str, range(50))), ("x",) * 50, ("y",) * 50)
    some = drawn(learned, 10)
    assert len(some) == 10
    assert list(some.row_ids) == sorted(some.row_ids, key=int)
    assert drawn(learned, 50) is learned
