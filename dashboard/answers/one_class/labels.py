"""Label suspects: rows whose label may be wrong, and the mended dataset that a person's decisions make."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.answers import ClassAnswers
from core.config import RunConfig
from core.data import as_text
from core.data.labels.order import in_order
from core.data.mends import Fix, Relabel
from core.errors import UserError
from core.evaluation.records import Interval
from core.inspection import Suspect, likely_wrong, suspects
from core.tasks import input_columns
from dashboard import doors
from dashboard.access.store import may, store
from dashboard.answers.one_class import blind
from dashboard.cached.known import answers_of, frame_of, inputs_by_row
from dashboard.downloads import offer
from dashboard.faults import show_error
from dashboard.inputs import room_of
from dashboard.intake.mends import keep_mended
from dashboard.language.engine import said
from dashboard.language.formats import count
from dashboard.language.plain import apart, plain, shortened
from dashboard.language.words import joined, tr, trn, word
from storage import Run

MOST_SHOWN = 200
MOST_LEARNT = 20_000
KEEP, RELABEL, DROP = word("Keep"), word("Relabel"), word("Drop")
JUDGED, LEARNT = word("Test set"), word("Training set")


def doubted(run: Run) -> None:
    """The doubted labels of one part of the rows, what a person decides of each, and what carries that out."""
    part = _which(run)
    if part == LEARNT and not _asked_to_read(run):
        return
    try:
        with st.spinner(tr("Looking for labels to doubt…")):
            seen = _learnt(run.id, run.dataset_id, run.config) if part == LEARNT else _judged(run.id)
    except UserError as error:
        show_error(error)
        return
    _said(seen)
    if seen.found and part == LEARNT:
        _decide(run, seen.found)
    elif seen.found:
        _one_by_one(run, seen.found)


def _which(run: Run) -> str:
    """Which part of the rows is looked through. Training rows are doubted by a baseline."""
    part = st.segmented_control(
        tr("Which rows?"),
        [JUDGED, LEARNT],
        default=JUDGED,
        format_func=tr,
        key=f"part-{run.id}",
        help=room_of(run.config, "suspects").doubting(),
    )
    return part or JUDGED


def _asked_to_read(run: Run) -> bool:
    """Reading the training rows takes seconds, so it waits to be asked."""
    key = f"read-training-{run.id}"
    if st.session_state.get(key):
        return True
    rows = store().datasets.get(run.dataset_id).rows
    if rows > MOST_LEARNT:
        st.caption(tr("With more than {n} rows this takes too long on a screen.", n=count(MOST_LEARNT)))
        return False
    if st.button(tr("Read the training rows"), icon=":material/manage_search:"):
        st.session_state[key] = True
        st.rerun()
    st.caption(room_of(run.config, "suspects").asking())
    return False


@dataclass(frozen=True)
class Doubts:
    """Doubted labels among so many rows, and how many of these are likely wrong."""

    rows: int
    found: list[Suspect]
    wrong: Interval


@st.cache_resource(show_spinner=False, max_entries=8)
def _judged(run_id: str) -> Doubts:
    return _doubts(answers_of(run_id))


@st.cache_resource(show_spinner=False, max_entries=4)
def _learnt(run_id: str, dataset_id: str, _config: RunConfig) -> Doubts:  # noqa: ARG001  # it is the key
    return _doubts(room_of(_config, "suspects").scores(dataset_id, _config))


def _doubts(answers: ClassAnswers) -> Doubts:
    found = suspects(answers)
    return Doubts(len(answers.targets), found, likely_wrong(answers, {one.row_id for one in found}))


def _said(seen: Doubts) -> None:
    with st.container(border=True, key="verdict"):
        if not seen.found:
            st.markdown(
                ":green[:material/check_circle:] "
                + tr("**No label is worth doubting** among {rows} rows.", rows=count(seen.rows))
            )
            return
        st.markdown(
            ":orange[:material/label:] "
            + trn(
                "**{n} label is worth a look**, of {rows} rows.",
                "**{n} labels are worth a look**, of {rows} rows.",
                len(seen.found),
                rows=count(seen.rows),
            )
            + " "
            + tr(
                "Likely wrong among them: about {n} ({low} to {high}).",
                n=count(round(seen.wrong.value)),
                low=count(math.floor(seen.wrong.low)),
                high=count(math.ceil(seen.wrong.high)),
            )
        )
    st.caption(
        tr(
            "In the others the model is wrong and the label right; only a person can tell. The rows stay as they are; "
            "what you decide makes a new dataset."
        )
    )
    with st.expander(tr("How sure is this?"), icon=":material/help:"):
        st.markdown(
            tr(
                "The model contradicts labels for two reasons: some rows are hard, and some labels are wrong. On a "
                "hard row the model is unsure; a wrong label contradicts it where it is sure, too. How many are wrong "
                "is estimated from that (the joint distribution of given and true labels), and lies between the two "
                "limits at least 95 times of 100, if labels are wrong at random. A mistake that is made again and "
                "again is learned by the model and is not counted here."
            )
        )


def _one_by_one(run: Run, found: Sequence[Suspect]) -> None:
    """Blind review, and the button that carries out what was decided so far."""
    decided = blind.review(run, found, _labels(run))
    done = [one for one in found if one.row_id in decided]
    if not done:
        return
    wanted = {
        one.row_id: Fix(action="relabel", label=decided[one.row_id])
        for one in done
        if decided[one.row_id] not in {blind.UNSURE, one.given}
    }
    _carry_out(run, wanted)


def _decide(run: Run, found: Sequence[Suspect]) -> None:
    """A table of the doubted training rows, a decision for each, and the button that carries them out."""
    st.caption(tr("Decide for each row: keep it, give it another label, or drop it."))
    shown = found[:MOST_SHOWN]
    if len(found) > MOST_SHOWN:
        st.caption(tr("The {n} most doubtful are shown; mend these first and train again.", n=count(MOST_SHOWN)))
    start = st.segmented_control(
        tr("Start with"),
        [KEEP, RELABEL, DROP],
        default=KEEP,
        format_func=tr,
        key=f"start-{run.id}",
        help=tr("What every row is set to before you look at it."),
    )
    frame = frame_of_suspects(run, shown, start or KEEP)
    text, now, says, belief, decision, label = frame.columns
    rows = room_of(run.config, "rows")
    room_of(run.config, "suspects").shown(run.dataset_id, list(zip(frame[text], shown, strict=True)))
    edited = st.data_editor(
        frame.assign(**{text: rows.cells(run.dataset_id, list(frame[text]))}),
        hide_index=True,
        disabled=[text, now, says, belief],
        column_config={
            text: rows.cell(300),
            now: st.column_config.TextColumn(width=95),
            says: st.column_config.TextColumn(width=105),
            belief: st.column_config.NumberColumn(
                format="%.1f%%",
                width=85,
                help=tr("How probable the model holds the label that stands there: the lower, the more doubtful."),
            ),
            decision: st.column_config.SelectboxColumn(
                options=[tr(KEEP), tr(RELABEL), tr(DROP)], required=True, width=100
            ),
            label: st.column_config.SelectboxColumn(options=_labels(run), required=True, width=110),
        },
        key=f"suspects-{start}-{run.id}",
        height=min(640, 40 + rows.DECIDING_HEIGHT * len(frame)),
        row_height=rows.DECIDING_HEIGHT,
    )
    _in_full(run, list(frame[text]))
    _carry_out(run, fixes(shown, list(edited[decision]), list(edited[label])))
    offer(edited.assign(**{text: frame[text]}), f"doubted-labels-{run.id}", key=f"doubted-{run.id}")


def _in_full(run: Run, inputs: Sequence[str]) -> None:
    """Box in which one of the doubted rows is shown uncut."""
    rows = room_of(run.config, "rows")
    said = apart(range(len(inputs)), lambda i: f"{i + 1}. {shortened(rows.named(inputs[i]), 70)}")
    chosen = st.selectbox(
        tr("Read one in full"),
        range(len(inputs)),
        index=None,
        format_func=said,
        placeholder=tr("Choose a row"),
        key=f"in-full-{run.id}",
    )
    if chosen is not None:
        rows.whole(run.dataset_id, inputs[chosen])


def frame_of_suspects(run: Run, shown: Sequence[Suspect], start: str) -> pd.DataFrame:
    """A line for each suspect, its decision set to `start` and its new label to what the model says."""
    inputs = inputs_by_row(run.dataset_id, run.config)
    title = room_of(run.config, "rows").title()
    return pd.DataFrame(
        {
            title: [inputs.get(one.row_id, "–") for one in shown],
            tr("Label now"): [one.given for one in shown],
            tr("The model says"): [one.suggested for one in shown],
            tr("Believed"): [one.belief * 100 for one in shown],
            tr("Decision"): [tr(start)] * len(shown),
            tr("New label"): [one.suggested for one in shown],
        }
    )


def fixes(shown: Sequence[Suspect], decisions: Sequence[str], labels: Sequence[str]) -> dict[str, Fix]:
    """What to do with each row, by its id; rows that are kept, or get the label they have, are left out."""
    done = {}
    for one, decision, label in zip(shown, decisions, labels, strict=True):
        if decision == tr(DROP):
            done[one.row_id] = Fix(action="drop")
        elif decision == tr(RELABEL) and label != one.given:
            done[one.row_id] = Fix(action="relabel", label=label)
    return done


@st.cache_data(show_spinner=False, max_entries=16)
def _labels_in(dataset_id: str, target: str) -> list[str]:
    return in_order(set(as_text(frame_of(dataset_id)[target]).dropna()))


def _labels(run: Run) -> list[str]:
    """Every label of the dataset, and those of the model's answers."""
    return in_order({*answers_of(run.id).labels, *_labels_in(run.dataset_id, run.config.task.target)})


def _columns(run: Run) -> str | tuple[str, ...]:
    """The columns by which rows say the same."""
    columns = input_columns(run.config)
    return columns[0] if len(columns) == 1 else columns


def _carry_out(run: Run, wanted: dict[str, Fix]) -> None:
    relabelled = sum(fix.action == "relabel" for fix in wanted.values())
    st.caption(
        tr("To relabel: {n}. To drop: {dropped}.", n=count(relabelled), dropped=count(len(wanted) - relabelled))
        + " "
        + tr(
            "Rows that say the same are mended alike. A run on the new version is judged by the new labels, so compare "
            "it only with runs on the same version."
        )
    )
    if may("editor") and st.button(
        tr("Make the mended dataset"), type="primary", icon=":material/healing:", disabled=not wanted, key="mend"
    ):
        try:
            relabel = Relabel(text=_columns(run), target=run.config.task.target, fixes=wanted)
            version = keep_mended(store(), store().datasets.get(run.dataset_id), [relabel])
        except UserError as error:
            show_error(error)
            return
        st.session_state[f"mended-{run.id}"] = version.id
    if version_id := st.session_state.get(f"mended-{run.id}"):
        _ways_on(run, version_id)


def _ways_on(run: Run, version_id: str) -> None:
    """What can be done with the version that was just made."""
    try:
        version = store().datasets.get(version_id)
    except UserError:
        return  # deleted meanwhile
    st.success(
        tr("Made: {name}. {notes}", name=plain(version.name), notes=plain(joined(map(said, version.notes)))),
        icon=":material/check_circle:",
    )
    with st.container(horizontal=True):
        if st.button(tr("Train on it with the same settings"), icon=":material/tune:"):
            st.session_state["train:from"] = run.config.model_copy(update={"dataset": version.id, "name": ""})
            doors.go("train", dataset=version.id)
        if st.button(tr("See its rows"), icon=":material/table_rows:"):
            doors.go("data", dataset=version.id)
