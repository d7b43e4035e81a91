"""Accounts, roles and the audit trail, for admins."""

import pandas as pd
import streamlit as st

from dashboard.access.setup import has_sign_in
from dashboard.access.store import me, store
from dashboard.faults import attempt
from dashboard.language.formats import ago
from dashboard.language.plain import plain, shortened
from dashboard.language.words import tr, word
from dashboard.parts.deletion import Deletion, confirm
from dashboard.parts.heading import section
from dashboard.sentences.keys import DEEDS, ROLES
from dashboard.server.settings import settings
from dashboard.tables import fitted
from storage import Account
from storage.accounts import GIVEN


def people() -> None:
    """Accounts and their roles, and the audit trail; without sign-in, a sentence on who may come."""
    section(tr("Access"))
    if not has_sign_in():
        st.markdown(
            tr(
                "No sign-in is set up, so Tuneboard answers this machine only, and whoever sits at it may do "
                "everything. `docs/sign-in.md` says how to let others in."
            )
        )
    else:
        _accounts(store().accounts.list())
    section(tr("What was done"))
    _audit_trail()


def _accounts(found: list[Account]) -> None:
    st.markdown(tr("People sign in at {address}.", address=plain(settings().public_url)))
    frame = pd.DataFrame(
        {
            tr("Who"): [one.name for one in found],
            tr("May"): [tr("closed") if one.is_disabled else tr(ROLES[one.role]) for one in found],
            tr("Last seen"): [ago(one.last_seen) if one.last_seen else "–" for one in found],
            tr("First seen"): [ago(one.created) for one in found],
        }
    )
    st.dataframe(frame, hide_index=True, alt=tr("Accounts, those that wait to be let in first"))
    others = {one.name: one for one in found if one.id != me().account}
    if not others:
        return
    name = st.selectbox(tr("Change what somebody may do"), list(others), index=None, placeholder=tr("Choose somebody"))
    if name is not None:
        _change(others[name])


def _change(one: Account) -> None:
    """Buttons that give the account a role, and the one that closes it."""
    accounts = store().accounts
    with st.container(horizontal=True):
        for role in GIVEN:
            st.button(
                tr("Give access as {role}", role=tr(ROLES[role])) if role != "none" else tr("Take access away"),
                key=f"role-{role}",
                disabled=one.role == role,
                on_click=attempt,
                args=(accounts.give_role, one.name, role),
            )
        if one.is_disabled:
            st.button(tr("Open again"), icon=":material/lock_open:", on_click=attempt, args=(accounts.enable, one.name))
        elif st.button(tr("Close the account"), icon=":material/block:"):
            _confirm_closing(one)
    st.caption(tr("It holds from the same moment, in tabs that are open too."))


def _confirm_closing(one: Account) -> None:
    kept = next((use for use in store().bounds.use() if use.who == one.name), None)
    datasets, runs = (kept.datasets, kept.runs) if kept else (0, 0)
    confirm(
        Deletion(
            title=tr("Close the account of {name}?", name=plain(one.name)),
            lost=tr("Its owner is signed out everywhere and can come in no more, until it is opened again."),
            uses=[tr("{datasets} datasets and {runs} runs made under this name stay.", datasets=datasets, runs=runs)],
            do=lambda: store().accounts.disable(one.name),
            verb=word("Close the account"),
            can_be_undone=True,
        )
    )


def _audit_trail() -> None:
    found = store().accounts.deeds(last=200)
    if not found:
        st.caption(tr("Nothing yet."))
        return
    frame = pd.DataFrame(
        {
            tr("When (UTC)"): [f"{one.at:%Y-%m-%d %H:%M:%S}" for one in found],
            tr("Who"): [one.who or tr("this machine") for one in found],
            tr("Did"): [tr(DEEDS[one.action]) if one.action in DEEDS else one.action for one in found],
            tr("Object"): [shortened(one.subject, 80) for one in found],
        }
    )
    st.dataframe(frame, hide_index=True, height=fitted(len(frame), 360), alt=tr("Activity log, newest first"))
