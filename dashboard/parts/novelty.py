"""Part of the truth page on rows unlike the training rows: what is claimed, and how often it was so."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd
import streamlit as st

from core.novelty import CONFIDENCE, FALSE_ALARMS, FEWEST_ROWS
from core.scenarios import SCENARIOS
from dashboard.language.formats import count, share
from dashboard.language.words import tr
from dashboard.parts.heading import section

TABLE = Path(__file__).parents[1] / "static" / "novelty.md"
"""docs/novelty.md, which benchmarks/novelty.py writes."""


@dataclass(frozen=True)
class Flagged:
    """Line of the table: of how many rows of one scenario the model of another (or the same) flagged which share."""

    model: str
    rows_of: str
    wanted: str
    rate: str
    rows: str
    calibrated: str

    @property
    def is_own(self) -> bool:
        """Whether the rows are the model's own held-out ones, so that every flag is a false alarm."""
        return self.model == self.rows_of

    @property
    def value(self) -> float:
        """The share that was flagged."""
        return float(self.rate.rstrip("%")) / 100


@lru_cache(maxsize=1)
def flagged() -> tuple[Flagged, ...]:
    """Every line of the table; none where the file is not there."""
    if not TABLE.is_file():
        return ()
    lines = [line.strip("| ").split("|") for line in TABLE.read_text(encoding="utf-8").splitlines() if "%" in line]
    return tuple(Flagged(*(cell.strip() for cell in cells)) for cells in lines if len(cells) == 6)


def explained() -> None:
    """What the warning means, and what was counted."""
    section(tr("Unlike what it learned from"))
    st.markdown(
        tr(
            "A model answers whatever it is asked, also about things that it knows nothing of, and its probability "
            "does not show it. So each row is compared with the training rows, in the model's own representation: the "
            "distance to the fifth nearest of them. A row is called unlike them where hardly any row that taught "
            "nothing is so far away. Of rows like the training rows at most {alarms} are called so by mistake, with a "
            "confidence of {sure}; that takes {n} rows that taught nothing, and with fewer there is no warning. A row "
            "without a warning may still be answered wrongly.",
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
            "rows from other scenarios {half} or more were flagged in half of the pairs; where two scenarios are of "
            "one kind hardly any need be, and the fewest were {least}.",
            n=count(len(own)),
            most=share(max(one.value for one in own)),
            half=share(float(pd.Series([one.value for one in others]).median())),
            least=share(min(one.value for one in others)),
        )
    )
    frame = pd.DataFrame(
        {
            tr("Model of"): [_title(one.model) for one in lines],
            tr("Rows of"): [_title(one.rows_of) for one in lines],
            tr("Flagged"): [one.rate for one in lines],
            tr("Rows"): [one.rows for one in lines],
            tr("Calibrated on"): [one.calibrated for one in lines],
        }
    )
    st.dataframe(frame, hide_index=True, alt=tr("How many rows were flagged, by model and by where they are from"))


def _title(key: str) -> str:
    return SCENARIOS[key].title if key in SCENARIOS else key
