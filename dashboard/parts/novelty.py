"""Part of the truth page on rows unlike the training rows: what is claimed, and how often it was so."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.novelty import CONFIDENCE, FALSE_ALARMS, FEWEST_ROWS
from core.scenarios import SCENARIOS
from dashboard.language.formats import count, share
from dashboard.language.words import tr
from dashboard.parts.docs_table import lines_of, share_of
from dashboard.parts.heading import section

WANTED = 0.8
"""Share of another scenario's rows that should be flagged."""


@dataclass(frozen=True)
class Flagged:
    """Line of the table: the mean share of one scenario's rows that models of another (or the same) flagged."""

    model: str
    rows_of: str
    wanted: str
    rate: str
    least_to_most: str
    trainings: str
    rows: str
    calibrated: str

    @property
    def is_own(self) -> bool:
        """Whether the rows are the model's own held-out ones, so that every flag is a false alarm."""
        return self.model == self.rows_of

    @property
    def value(self) -> float:
        """The share that was flagged."""
        return share_of(self.rate)


def flagged() -> tuple[Flagged, ...]:
    """Every line of docs/novelty.md, which benchmarks/novelty.py writes; none where the file is not there."""
    return lines_of("novelty.md", Flagged, cells=8)


def explained() -> None:
    """What the warning means, and what was counted."""
    section(tr("Unlike what it learned from"))
    st.markdown(
        tr(
            "A model answers whatever it is asked, also about things that it knows nothing of, and its probability "
            "does not show it. So each row is compared with the training rows, in the last layer of the model and in "
            "most models the middle one too: the distance to the fifth nearest of them. A row is called unlike them "
            "where hardly any row that taught nothing is so far away. Of rows like the training rows at most {alarms} "
            "are called so by mistake, with a confidence of {sure}; that takes {n} rows that taught nothing, and with "
            "fewer there is no warning. A row without a warning may still be answered wrongly.",
            alarms=f"{FALSE_ALARMS:.0%}",
            sure=f"{CONFIDENCE:.0%}",
            n=count(FEWEST_ROWS),
        )
    )
    lines = flagged()
    if not lines:
        st.info(tr("The table comes with the source of Tuneboard, in docs/novelty.md."), icon=":material/info:")
        return
    own, others = [one for one in lines if one.is_own], [one for one in lines if not one.is_own]
    st.markdown(
        tr(
            "Counted with the models of {n} scenarios: at most {most} of their own test rows were flagged. Of "
            "rows from other scenarios {wanted} or more were flagged in {pairs} of {all} pairs. In the other pairs the "
            "rows lie among the training rows, as far as the model can see; the fewest were {least}.",
            n=count(len(own)),
            most=share(max(one.value for one in own)),
            wanted=f"{WANTED:.0%}",
            pairs=count(sum(one.value >= WANTED for one in others)),
            all=count(len(others)),
            least=share(min(one.value for one in others)),
        )
    )
    frame = pd.DataFrame(
        {
            tr("Model of"): [_title(one.model) for one in lines],
            tr("Rows of"): [_title(one.rows_of) for one in lines],
            tr("Flagged"): [one.rate for one in lines],
            tr("Least to most"): [one.least_to_most for one in lines],
            tr("Trainings"): [one.trainings for one in lines],
            tr("Rows"): [one.rows for one in lines],
            tr("Calibrated on"): [one.calibrated for one in lines],
        }
    )
    st.dataframe(frame, hide_index=True, alt=tr("How many rows were flagged, by model and by where they are from"))


def _title(key: str) -> str:
    return tr(SCENARIOS[key].title) if key in SCENARIOS else key
