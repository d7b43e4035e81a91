"""Quote on the page: estimated minutes and memory before anything starts, and what would halve it."""

import streamlit as st

from core.config import RunConfig
from core.errors import UserError
from core.quote import Quote
from dashboard.cached.quotes import quote_of_run
from dashboard.faults import show_error
from dashboard.language.engine import said
from dashboard.language.plain import plain
from dashboard.language.words import tr


def show_quote(config: RunConfig) -> None:
    """Draws the quote: time, memory and energy, with the reasons in an expander."""
    try:
        quoted = quote_of_run(config)
    except UserError as error:
        show_error(error)
        return
    if quoted is None:
        st.caption(tr("How long it takes is seen once it has begun."))
        return
    st.metric(tr("Will take about"), minutes(quoted))
    memory, energy = st.columns(2)
    memory.metric(tr("Memory"), f"{quoted.memory_gb:.1f} GB")
    energy.metric(tr("Energy"), f"{quoted.energy_wh:.2g} Wh")
    if quoted.halve_it:
        st.caption(f":material/bolt: {plain(said(quoted.halve_it))}")
    with st.expander(tr("What this rests on"), type="compact"):
        st.markdown("\n".join(f"- {plain(said(reason))}" for reason in quoted.reasons))


def minutes(quoted: Quote) -> str:
    """Time range in words: seconds below two minutes, else whole minutes."""
    low, high = quoted.minutes_low, quoted.minutes_high
    if high < 2:
        return tr("{low} to {high} s", low=round(low * 60), high=max(1, round(high * 60)))
    return tr("{low} to {high} min", low=max(1, round(low)), high=max(2, round(high)))
