"""Price form of the outcomes: two amounts, or a full cost matrix."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.payoff import Decision, simple
from dashboard.language.plain import apart, shortened
from dashboard.language.words import tr, word

MOST_CLASSES = 60
RULES = {
    "auto": word("Whatever proves best"),
    "likeliest": word("Always the likeliest class"),
    "prices": word("Worked out from the prices"),
    "one": word("One threshold for all classes"),
    "each": word("A threshold for each class"),
    "hand": word("Thresholds set by hand"),
}


def prices(known: Decision | None, labels: tuple[str, ...], key: str) -> tuple[Decision | None, str]:
    """Prices as they stand in the form, None while one is missing; and the rule that is to choose the thresholds.

    `known` fills the form the first time; `key` keeps one run's form apart from another's.
    """
    start = known or simple(labels)
    form = _Form(start, key, is_blank=known is None)
    currency = st.text_input(
        tr("Currency"),
        known.currency if known else "",
        max_chars=16,
        key=f"{key}:currency",
        placeholder=start.currency,
        help=tr("What the amounts are in."),
    )
    worths = form.worths()
    person = form.person()
    with st.expander(tr("More"), icon=":material/more_horiz:"):
        nothing = form.nothing()
        upfront = form.amount(
            "upfront", tr("What setting it up costs, once"), start.upfront, tr("Only used to say when it is paid back.")
        )
        rule = form.rule(person is not None)
        by_hand = form.thresholds() if rule == "hand" else None
    if np.isnan(worths).any() or np.isnan(person or 0.0):
        return None, rule
    decision = Decision(
        currency=currency.strip() or start.currency,
        labels=start.labels,
        worths=tuple(map(tuple, worths.tolist())),
        person=person,
        nothing=nothing,
        upfront=max(0.0, np.nan_to_num(upfront)),
        **({"thresholds": by_hand, "rule": "hand", "chosen_on": "hand"} if by_hand else {}),
    )
    return decision, rule


class _Form:
    """The widgets of one run's prices."""

    def __init__(self, start: Decision, key: str, *, is_blank: bool) -> None:
        self.start, self.key, self.labels = start, key, start.labels
        self.matrix = np.full_like(start.matrix, np.nan) if is_blank else start.matrix

    def amount(self, name: str, label: str, value: float, meaning: str, **more: Any) -> float:
        """A number to type; NaN while there is none."""
        typed = st.number_input(
            label,
            value=None if np.isnan(value) else float(value),
            step=0.1,
            format="%.2f",
            key=f"{self.key}:{name}",
            help=meaning,
            placeholder=tr("an amount"),
            **more,
        )
        return np.nan if typed is None else typed

    def worths(self) -> np.ndarray:
        """Cost matrix, from two amounts or from a table; NaN where an amount is missing."""
        matrix, right = self.matrix, np.eye(len(self.labels), dtype=bool)
        two = len(np.unique(matrix[right])) == 1 and len(np.unique(matrix[~right])) == 1  # NaN is one value here
        many = len(self.labels) > MOST_CLASSES
        kinds = {"two": tr("Right and wrong"), "all": tr("As they are") if many else tr("Every outcome")}
        kind = st.segmented_control(
            tr("What is an answer worth?"),
            list(kinds),
            default="two" if two else "all",
            required=True,
            format_func=kinds.__getitem__,
            key=f"{self.key}:kind",
            width="stretch",
            help=tr("What one case brings you, or costs you (with a minus), beside how you work today."),
        )
        if kind == "all" and many:
            st.caption(tr("With so many classes, every outcome's price comes from a file: tuneboard payoff --costs."))
            return matrix
        if kind == "all":
            return self._table(matrix)
        hit = self.amount(
            "right", tr("A right answer"), float(matrix[right].mean()), tr("What one right answer brings you.")
        )
        miss = self.amount(
            "wrong",
            tr("A wrong answer"),
            float(matrix[~right].mean()),
            tr("What one wrong answer costs you, with a minus before it."),
        )
        return np.where(right, hit, miss)

    def _table(self, matrix: np.ndarray) -> np.ndarray:
        st.caption(tr("A line for each true class, a column for what the model answers. Costs have a minus."))
        names = [str(i) for i in range(len(self.labels))]
        frame = pd.DataFrame(matrix, columns=names)
        true = tr("True class")
        frame.insert(0, true, [shortened(label, 60) for label in self.labels])
        columns: dict[str, Any] = {
            name: st.column_config.NumberColumn(shortened(label, 24), format="%.2f", required=True)
            for name, label in zip(names, self.labels, strict=True)
        }
        columns[true] = st.column_config.TextColumn(pinned=True)
        edited = st.data_editor(
            frame,
            column_config=columns,
            hide_index=True,
            disabled=[true],
            num_rows="fixed",
            key=f"{self.key}:table",
            alt=tr("What each answer is worth for each true class"),
        )
        return edited[names].to_numpy(dtype=float)

    def person(self) -> float | None:
        """What a person costs, if one is there."""
        there = st.toggle(
            tr("A person can take the unsure cases"),
            value=self.start.person is not None,
            key=f"{self.key}:there",
            help=tr("The model then leaves a case to her where a mistake would cost more than she does."),
        )
        if not there:
            return None
        return self.amount(
            "person",
            tr("What a person costs for each case"),
            np.nan if self.start.person is None else self.start.person,
            tr("Her time for one case. She is taken to answer it right."),
            min_value=0.0,
        )

    def nothing(self) -> str | None:
        """What doing nothing amounts to."""
        options: list[str | None] = [None, *self.labels]

        def named(one: str | None) -> str:
            if one is None:
                return tr("nothing is won or lost")
            return tr("every case is treated as “{label}”", label=shortened(one, 40))

        return st.selectbox(
            tr("If nobody did anything"),
            options,
            index=options.index(self.start.nothing),
            format_func=apart(options, named),
            key=f"{self.key}:nothing",
            help=tr("What the model is held against: the world without it."),
        )

    def rule(self, person: bool) -> str:
        """How the thresholds are chosen."""
        known = [rule for rule in RULES if person or rule != "one"]
        start = self.start.asked or self.start.rule
        now = start if self.start.chosen_on and start in known else "auto"
        return st.selectbox(
            tr("How it decides"),
            known,
            index=known.index(now),
            format_func=lambda one: tr(RULES[one]),
            key=f"{self.key}:rule:{person}",
            help=tr(
                "A threshold says how sure the model must be before it gives an answer. More thresholds can fit better "
                "and can fit chance; the first choice lets the rows decide how many are worth having."
            ),
        )

    def thresholds(self) -> tuple[float, ...]:
        """A threshold for each class, as a person sets it."""
        now = self.start.thresholds or (0.5,) * len(self.labels)
        name, least = tr("Class"), tr("Answered when at least")
        edited = st.data_editor(
            pd.DataFrame({name: [shortened(label, 60) for label in self.labels], least: [bar * 100 for bar in now]}),
            column_config={least: st.column_config.NumberColumn(format="%.1f%%", min_value=0.1, max_value=100.0)},
            hide_index=True,
            disabled=[name],
            num_rows="fixed",
            key=f"{self.key}:thresholds",
            alt=tr("The threshold of every class, to be set by hand"),
        )
        st.caption(
            tr(
                "Choose by the line under “Thresholds”, which is drawn on validation rows. Whoever tries "
                "thresholds until the worth beside looks best, believes luck."
            )
        )
        return tuple(float(bar) / 100 for bar in edited[least].fillna(50.0).clip(0.1, 100.0))
