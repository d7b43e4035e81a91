"""Pieces of every payoff page: the mark of a gain, the table of other ways, and when the set-up is paid back."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core.evaluation.records import Interval
from dashboard.access.store import store
from dashboard.language.formats import count
from dashboard.language.plain import plain
from dashboard.language.words import tr
from dashboard.sentences.asked import asked_sentence
from dashboard.sentences.money import money, money_between
from storage import Run


def mark(gain: Interval) -> str:
    """A coloured icon, as Markdown: up or down where the interval leaves no doubt, else a balance."""
    if gain.low > 0:
        return ":green[:material/trending_up:]"
    return ":red[:material/trending_down:]" if gain.high < 0 else ":orange[:material/balance:]"


def asked_before(run: Run) -> None:
    """What other models on the same test rows do to the gains; nothing for the first."""
    if said := asked_sentence(store().ledger.asked(run.id)):
        st.caption(said)


def alternatives_table(gains: Mapping[str, Interval], currency: str, *, gained: str, alt: str, rows: int) -> None:
    """How much the model gains over each other way, by its name; `gained` is the column's title."""
    frame = pd.DataFrame(
        {
            tr("Beside"): [plain(name) for name in gains],
            gained: [money(gain.value, currency) for gain in gains.values()],
            tr("Between"): [money_between(gain, currency) for gain in gains.values()],
            "": [_certain(gain) for gain in gains.values()],
        }
    )
    st.table(frame, border="horizontal", hide_index=True, alt=alt)
    st.caption(tr("Counted case by case on the same {n} held-out rows.", n=count(rows)))


def _certain(gain: Interval) -> str:
    if gain.low > 0:
        return tr("better")
    if gain.low == gain.high == 0:
        return tr("the same")
    return tr("worse") if gain.high < 0 else tr("cannot tell")


def paid_back(cases: Interval | None) -> None:
    """After how many cases the set-up is paid back; nothing where it may never be."""
    if cases is None:
        return
    st.markdown(
        tr(
            "The set-up is paid back after about **{n}** cases (between {low} and {high}).",
            n=count(cases.value),
            low=count(cases.low),
            high=count(cases.high),
        )
    )
