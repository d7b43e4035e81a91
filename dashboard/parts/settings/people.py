"""Accounts, roles and the audit trail, for admins."""

import pandas as pd
import streamlit as st

from dashboard.access.here import ROLES
from dashboard.access.setup import has_sign_in
from dashboard.access.store import me, store
from dashboard.faults import attempt
from dashboard.language.formats import ago
from dashboard.language.plain import plain, shortened
from dashboard.language.words import tr, word
from dashboard.parts.heading import section
from dashboard.server.settings import settings
from dashboard.tables import fitted
from storage import Account
from storage.accounts import GIVEN

DEEDS = {
    "run.queue": word("started a run"),
    "search.queue": word("started a search"),
    "run.stop": word("stopped a run"),
    "run.resume": word("resumed a run"),
    "run.rerun": word("ran a run again"),
    "run.repeat": word("repeated a run with other seeds"),
    "run.rename": word("renamed a run"),
    "run.decide": word("changed a decision"),
    "run.delete": word("deleted a run"),
    "run.words": word("kept a model's words"),
    "dataset.add": word("brought rows"),
    "dataset.mend": word("mended rows"),
    "dataset.delete": word("deleted rows"),
    "share.create": word("made a link"),
    "share.revoke": word("took a link back"),
    "model.add": word("added a model"),
    "account.sign_in": word("signed in"),
    "account.sign_out": word("signed out"),
    "account.role": word("gave a role"),
    "account.close": word("closed an account"),
    "account.open": word("opened an account"),
}


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
        st.button(
            tr("Open again") if one.is_disabled else tr("Close the account"),
            icon=":material/lock_open:" if one.is_disabled else ":material/block:",
            on_click=attempt,
            args=(accounts.enable if one.is_disabled else accounts.disable, one.name),
        )
    st.caption(tr("It holds from the same moment, in tabs that are open too."))


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
