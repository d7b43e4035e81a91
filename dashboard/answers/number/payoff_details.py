"""Details of a regression's business value: baselines, shift of the answers, sensitivity to prices."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.answers import NumberAnswers
from core.errors import NotFound
from core.payoff.number import NumberAppraisal, NumberDecision, appraise, shift_curve
from dashboard.access.store import store
from dashboard.answers.number.charts import costs as cost_bars
from dashboard.answers.number.charts import moved
from dashboard.answers.number.money import cost, pays_back_after, way
from dashboard.answers.number.scale import scale_of
from dashboard.answers.payoff_pieces import alternatives_table, paid_back
from dashboard.cached.known import answers_of
from dashboard.charts import show
from dashboard.language.plain import plain
from dashboard.language.words import tr, word
from dashboard.parts.tabs import lazy_tabs
from dashboard.sentences.money import money
from storage import Run

TIMES = (0.5, 2.0)


def details(run: Run, found: NumberAppraisal) -> None:
    """What stands behind it, a tab each; only the open one is worked out."""
    views: dict[str, Callable[[Run, NumberAppraisal], None]] = {
        word("Other ways"): _ways,
        word("How far to move the answers"): _shift,
        word("If the prices are wrong"): _swings,
    }
    lazy_tabs(views, "money", run, found)


def _ways(run: Run, found: NumberAppraisal) -> None:
    names = [tr("This model, as decided"), *(way(name) for name in found.alternatives)]
    worths = [found.value.per_1000, *(other.per_1000 for other in found.alternatives.values())]
    currency = plain(found.decision.currency)
    show(cost_bars(names, [cost(one) for one in worths], found.decision.currency), key=f"ways-{run.id}")
    alternatives_table(
        {way(name): other.gain for name, other in found.alternatives.items()},
        currency,
        gained=tr("Saved in 1,000 cases"),
        alt=tr("How much less errors cost than in each other way"),
        rows=found.value.rows,
    )
    st.caption(tr("The baselines are moved for these prices too, each by what is best for it."))
    if any(other.in_folds for other in found.alternatives.values()):
        st.caption(
            tr(
                "This run kept no answers of some of them to validation rows. So beside those, both were judged on "
                "each tenth of the test rows with what was chosen on the other nine."
            )
        )
    paid_back(pays_back_after(found))


def _shift(run: Run, found: NumberAppraisal) -> None:
    """Curve of the shift on the validation rows; none is drawn on the rows that judge."""
    if found.decision.chosen_on == "test":
        st.caption(
            tr(
                "No line is drawn to move the answers by, because this run kept no validation rows: chosen on the rows "
                "that judge it, a shift looks better than it is."
            )
        )
        return
    rows = choosing_rows(run.id, found.decision)
    curve = shift_curve(rows, found.decision)
    size = float(found.decision.sizes(rows.values).mean())
    drawn = moved(curve, size, found.decision, scale_of(store(), run))
    show(drawn, key=f"moved-{run.id}")


def choosing_rows(run_id: str, decision: NumberDecision) -> NumberAnswers:
    """The answers that the shift was chosen on: those to the validation rows, where there are any."""
    try:
        found = answers_of(run_id, "model" if decision.chosen_on == "test" else "validation")
    except NotFound:
        found = answers_of(run_id)
    return found  # type: ignore[return-value]


def _swings(run: Run, found: NumberAppraisal) -> None:
    decision, currency = found.decision, plain(found.decision.currency)
    model, rows = answers_of(run.id), choosing_rows(run.id, decision)
    scale = scale_of(store(), run)
    lines = []
    for name, said in (("too_high", tr("One too high")), ("too_low", tr("One too low"))):
        for times in TIMES:
            other = decision.undecided().model_copy(update={name: getattr(decision, name) * times})
            again = appraise(model, other, validation=rows if decision.chosen_on != "test" else None)
            lines.append(
                {
                    tr("Price"): said,
                    tr("If it costs"): money(getattr(other, name), currency),
                    tr("Errors in 1,000 cases cost"): money(cost(again.value.per_1000).value, currency),
                    tr("Answers move by"): plain(scale.signed(float((again.answers - model.values).mean()))),
                }
            )
    st.table(pd.DataFrame(lines), border="horizontal", hide_index=True, alt=tr("What other prices would make of it"))
    st.caption(
        tr(
            "Each price halved and doubled, with the answers chosen anew for it. Where little changes, the price need "
            "not be known well."
        )
    )
