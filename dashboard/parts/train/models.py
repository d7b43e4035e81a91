"""Choice of the pretrained model: the catalogue, local folders, and the Hugging Face Hub where it answers."""

from pathlib import Path

import pandas as pd
import streamlit as st

from core.errors import UserError
from core.models import CATALOGUE, HubModel, add_local, may_read, reads, search_hub
from dashboard.access.store import may
from dashboard.faults import attempt, show_error
from dashboard.inputs import room
from dashboard.language.formats import count
from dashboard.language.words import tr
from dashboard.parts.train import form
from dashboard.tables import fitted
from storage import Store

CHOSEN = "models:from-hub"


def choices(store: Store, inputs: str) -> dict[str, str]:
    """Model references that can be chosen for inputs of this kind, with their titles."""
    known = {entry.key: tr(entry.title) for entry in CATALOGUE.values()}
    local = sorted(folder.name.removeprefix("local--") for folder in store.models.glob("local--*"))
    known |= {f"local:{name}": tr("{name} (added here)", name=name) for name in local}
    fetched = sorted(folder.name.removeprefix("hub--").replace("--", "/", 1) for folder in store.models.glob("hub--*"))
    known |= {ref: tr("{name} (from the hub)", name=ref) for ref in [*fetched, *st.session_state.get(CHOSEN, [])]}
    if (present := st.session_state.get("train:model")) and present not in known:
        known[present] = present
    return {ref: title for ref, title in known.items() if reads(ref, store.models) in {inputs, None}}


def more_models(store: Store, key: str, inputs: str) -> None:
    """Popover with other models for such inputs: search the hub, or add a folder. The choice becomes `key`'s value."""
    with st.popover(tr("Other models"), icon=":material/search:", type="tertiary"):
        _search(key, inputs)
        if not may("admin"):  # it names a place on the server's disk
            return
        st.markdown(f"**{tr('A folder on this machine')}**")
        folder = st.text_input(tr("Folder with config.json and safetensors"), key="models:folder")
        name = st.text_input(tr("Call it"), key="models:name", placeholder="my-model")
        st.button(
            tr("Add"), key="models:add", on_click=attempt, args=(_add, store, folder, name, key), disabled=not folder
        )


def _search(key: str, inputs: str) -> None:
    st.markdown(f"**{tr('On the Hugging Face Hub')}**")
    query = st.text_input(tr("Search"), key="models:query", placeholder=room(inputs, "words").MODEL, type="search")
    if not query:
        return
    try:
        found = [one for one in _found(query) if may_read(one, inputs)]
    except UserError as error:
        show_error(error)
        return
    if not found:
        st.caption(tr("Nothing found."))
        return
    picked = st.selectbox(
        tr("Found"), [one.ref for one in found], index=None, placeholder=tr("Choose one"), key="models:picked"
    )
    st.dataframe(_as_table(found), hide_index=True, height=fitted(len(found), 220), alt=tr("Models found on the hub"))
    st.button(tr("Use it"), key="models:use", on_click=_use, args=(picked, key), disabled=picked is None)


@st.cache_data(ttl="5m", show_spinner=False, max_entries=50)
def _found(query: str) -> list[HubModel]:
    return search_hub(query)


def _as_table(found: list[HubModel]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            tr("Model"): [one.ref for one in found],
            tr("Parameters"): [count(one.parameters) if one.parameters else "" for one in found],
            tr("Licence"): [one.licence or "" for one in found],
            tr("Downloads"): [one.downloads for one in found],
        }
    )


def _use(ref: str, key: str) -> None:
    chosen = st.session_state.get(CHOSEN, [])
    st.session_state[CHOSEN] = [*(one for one in chosen if one != ref), ref]
    form.put(key, ref)


def _add(store: Store, folder: str, name: str, key: str) -> None:
    store.demand("admin", "model.add", name or Path(folder).name)
    form.put(key, add_local(Path(folder).expanduser(), name or Path(folder).name, store.models))
