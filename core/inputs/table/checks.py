"""Data checks of tables: columns that say nothing, that number the rows, that repeat another, or give the answer away.

What a column says of the target is judged out of fold, on a sample of the rows.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from core.config.tasks import CellKind, ReadsTable
from core.data.checks.findings import Finding, error, info, warning
from core.data.checks.looked import Looked
from core.data.checks.suggest import profile_of
from core.data.rows.columns import plain
from core.data.rows.numbers import is_blank
from core.data.sentences import counted, quoted, share
from core.inputs.table.cells import READERS, opened, read
from core.inputs.table.features import MOST_CLASSES, features

SAMPLE = 2_000
"""Most rows by which columns are compared with the target and with one another."""
FOLDS = 4
GIVEN_AWAY = 0.98
"""Balanced accuracy, or R2, out of fold, from which one column by itself gives the answer away."""
FEWEST_OF_A_CLASS = 10
NEARLY_ALL, NEARLY_EMPTY = 0.99, 0.95
EQUAL = 0.9999
"""Correlation from which two columns of numbers say the same."""


def no_columns(looked: Looked) -> Iterator[Finding]:
    """Nothing to read: no column is chosen, or all that are chosen are empty."""
    if not looked.columns:
        others = [name for name in map(str, looked.frame.columns) if name != looked.config.task.target]
        yield error(
            "no_columns",
            "No column is chosen to be read.",
            f"Choose at least one of: {quoted(others)}." if others else "Add a file with more columns.",
        )
    elif looked.blank_input.all():
        yield error(
            "empty_columns",
            f"The columns to read are all empty: {quoted(looked.columns)}.",
            "Choose columns that hold values.",
            rows=len(looked.frame),
        )


def empty_records(looked: Looked) -> Iterator[Finding]:
    """Records in which every column is missing."""
    blank = int(looked.blank_input.sum())
    if looked.columns and 0 < blank < len(looked.frame):
        yield warning(
            "empty_records",
            f"{counted(blank, 'row has', 'rows have')} no value in any column that is read "
            f"({share(blank, len(looked.frame))}).",
            "They are left out."
            if looked.config.preparation.drop_blanks
            else "They are kept, as the settings ask; nothing can be learnt from them.",
            rows=blank,
        )


def left_without(looked: Looked) -> Iterator[Finding]:
    """Columns that are not read."""
    unread = [
        name
        for name in map(str, looked.frame.columns)
        if name not in looked.columns and name not in (looked.config.task.target, looked.config.split.column)
    ]
    if unread and looked.columns:
        yield info(
            "columns_left_out",
            f"{counted(len(unread), 'column is', 'columns are')} not read: {quoted(unread, 8)}.",
            "Say what a column is to be read as, to have it read.",
        )


def unread_cells(looked: Looked) -> Iterator[Finding]:
    """Values that cannot be read as what their column is to be read as; they count as missing."""
    for name, kind in _columns(looked).items():
        words = plain(looked.frame[name])
        there = ~words.map(is_blank)
        lost = words[there & pd.Series([one is None for one in READERS[kind](looked.frame[name])], index=words.index)]
        if len(lost):
            found = warning(
                "unread_cells",
                f"{counted(len(lost), 'value')} of the column '{name}' cannot be read as {SAID[kind]}, such as "
                f"{quoted(lost.unique(), 3)} ({share(len(lost), int(there.sum()))}).",
                "They count as missing. If the column holds something else, read it as that.",
                rows=len(lost),
            )
            yield found.model_copy(update={"columns": (name,)})


SAID: dict[CellKind, str] = {
    "number": "a number",
    "class": "a class",
    "date": "a date",
    "yes_no": "yes or no",
    "left_out": "anything",
}


def constants(looked: Looked) -> Iterator[Finding]:
    """Columns with one value only, nearly one value only, or nearly none."""
    table = _table(looked)
    for name in looked.columns:
        values = table[name]
        filled = values.notna().sum()
        commonest = values.value_counts().iloc[0] if filled else 0
        if values.nunique() < 2:
            told = f"The column '{name}' has one value only." if filled else f"The column '{name}' is empty."
            yield _leave_out(name, warning("constant_column", told, "Leave it out: nothing can be learnt from it."))
        elif filled < (1 - NEARLY_EMPTY) * len(values):
            yield _leave_out(
                name,
                warning(
                    "nearly_empty_column",
                    f"The column '{name}' is empty in {share(int(len(values) - filled), len(values))} of the rows.",
                    "Leave it out, unless it matters whether it is filled.",
                ),
            )
        elif commonest > NEARLY_ALL * len(values):
            yield info(
                "nearly_constant_column",
                f"The column '{name}' has the same value in {share(int(commonest), len(values))} of the rows: "
                f"{quoted([values.value_counts().index[0]])}.",
                "Little can be learnt from it.",
            )


def ids(looked: Looked) -> Iterator[Finding]:
    """Columns that number or name the rows: what is learnt from them does not help with another row."""
    for name, kind in _columns(looked).items():
        profile = profile_of(looked.frame, name)
        if profile is None:
            continue
        names_rows = kind == "class" and profile.distinct > FEWEST_OF_A_CLASS and profile.distinct_share > 0.9
        if names_rows or (kind in ("class", "number") and profile.is_id and profile.distinct_share > 0.9):
            yield _leave_out(
                name,
                warning(
                    "id_column",
                    f"The column '{name}' numbers or names the rows: nearly every row has a value of its own there, "
                    f"such as {quoted(profile.values[:2])}.",
                    "Leave it out: what is learnt from it does not hold for other rows.",
                ),
            )


def many_classes(looked: Looked) -> Iterator[Finding]:
    """Columns with more classes than are told apart."""
    table = _table(looked)
    for name, kind in _columns(looked).items():
        number = table[name].nunique()
        if kind == "class" and number > MOST_CLASSES:
            yield info(
                "many_classes",
                f"The column '{name}' has {number:,} classes; the {MOST_CLASSES} commonest are told apart.",
                "The others count as one class.",
            )


def gives_it_away(looked: Looked) -> Iterator[Finding]:
    """Target leakage: a single column predicts the target nearly perfectly, judged out of fold."""
    sample = _sample(looked)
    target = looked.target.to_numpy()[sample]
    judged = _judge(target)
    if judged is None:
        return
    table = features(looked.input.to_numpy()[sample].tolist(), _columns(looked))
    for name in looked.columns:
        own = table[[one for one in table.columns if one.split(" ", 1)[1] == name]]
        codes = own.apply(lambda values: pd.factorize(values, sort=True)[0] if values.dtype == object else values)
        reached = judged(codes.to_numpy(float))
        if reached >= GIVEN_AWAY:
            yield _leave_out(
                name,
                warning(
                    "gives_it_away",
                    f"The column '{name}' alone gives the answer away: a small tree on it reaches {reached:.3f} of 1 "
                    "on rows that it has not seen.",
                    "If it is only known once the answer is, leave it out: the model would look good and be of no use.",
                ),
            )


def _judge(target: np.ndarray) -> Any:
    """Function of a column's features that says how well it predicts the target; None where that cannot be judged."""
    classes, codes = np.unique(target.astype(str), return_inverse=True)
    if len(classes) >= 2 and np.bincount(codes).min() >= FEWEST_OF_A_CLASS:
        return _of_classes(codes)
    try:
        values = target.astype(float)
    except ValueError:
        return None
    return _of_numbers(values) if len(classes) >= FEWEST_OF_A_CLASS <= len(values) else None


def _of_classes(codes: np.ndarray) -> Any:
    from sklearn.metrics import balanced_accuracy_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.tree import DecisionTreeClassifier

    def told_apart(values: np.ndarray) -> float:
        tree = DecisionTreeClassifier(min_samples_leaf=2, class_weight="balanced", random_state=0)
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
        return float(balanced_accuracy_score(codes, cross_val_predict(tree, values, codes, cv=folds)))

    return told_apart


def _of_numbers(targets: np.ndarray) -> Any:
    from sklearn.metrics import r2_score
    from sklearn.model_selection import KFold, cross_val_predict
    from sklearn.tree import DecisionTreeRegressor

    def explained(values: np.ndarray) -> float:
        tree, folds = (
            DecisionTreeRegressor(min_samples_leaf=2, random_state=0),
            KFold(FOLDS, shuffle=True, random_state=0),
        )
        return float(r2_score(targets, cross_val_predict(tree, values, targets, cv=folds)))

    return explained


def twins(looked: Looked) -> Iterator[Finding]:
    """Twin columns: two that say the same, in the same or other values."""
    table = _table(looked).iloc[_sample(looked)]
    seen: dict[bytes, str] = {}
    pairs: list[tuple[str, str]] = []
    varied = [name for name in looked.columns if table[name].nunique() > 1]
    for name in varied:
        codes = pd.factorize(table[name])[0].tobytes()
        if codes in seen:
            pairs.append((seen[codes], name))
        seen.setdefault(codes, name)
    numbers = [name for name in varied if _columns(looked)[name] == "number" and name not in {b for _, b in pairs}]
    if len(numbers) > 1:
        values = table[numbers].astype(float)
        like = np.corrcoef(values.fillna(values.mean()).to_numpy().T)
        pairs += [(numbers[i], numbers[j]) for i, j in np.argwhere(np.triu(np.abs(like) >= EQUAL, 1))]
    for one, other in pairs:
        yield _leave_out(
            other,
            info(
                "twin_columns",
                f"The columns '{one}' and '{other}' say the same.",
                "Leave one of them out: nothing is lost, and what matters is easier to see.",
            ),
        )


def _columns(looked: Looked) -> dict[str, CellKind]:
    assert isinstance(looked.config.task, ReadsTable)  # noqa: S101  # its task says that it reads tables
    return read(looked.config.task.columns)


def _table(looked: Looked) -> pd.DataFrame:
    """Values as they are read, a column each, None where missing."""
    return pd.DataFrame([opened(cell) for cell in looked.input], columns=list(looked.columns), dtype=object)


def _sample(looked: Looked) -> np.ndarray:
    """Positions of at most SAMPLE used rows, evenly spaced."""
    used = np.flatnonzero(looked.used & ~looked.blank_input)
    return used[:: max(1, -(-len(used) // SAMPLE))]


def _leave_out(name: str, found: Finding) -> Finding:
    """The finding about a column, with the setting that leaves it out, where its name can be part of a setting's."""
    if "." in name:
        return found.model_copy(update={"columns": (name,)})
    return found.model_copy(update={"columns": (name,)}).answered_by(f"task.columns.{name}", "left_out")
