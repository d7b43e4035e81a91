"""Label correction: rows are relabelled or dropped, and everything else stays as it was."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from core.data.mends.kinds import Fix
from core.data.rows.clean import applied, key_of, normal
from core.data.rows.columns import column_named, plain
from core.data.rows.identity import row_ids
from core.data.rows.values import as_text
from core.data.sentences import counted
from core.errors import DatasetError


@dataclass(frozen=True)
class Relabelled:
    """Corrected rows, with what was done in plain sentences."""

    frame: pd.DataFrame
    notes: tuple[str, ...]
    relabelled: int
    dropped: int


def mend(frame: pd.DataFrame, *, text: str | tuple[str, ...], target: str, fixes: Mapping[str, Fix]) -> Relabelled:
    """Applies `fixes` (by row id) to the rows. Rows that say the same with the same label are mended alike.

    "The same" is as in preparing rows: spaces and case aside. A new label takes the type of its column. Raises
    DatasetError when a fix names a row that is not here, or a label that the column cannot hold.
    """
    labels = as_text(column_named(frame, target, "target"))
    chosen = _for_each_row(frame, _said(frame, text), labels, fixes)
    values = frame[target].tolist()
    relabelled = 0
    for i, fix in enumerate(chosen):
        if fix is not None and fix.action == "relabel" and fix.label != labels[i]:
            values[i] = _as_in(frame[target], labels, fix.label)
            relabelled += 1
    mended = frame.assign(**{target: pd.Series(values, index=frame.index, dtype=frame[target].dtype)})
    keep = [fix is None or fix.action == "relabel" for fix in chosen]
    dropped = keep.count(False)
    return Relabelled(mended[keep].reset_index(drop=True), _notes(relabelled, dropped), relabelled, dropped)


def _said(frame: pd.DataFrame, text: str | tuple[str, ...]) -> pd.Series:
    """What each row says in the column, or in all of them."""
    if isinstance(text, str):
        return as_text(column_named(frame, text, "text"))
    columns = [plain(column_named(frame, name, "text")) for name in text]
    return pd.Series(["\0".join(row) for row in zip(*columns, strict=True)], dtype=object)


def _for_each_row(
    frame: pd.DataFrame, texts: pd.Series, labels: pd.Series, fixes: Mapping[str, Fix]
) -> list[Fix | None]:
    """The fix of each row, its own or that of a row that says the same. Raises DatasetError for unknown rows."""
    ids = list(row_ids(frame))
    strangers = set(fixes) - set(ids)
    if strangers:
        raise DatasetError(
            f"{len(strangers)} of the {len(fixes)} rows to mend are not in this dataset.",
            "Choose the dataset that the run was made with.",
        )
    keys = applied(key_of, texts.fillna("").astype(object))
    alike = list(zip(keys, applied(normal, labels.fillna("").astype(object)), strict=True))
    wanted = {alike[i]: fixes[row] for i, row in enumerate(ids) if row in fixes}
    return [wanted.get(pair) for pair in alike]


def _as_in(column: pd.Series, words: pd.Series, label: str) -> object:
    """Casts the label to the column's type. Raises DatasetError when it stands nowhere in a column that is not text."""
    same = column[(words == label).to_numpy(bool, na_value=False)]
    if len(same):
        return same.iloc[0]
    if pd.api.types.is_string_dtype(column):
        return label
    raise DatasetError(f"The column '{column.name}' holds no '{label}'.", "Choose a label that stands in it.")


def _notes(relabelled: int, dropped: int) -> tuple[str, ...]:
    notes = []
    if relabelled:
        notes.append(f"Gave {counted(relabelled, 'row')} another label.")
    if dropped:
        notes.append(f"Left out {counted(dropped, 'row')}.")
    return tuple(notes)
