"""The parts of the payoff page: the prices, the answer in money, and the decision that the run keeps."""

import streamlit as st

from core.answers import ClassAnswers
from core.errors import NotFound
from core.payoff import Appraisal, Decision, appraise, choose
from dashboard import doors
from dashboard.faults import attempt
from dashboard.formats import share
from dashboard.known import answers_of
from dashboard.memory import may_change, store
from dashboard.money import best_rival, money, money_between, prices_for, sentence, way
from dashboard.parts.heading import section
from dashboard.parts.payoff_details import details
from dashboard.parts.prices import prices
from dashboard.parts.teaching import teaching_banner
from dashboard.plain import plain
from dashboard.words import tr
from storage import Run


def worth(run: Run) -> None:
    """The prices on the left, what they make of the run on the right."""
    teaching_banner(run.scenario)
    asked, answered = st.columns([2, 3.4], gap="medium")
    with asked, st.container(border=True, key="prices"):
        section(tr("Your prices"))
        start = prices_for(run, answers_of(run.id))
        wanted, rule = prices(start, f"prices-{run.id}")
        if run.scenario and run.decision is None:
            st.caption(tr("To begin with, these are the story's own prices. Change them to yours."))
    with answered:
        found = _appraised(run.id, wanted, rule)
        _verdict(run, found)
        details(run, found)


def validation_of(run_id: str) -> ClassAnswers | None:
    """The model's answers to the validation rows, where the run kept any."""
    try:
        return answers_of(run_id, "validation")
    except NotFound:
        return None


@st.cache_data(show_spinner=False, max_entries=64, hash_funcs={Decision: lambda one: one.model_dump_json()})
def _appraised(run_id: str, wanted: Decision, rule: str) -> Appraisal:
    """The appraisal of a run at these prices; the same prices are reckoned once."""
    run, model, validation = store().runs.get(run_id), answers_of(run_id), validation_of(run_id)
    names = run.evaluation.baselines if run.evaluation else {}
    if rule not in {"auto", "hand"}:
        on = "validation" if validation else "test"
        wanted = choose(validation or model, wanted, rule=rule, on=on)  # type: ignore[arg-type]
    return appraise(model, wanted, validation=validation, baselines={who: answers_of(run_id, who) for who in names})


def _verdict(run: Run, found: Appraisal) -> None:
    """The sentence, the headline figures, and whether the decision is kept."""
    gain = best_rival(found)[1].gain
    colour, icon = (
        ("green", "trending_up")
        if gain.low > 0
        else ("red", "trending_down")
        if gain.high < 0
        else ("orange", "balance")
    )
    with st.container(border=True, key="verdict"):
        st.markdown(f":{colour}[:material/{icon}:] {sentence(found)}")
    _headlines(found)
    _keep(run, found.decision)


def _headlines(found: Appraisal) -> None:
    value, currency = found.value, plain(found.decision.currency)
    name, rival = best_rival(found)
    with st.grid(4, min_column_width=170):
        _figure(
            tr("Worth per 1,000"),
            money(value.per_1000.value, currency),
            money_between(value.per_1000, currency),
            tr("What 1,000 cases like these bring or cost at your prices, mistakes and people paid."),
        )
        _figure(
            tr("Beyond next best"),
            money(rival.gain.value, currency),
            money_between(rival.gain, currency),
            tr("What 1,000 cases bring beyond the best other way: {way}.", way=plain(way(name, rival))),
        )
        _figure(
            tr("Model answers"),
            share(value.answered),
            tr("{rest} to a person", rest=share(1 - value.answered)),
            tr("The share of cases that no person needs to look at."),
        )
        _figure(
            tr("Right of those"),
            share(value.right) if value.answered else "–",
            tr("{share} answering all", share=share(found.undecided.right)),
            tr("Of the cases that the model answers by itself, how many it answers right."),
        )


def _figure(title: str, value: str, below: str, meaning: str) -> None:
    st.metric(title, value, delta=below, delta_color="off", delta_arrow="off", border=True, help=meaning)


def _keep(run: Run, decision: Decision) -> None:
    """The buttons that make the decision the run's own, or take it away."""
    decide = store().runs.decide
    kept = run.decision == decision
    may_keep = may_change(run.created_by)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            tr("Kept") if kept else tr("Use this decision"),
            type="primary",
            icon=":material/check:" if kept else ":material/gavel:",
            disabled=kept or not may_keep,
            on_click=attempt,
            args=(decide, run.id, decision),
        )
        if run.decision is not None and may_keep:
            st.button(
                tr("Answer as the model says again"),
                type="tertiary",
                icon=":material/undo:",
                on_click=attempt,
                args=(decide, run.id, None),
            )
        if st.button(tr("Try it"), icon=":material/chat_bubble:"):
            doors.go("predict", run=run.id)
    if kept:
        st.caption(tr("Every answer of this run follows this decision now, on the Predict page and in files."))
    elif run.decision is not None:
        st.caption(tr("The run still follows the decision that was kept before."))
