"""Attributions of a picture's answer: the places on it, coloured by how they push."""

import html
from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.explanations import Alike, PictureExplanation
from dashboard.answers import room
from dashboard.inputs.picture.gallery import Tile, gallery
from dashboard.inputs.picture.thumbnails import thumbnails
from dashboard.inputs.trust import Words, trust
from dashboard.language.formats import share
from dashboard.language.words import tr
from storage import Run


def asking() -> str:
    """Help text: what the model is asked for an explanation."""
    return tr(
        "Asks the model about this picture again and again, with places covered. It takes a few seconds, "
        "half a minute with a large model."
    )


def explained(run: Run, found: PictureExplanation, _cell: str, key: str) -> None:  # noqa: ARG001  # nothing has a key
    """The picture as the model sees it, the attribution overlay, and how far that can be believed."""
    say = room(found.kind, "explain")
    st.markdown(say.picture_sentence(run, found))
    left, right = st.columns([3, 2], gap="large")
    with left:
        seen = tr("As the model sees it")
        drawn = tr("What pushes its answer, drawn over it: the stronger the colour, the stronger the push")
        st.html(f'<div class="overlays">{_figure(found.seen, seen)}{_figure(found.overlay, drawn)}</div>')
        st.html(say.sides(found))
        st.caption(tr("It shows this model's habit, not what is true in the world."))
    with right:
        trust(run, found, _words())


def _figure(png: str, words: str) -> str:
    said = html.escape(words)
    return (
        f'<figure><img src="data:image/png;base64,{html.escape(png)}" alt="{said}">'
        f"<figcaption>{said}</figcaption></figure>"
    )


def _words() -> Words:
    return Words(
        adding_up=tr(
            "By how much all places' pushes together miss the whole difference that they should make: 0% is exact."
        ),
        too_small=tr("The picture is too small to try it with some places covered."),
        without_top=tr("Its strongest fifth covered"),
        asked=tr("The model was asked about the picture with these places really covered; before it was {share}."),
        without_random=tr("With any fifth of its places covered at random it would be {share} on average."),
        matter=tr("So the places named do matter more than others."),
        do_not=tr(
            "So this picture does not show that the places named matter more: the model does not hang on a few places."
        ),
    )


def alike(run: Run, rows: Sequence[Alike], _target_title: str) -> None:
    """Nearest training rows as a gallery, each with its similarity and its target."""
    found = thumbnails(run.dataset_id, [row.text for row in rows])
    gallery(
        [
            Tile(one, (row.target, tr("{share} alike", share=share(max(0.0, row.likeness), 0))))
            for one, row in zip(found, rows, strict=True)
        ]
    )


def beyond(_run: Run, _cell: str, _replies: Any) -> None:
    """Nothing more is asked about a picture."""
