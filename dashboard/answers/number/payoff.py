"""Business value of numeric predictions: prices per unit too high and too low, and the cost-optimal answer."""

import streamlit as st

from core.answers import NumberAnswers
from core.errors import UserError
from core.payoff.asked import corrected
from core.payoff.number import NumberAppraisal, NumberDecision, from_words
from core.payoff.number.appraise import PLAIN
from dashboard import doors
from dashboard.access.store import store
from dashboard.answers.number.money import (
    answer_worth_most,
    appraised_alone,
    best_alternative,
    chosen_on,
    cost,
    prices_for,
    sentence,
    way,
)
from dashboard.answers.number.payoff_details import details
from dashboard.answers.number.scale import scale_of
from dashboard.answers.payoff_pieces import beside_the_verdict, mark
from dashboard.cached.known import answers_of
from dashboard.faults import show_error
from dashboard.language.formats import share
from dashboard.language.plain import plain
from dashboard.language.words import tr
from dashboard.parts.heading import section
from dashboard.parts.payoff.decide import figure, keep
from dashboard.sentences.money import money, money_between
from storage import Run


def lead() -> str:
    """What the page is for."""
    return tr("What it costs you when a number is too high or too low, and which answer is then worth the most.")


def worth(run: Run) -> None:
    """The prices on the left, what they make of the run on the right, once there are any."""
    asked, answered = st.columns([2, 3.4], gap="medium")
    with asked, st.container(border=True, key="prices"):
        section(tr("Your prices"))
        wanted = _prices(run)
        if run.scenario and run.decision is None:
            st.caption(tr("To begin with, these are the scenario's own prices. Change them to yours."))
    with answered:
        if wanted is None:
            st.info(
                tr("Say what a number that is too high costs you, and one that is too low. Then money is counted."),
                icon=":material/payments:",
            )
            return
        found = corrected(_appraised(run.id, wanted), store().ledger.asked(run.id).beside())
        _verdict(run, found)
        details(run, found)


def _prices(run: Run) -> NumberDecision | None:
    """The prices as they stand in the form; None while one is missing or they contradict each other."""
    start, key, unit = prices_for(run), f"prices-{run.id}", plain(scale_of(store(), run).unit) or tr("unit")
    currency = st.text_input(
        tr("Currency"),
        start.currency if start else "",
        max_chars=16,
        key=f"{key}:currency",
        placeholder="USD",
        help=tr("What the amounts are in."),
    )
    too_high = _amount(
        tr("One {unit} too high", unit=unit),
        start.too_high if start else None,
        f"{key}:high",
        tr("What it costs you in one case when the answer is 1 above the truth; 2 above costs twice as much."),
    )
    too_low = _amount(
        tr("One {unit} too low", unit=unit),
        start.too_low if start else None,
        f"{key}:low",
        tr("What it costs you in one case when the answer is 1 below the truth; 2 below costs twice as much."),
    )
    with st.expander(tr("More"), icon=":material/more_horiz:"):
        upfront = _amount(
            tr("What setting it up costs, once"),
            start.upfront if start else 0.0,
            f"{key}:upfront",
            tr("Only used to say when it is paid back."),
        )
    if too_high is None or too_low is None:
        return None
    told = {"too_high": too_high, "too_low": too_low, "upfront": upfront or 0.0, "currency": currency.strip() or "USD"}
    return _checked(told, start)


def _amount(label: str, value: float | None, key: str, meaning: str) -> float | None:
    return st.number_input(
        label, value=value, min_value=0.0, step=0.1, format="%.2f", key=key, help=meaning, placeholder=tr("an amount")
    )


def _checked(told: dict[str, object], start: NumberDecision | None) -> NumberDecision | None:
    """The prices; those of the kept decision with the shift that was chosen for them. None where they contradict."""
    try:
        wanted = from_words(told)
    except UserError as error:
        show_error(error)
        return None
    return start if start is not None and start.undecided() == wanted.undecided() else wanted


@st.cache_data(show_spinner=False, max_entries=64, hash_funcs={NumberDecision: lambda one: one.model_dump_json()})
def _appraised(run_id: str, wanted: NumberDecision) -> NumberAppraisal:
    """The appraisal of a run at these prices; the same prices are reckoned once."""
    return appraised_alone(store(), store().runs.get(run_id), wanted)


def _verdict(run: Run, found: NumberAppraisal) -> None:
    """The sentence, the headline figures, and whether the decision is kept."""
    best = best_alternative(found)
    gain = best[1].gain if best else found.alternatives[PLAIN].gain
    with st.container(border=True, key="verdict"):
        st.markdown(f"{mark(gain)} {sentence(found)}")
    beside_the_verdict(run, {name: other.gain for name, other in found.alternatives.items()})
    doors.what_is_this("cost of errors in 1,000 cases, the mean")
    _headlines(run, found)
    st.markdown(plain(answer_worth_most(found, answers_of(run.id), scale_of(store(), run))))
    st.caption(chosen_on(found.decision))
    keep(run, found.decision)


def _headlines(run: Run, found: NumberAppraisal) -> None:
    currency, costs = plain(found.decision.currency), cost(found.value.per_1000)
    with st.grid(2, min_column_width=170):
        figure(
            tr("Errors cost per 1,000"),
            money(costs.value, currency),
            money_between(costs, currency),
            tr(
                "What the errors in 1,000 cases like these cost on average at your prices. Below it: where the true "
                "average lies. In the next 1,000 cases, which have their luck, they cost {span}. Each holds 95 times "
                "of 100.",
                span=money_between(cost(found.value.next_1000), currency),
            ),
        )
        if best := best_alternative(found):
            figure(
                tr("Below next best"),
                money(best[1].gain.value, currency),
                money_between(best[1].gain, currency),
                tr("How much less errors cost than with the best baseline: {way}.", way=plain(way(best[0]))),
            )
        plainly = found.alternatives[PLAIN].gain
        figure(
            tr("Saved by moving"),
            money(plainly.value, currency),
            money_between(plainly, currency),
            tr("How much less errors cost than with the model's own answers, which mean neither too high nor too low."),
        )
        figure(
            tr("Answered too high"),
            share(found.value.too_high),
            tr("{share} unmoved", share=share(_too_high(answers_of(run.id)))),
            tr("The share of cases whose answer lies above the truth."),
        )


def _too_high(model: NumberAnswers) -> float:
    return float((model.values > model.targets).mean())
