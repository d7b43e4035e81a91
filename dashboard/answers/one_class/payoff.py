"""Business value of class predictions: outcome prices, value, and the decision that the run keeps."""

import streamlit as st

from core.payoff import Appraisal, Decision, appraise, labels_of
from core.payoff.asked import corrected
from dashboard import doors
from dashboard.access.store import store
from dashboard.answers.one_class.payoff_details import details
from dashboard.answers.one_class.payoff_prices import prices
from dashboard.answers.payoff_pieces import beside_the_verdict, mark
from dashboard.cached.known import answers_of, choosing_of
from dashboard.language.formats import share
from dashboard.language.plain import plain
from dashboard.language.words import tr
from dashboard.parts.heading import section
from dashboard.parts.payoff.decide import figure, keep
from dashboard.sentences.money import best_alternative, money, money_between, prices_for, sentence, way
from storage import Run


def lead() -> str:
    """What the page is for."""
    return tr(
        "What right and wrong answers bring or cost you, and which cases the model should rather leave to a person."
    )


def worth(run: Run) -> None:
    """The prices on the left, what they make of the run on the right, once there are any."""
    asked, answered = st.columns([2, 3.4], gap="medium")
    with asked, st.container(border=True, key="prices"):
        section(tr("Your prices"))
        model = answers_of(run.id)
        wanted, rule = prices(prices_for(run, model), labels_of(model), f"prices-{run.id}")
        if run.scenario and run.decision is None:
            st.caption(tr("To begin with, these are the scenario's own prices. Change them to yours."))
    with answered:
        if wanted is None:
            st.info(
                tr(
                    "Enter what a right answer brings you, what a wrong one costs you, and all other prices there are. "
                    "Then money is counted."
                ),
                icon=":material/payments:",
            )
            return
        found = corrected(_appraised(run.id, wanted, rule), store().ledger.asked(run.id).beside())
        _verdict(run, found)
        details(run, found)


@st.cache_data(show_spinner=False, max_entries=64, hash_funcs={Decision: lambda one: one.model_dump_json()})
def _appraised(run_id: str, wanted: Decision, rule: str) -> Appraisal:
    """The appraisal of a run at these prices; the same prices are reckoned once."""
    run, model, validation = store().runs.get(run_id), answers_of(run_id), choosing_of(run_id)
    names = run.evaluation.baselines if run.evaluation else {}
    baselines = {who: (choosing_of(run_id, who), answers_of(run_id, who)) for who in names}
    rule = "auto" if rule == "hand" else rule
    return appraise(model, wanted, rule=rule, validation=validation, baselines=baselines)  # type: ignore[arg-type]


def _verdict(run: Run, found: Appraisal) -> None:
    """The sentence, the headline figures, and whether the decision is kept."""
    gain = best_alternative(found)[1].gain
    with st.container(border=True, key="verdict"):
        st.markdown(f"{mark(gain)} {sentence(found)}")
    beside_the_verdict(run, {name: other.gain for name, other in found.alternatives.items()})
    doors.what_is_this("worth of 1,000 cases, the mean")
    _headlines(found)
    keep(run, found.decision)


def _headlines(found: Appraisal) -> None:
    value, currency = found.value, plain(found.decision.currency)
    name, other = best_alternative(found)
    with st.grid(2, min_column_width=170):
        figure(
            tr("Worth per 1,000"),
            money(value.per_1000.value, currency),
            money_between(value.per_1000, currency),
            tr(
                "What 1,000 cases like these bring or cost on average at your prices, mistakes and people paid. Below "
                "it: where the true average lies. The next 1,000 cases also have their luck: they bring {span}. Each "
                "holds 95 times of 100.",
                span=money_between(value.next_1000, currency),
            ),
        )
        figure(
            tr("More than next best"),
            money(other.gain.value, currency),
            money_between(other.gain, currency),
            tr("What 1,000 cases bring beyond the best other way: {way}.", way=plain(way(name, other))),
        )
        figure(
            tr("Model answers"),
            share(value.answered),
            tr("{rest} to a person", rest=share(1 - value.answered)),
            tr("The share of cases that no person needs to look at."),
        )
        figure(
            tr("Right of those"),
            share(value.right) if value.answered else "–",
            tr("{share} if it answered all", share=share(found.undecided.right)),
            tr("Of the cases that the model answers by itself, how many it answers right."),
        )
