"""Preview of preprocessing and augmentation before Start: pictures as they are read, and as they are changed."""

import html
from base64 import b64encode

import streamlit as st

from core.apart import apart
from core.config import Descent, ReadsPicture, RunConfig
from core.errors import UserError
from core.models import CATALOGUE
from dashboard.faults import show_error
from dashboard.inputs.picture.rows import of_each_class
from dashboard.inputs.picture.thumbnails import pictures_of
from dashboard.language.words import tr

LINES = 6
DEFAULT_IMAGE_SIZE = 224
"""Image size, in pixels, assumed of a model that the catalogue does not know."""
AT_MOST_S = 60


def before_start(config: RunConfig) -> None:
    """Expander with the pictures; they are made when it is opened."""
    fold = st.expander(tr("What the network will see"), icon=":material/visibility:", on_change="rerun")
    if not fold.open or not isinstance(config.task, ReadsPicture):
        return
    with fold:
        try:
            with st.spinner(tr("Looking at some pictures as the network does…")):
                found = _sheets(
                    config.dataset,
                    config.task.picture,
                    config.task.target,
                    _made_for(config),
                    config.task.side,
                    config.seed,
                )
        except UserError as error:
            show_error(error)
            return
        if found:
            said = _caption(config)
            source = f"data:image/webp;base64,{found[_changes(config)]}"
            st.html(f'<img class="sheet" src="{source}" alt="{html.escape(said)}">')
            st.caption(said)


def _made_for(config: RunConfig) -> int:
    """Image size of the model, in pixels; 0 for a network from scratch, which has no such size."""
    if config.learning.method == "scratch":
        return 0
    known = CATALOGUE.get(config.model)
    return known.work.side if known and known.work else DEFAULT_IMAGE_SIZE


def _changes(config: RunConfig) -> str:
    """Name of the sheet: a letter for each augmentation, as `core.training.preview.name_of` gives it."""
    task = config.task
    assert isinstance(task, ReadsPicture)  # noqa: S101  # asked before
    if not isinstance(config.learning, Descent):
        return ""
    return "".join(
        letter for letter, on in zip("ctfo", (task.crop, task.turn, task.flip, task.colour), strict=True) if on
    )


def _caption(config: RunConfig) -> str:
    if _changes(config):
        return tr("On the left as they are read; then as they may come in each pass, a little otherwise every time.")
    return tr("As they are read. Nothing about them is changed while learning.")


@st.cache_data(show_spinner=False, max_entries=20)
def _sheets(dataset_id: str, column: str, target: str, made_for: int, side: int | None, seed: int) -> dict[str, str]:
    pictures = pictures_of(dataset_id)
    rows = of_each_class(dataset_id, column, target, LINES)
    some = [str(one) for one in rows[column] if pictures and one in pictures] if column in rows else []
    if pictures is None or not some:
        return {}
    files = [b64encode(pictures.read(one)).decode() for one in some]
    order = {"pictures": files, "made_for": made_for, "side": side, "seed": seed}
    found: dict[str, str] = apart("core.training.preview:sheets", order, what=tr("Some pictures"), at_most_s=AT_MOST_S)
    return found
