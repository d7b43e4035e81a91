"""Quotas and pruning on the settings page: each account's usage beside its limits, and what can be deleted."""

import pandas as pd
import streamlit as st

from dashboard.language.formats import count, size
from dashboard.language.words import tr, trn, word
from dashboard.parts.deletion import Deletion, confirm, named
from dashboard.sentences.keys import PRUNABLE
from storage import Prunable, PruneOptions, Store, Use

GB = 1e9
FOUND, SAID = "tidying:found", "tidying:said"


def use(store: Store) -> None:
    """Table of disk use and jobs by account, beside the limits."""
    found = store.bounds.use()
    if not found:
        st.markdown(tr("Nothing is kept yet."))
        return
    frame = pd.DataFrame(
        {
            tr("Who"): [one.who or tr("nobody in particular") for one in found],
            tr("Datasets"): [one.datasets for one in found],
            tr("Runs"): [one.runs for one in found],
            tr("Kept"): [_of(size(one.bytes), store, "disk_gb", one) for one in found],
            tr("At work"): [_of(count(one.running), store, "running", one) for one in found],
            tr("Waiting"): [_of(count(one.queued), store, "queued", one) for one in found],
        }
    )
    st.dataframe(frame, hide_index=True, alt=tr("What each person keeps and has in the queue"))
    st.caption(tr("What a run keeps is counted when it ends. Whoever runs the server sets the limits."))


def _of(had: str, store: Store, name: str, one: Use) -> str:
    """Use beside its limit, as "3 of 50"; the use alone where no such limit holds for this person."""
    if not store.limits.holds_for(name, one.who):
        return had
    most = getattr(store.limits, name)
    return tr("{had} of {most}", had=had, most=size(most * GB) if name == "disk_gb" else count(most))


def tidy(store: Store) -> None:
    """Pruning form: asks how old and how many, shows what would be deleted, and deletes it when told to."""
    st.caption(
        tr("Nothing goes that a waiting or working run, an open link or a decision needs. A look changes nothing.")
    )
    with st.form("tidying", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        days = st.number_input(tr("Older than so many days"), 0, 3650, 30, key="tidying:days")
        best = st.number_input(
            tr("Of each dataset's runs, keep the best"),
            0,
            1000,
            None,
            key="tidying:best",
            placeholder=tr("all"),
            help=tr("Empty: no run goes. With a number, older runs that are not among the best go with everything."),
        )
        looked = st.form_submit_button(tr("Look what could go"), icon=":material/search:")
    if looked:
        options = PruneOptions(older_than_days=days, keep_best=best)
        st.session_state[FOUND] = options, store.pruning.plan(options)
    if said := st.session_state.pop(SAID, None):
        st.success(said)
    if FOUND in st.session_state:
        _offer(store, *st.session_state[FOUND])


def _offer(store: Store, options: PruneOptions, prunable: tuple[Prunable, ...]) -> None:
    if not prunable:
        st.info(tr("Nothing that old is left to let go."), icon=":material/done_all:")
        return
    _summary(prunable)
    free = size(sum(one.bytes for one in prunable))
    if st.button(tr("Remove all of this and free {size}", size=free), icon=":material/delete_sweep:", key="tidying:go"):
        confirm(
            Deletion(
                title=tr("Remove all of this and free {size}?", size=free),
                lost=trn("{n} thing is deleted.", "{n} things are deleted.", len(prunable)),
                uses=_runs_among(prunable),
                do=lambda: _carry_out(store, options, prunable),
                verb=word("Remove"),
            )
        )


def _runs_among(prunable: tuple[Prunable, ...]) -> list[str]:
    """Line that names the runs that would go."""
    runs = [one.name for one in prunable if one.kind == "run"]
    return [trn("{n} run goes: {names}", "{n} runs go: {names}", len(runs), names=named(runs))] if runs else []


def _carry_out(store: Store, options: PruneOptions, prunable: tuple[Prunable, ...]) -> None:
    gone = store.pruning.carry_out(prunable, options)
    del st.session_state[FOUND]
    freed = size(sum(one.bytes for one in gone))
    st.session_state[SAID] = trn(
        "{n} thing is gone; {size} are free.", "{n} things are gone; {size} are free.", len(gone), size=freed
    )


def _summary(prunable: tuple[Prunable, ...]) -> None:
    frame = pd.DataFrame([one.model_dump() for one in prunable])
    sums = frame.groupby("kind", sort=False).agg(things=("kind", "size"), bytes=("bytes", "sum"), rows=("rows", "sum"))
    table = pd.DataFrame(
        {
            tr("What"): [tr(PRUNABLE[str(kind)]) for kind in sums.index],
            tr("How many"): sums["things"].tolist(),
            tr("Size"): [
                trn("{n} line", "{n} lines", rows) if kind in ("lines", "audit") else size(many)
                for kind, many, rows in zip(sums.index, sums["bytes"], sums["rows"], strict=True)
            ],
        }
    )
    st.dataframe(table, hide_index=True, alt=tr("What would go, by kind"))
    with st.expander(tr("Each of them"), icon=":material/list:"):
        each = frame.assign(kind=[tr(PRUNABLE[str(kind)]) for kind in frame["kind"]], bytes=frame["bytes"].map(size))
        names = {"kind": tr("What"), "subject": tr("Id"), "name": tr("Name"), "bytes": tr("Size"), "rows": tr("Lines")}
        st.dataframe(each.rename(columns=names), hide_index=True, alt=tr("What would go, one by one"))
