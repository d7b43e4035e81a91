"""Share links: the one just made, whose token is shown this once, and the list of all."""

from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from dashboard.access.store import may_change, store
from dashboard.language.formats import ago
from dashboard.language.plain import apart, plain, shortened
from dashboard.language.words import tr, trn, word
from dashboard.parts.deletion import Deletion, confirm
from dashboard.sentences.keys import LINK_KINDS, LINK_STATES
from dashboard.shares.address import address_of
from storage import Share

DAYS = {1: word("1 day"), 7: word("7 days"), 30: word("30 days"), 90: word("90 days")}


def how_long(key: str) -> int:
    """Lifetime of a link in days, chosen on the page."""
    chosen = st.segmented_control(
        tr("The link opens for"), list(DAYS), default=7, required=True, format_func=lambda one: tr(DAYS[one]), key=key
    )
    return int(chosen or 7)


def made_link(share: Share, token: str) -> None:
    """Link of a share that has just been made. It cannot be shown again: only the token's hash is kept."""
    url = urlsplit(st.context.url or "")
    st.success(
        tr("Anyone with this link can open it until {when}. It is shown this once.", when=_day(share)),
        icon=":material/link:",
    )
    st.code(address_of(token, f"{url.scheme}://{url.netloc}"), language=None)


def links() -> None:
    """Table of all share links with how often each was seen, and a button to revoke one."""
    if taken := st.session_state.pop("share:taken", None):
        st.success(tr("**{title}** opens nothing any more.", title=plain(taken)), icon=":material/check:")
    shares = store().shares.list()
    if not shares:
        st.caption(tr("Nothing has been shared yet."))
        return
    frame = pd.DataFrame(
        {
            tr("What"): [shortened(one.title, 80) for one in shares],
            tr("Kind"): [tr(LINK_KINDS[one.kind]) for one in shares],
            tr("State"): [tr(LINK_STATES[one.state]) for one in shares],
            tr("Until"): [_day(one) for one in shares],
            tr("Seen"): [one.seen for one in shares],
            tr("Last seen"): [ago(one.last_seen) if one.last_seen else "–" for one in shares],
        }
    )
    st.dataframe(frame, hide_index=True, alt=tr("Links, the newest first"))
    st.caption(tr("Seen: how often a link was opened, by whomever. A link shows what was frozen then, nothing newer."))
    alive = {one.id: one for one in shares if one.state == "open" and may_change(one.created_by)}
    if not alive:
        return
    chosen = st.selectbox(
        tr("Take a link back"),
        list(alive),
        index=None,
        placeholder=tr("Choose a link"),
        format_func=apart(alive, lambda one: f"{shortened(alive[one].title, 60)} · {_day(alive[one])}"),
        key="share:take-back",
    )
    if chosen and st.button(tr("Take it back"), icon=":material/link_off:", key="share:take-it-back"):
        _confirm_revoking(alive[chosen])


def _confirm_revoking(share: Share) -> None:
    confirm(
        Deletion(
            title=tr("Take {name} back?", name=plain(shortened(share.title, 60))),
            lost=trn(
                "The link opens nothing any more. It was opened {n} time.",
                "The link opens nothing any more. It was opened {n} times.",
                share.seen,
            ),
            do=lambda: _revoke(share.id),
            verb=word("Take it back"),
        )
    )


def _revoke(share_id: str) -> None:
    st.session_state["share:taken"] = store().shares.revoke(share_id).title


def _day(share: Share) -> str:
    return f"{share.expires:%Y-%m-%d %H:%M} UTC"
