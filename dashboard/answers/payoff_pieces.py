"""Pieces of every payoff page: the mark of a gain, the table of other ways, and when the set-up is paid back."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core.comparison.contest import Standing
from core.evaluation.records import Interval
from dashboard.access.store import store
from dashboard.cached.verdicts import BesideBaseline, beside_baseline
from dashboard.language.formats import count
from dashboard.language.plain import plain
from dashboard.language.words import tr
from dashboard.sentences.asked import asked_sentence
from dashboard.sentences.baselines import spoken
from dashboard.sentences.measures import title_of
from dashboard.sentences.money import money, money_between
from dashboard.sentences.standing import standing_icon, standing_word
from storage import Run


def mark(gain: Interval) -> str:
    """Icon of the gain's standing, as Markdown."""
    return standing_icon("better" if gain.low > 0 else "worse" if gain.high < 0 else "unknown")


def beside_the_verdict(run: Run, gains: Mapping[str, Interval]) -> None:
    """Why money and quality say different things, and what other models on the same test rows do to the gains."""
    beside = beside_baseline(run)
    if beside and (said := quality_sentence(run, beside, gains.get(beside.baseline))):
        st.caption(said)
    if said := asked_sentence(store().ledger.asked(run.id)):
        st.caption(said)


def quality_sentence(run: Run, beside: BesideBaseline, gain: Interval | None) -> str:
    """Why the model stands otherwise in money than by its headline metric; "" where it does not."""
    if gain is None or gain.low <= 0.0 <= gain.high or run.evaluation is None:
        return ""
    in_money: Standing = "better" if gain.low > 0 else "worse"
    if in_money == beside.verdict.kind:
        return ""
    return tr(
        "Beside {name} it is {money} in money, and by {metric} {quality}: the prices weigh some mistakes more than "
        "others, which {metric} counts alike.",
        name=spoken(beside.baseline),
        money=standing_word(in_money),
        metric=title_of(run.evaluation.headline).lower(),
        quality=standing_word(beside.verdict.kind),
    )


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
    st.caption(tr("Counted case by case on the same {n} test rows.", n=count(rows)))


def _certain(gain: Interval) -> str:
    if gain.low == gain.high == 0:
        return tr("the same")
    return standing_word("better" if gain.low > 0 else "worse" if gain.high < 0 else "unknown")


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
