"""One side of the words that a model goes by: the chart, or that none stands in enough rows."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.explanations import ClassWord
from dashboard.charts import Chart, WordPush, show
from dashboard.language.words import tr

SHOWN = 12


def words_side(
    words: Sequence[ClassWord], title: str, key: str, draw: Callable[[Sequence[WordPush], str, str], Chart]
) -> None:
    """The words with the greatest part first. `draw` is given them, the title, and how the chart is read."""
    if not words:
        st.markdown(f"**{title}**")
        st.caption(tr("None stands in enough rows."))
        return
    drawn = [WordPush(one.word, one.push, one.low, one.high, one.rows) for one in words[:SHOWN]]
    reading = tr(
        "The words with the greatest part in all these answers stand first; a bar is what a word does on average where "
        "it stands. The thin line is the 95% interval: where it crosses the middle, the side is uncertain."
    )
    show(draw(drawn, title, reading), key=key)
