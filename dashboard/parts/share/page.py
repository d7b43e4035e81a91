"""Share page: the choice of runs, and a tab each for the report, the demo and the links."""

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard.access.store import may, store
from dashboard.cached.comparable import MOST
from dashboard.language.plain import apart, plain, shortened
from dashboard.language.words import tr, word
from dashboard.parts.share.links import how_long, links, made_link
from dashboard.parts.share.report import the_report
from dashboard.parts.tabs import lazy_tabs
from dashboard.parts.teaching import teaching_banner
from dashboard.sentences.run_name import picked_name, run_name
from dashboard.shares.create import share_demo
from storage import Run

ADDRESS, KEY = "runs", "share:runs"


def hand_over(runs: Sequence[Run]) -> None:
    """Multiselect of runs, and below it the tabs."""
    chosen = _choose(runs)
    if chosen:
        teaching_banner(chosen[0].scenario)
    views: dict[str, Callable[[list[Run]], None]] = {
        word("Report"): _report,
        word("Demo"): _demo,
        word("What is shared"): lambda _: links(),
    }
    lazy_tabs(views, "view", chosen)


def _choose(runs: Sequence[Run]) -> list[Run]:
    """Multiselect of runs of one dataset: those that the URL names as `runs=a,b` or `run=a`, else the newest."""
    known = {run.id: run for run in runs}
    asked = st.query_params.get(ADDRESS) or st.query_params.get("run") or ""
    if asked and st.session_state.get(f"{KEY}:address") != asked:
        st.session_state[KEY] = [one for one in dict.fromkeys(asked.split(",")) if one in known][:MOST]
    elif not asked and KEY not in st.session_state:
        st.session_state[KEY] = [runs[0].id]
    st.session_state[KEY] = [one for one in st.session_state.get(KEY, []) if one in known]
    first = known.get(next(iter(st.session_state[KEY]), ""))
    offered = [run.id for run in runs if first is None or run.dataset_id == first.dataset_id]
    names = {run.id: picked_name(run) for run in runs}
    ids = st.multiselect(
        tr("Runs"),
        offered,
        format_func=apart(offered, names.__getitem__),
        max_selections=MOST,
        key=KEY,
        placeholder=tr("Choose one or more"),
        help=tr("Up to {n} runs of one dataset. Take all away to choose another dataset.", n=MOST),
    )
    st.query_params.pop("run", None)
    st.query_params[ADDRESS] = ",".join(ids)
    st.session_state[f"{KEY}:address"] = st.query_params[ADDRESS]
    return [known[one] for one in ids]


def _report(chosen: list[Run]) -> None:
    if chosen:
        the_report(chosen)
    else:
        st.caption(tr("Choose a run above."))


def _demo(chosen: list[Run]) -> None:
    """Tab of the demo: creates a link to a page where visitors try rows of their own, and lists their feedback."""
    if not chosen:
        st.caption(tr("Choose a run above."))
        return
    st.markdown(
        tr(
            "A page with the question, how good the model is, and a way to try it with a sentence or a picture of "
            "one's own. It shows no row of your data. What a visitor writes is kept only if she agrees; a picture "
            "never is."
        )
    )
    by_id = {run.id: run for run in chosen}
    named = apart(by_id, lambda one: run_name(by_id[one], 80))
    run_id = st.selectbox(tr("Model to try"), list(by_id), format_func=named)
    if may("editor"):
        days = how_long("share:demo-days")
        if st.button(tr("Make a link to the demo"), type="primary", icon=":material/link:"):
            made_link(*share_demo(store(), by_id[run_id], days=days))
    said = [(one, store().shares.said(one.id)) for one in store().shares.list() if run_id in one.run_ids]
    if kept := [sentence for _, sentences in said for sentence in sentences]:
        st.markdown(f"**{tr('What visitors agreed to leave')}**")
        for sentence in kept[-20:]:
            wished = tr(" (they would have said {label})", label=plain(sentence.right)) if sentence.right else ""
            st.markdown(f"- {plain(shortened(sentence.text, 200))} → {plain(sentence.answer)}{wished}")
