"""A row's id follows from what the row says, and from nothing else."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data import row_ids

ROWS = pd.DataFrame({"text": ["good", "bad", "good", None], "label": ["pos", "neg", "pos", "neg"]})
FRAMES = st.lists(
    st.tuples(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), st.sampled_from("ab")),
    min_size=1,
    max_size=12,
).map(lambda rows: pd.DataFrame(rows, columns=["text", "label"]))


def test_ids_are_these_on_every_machine_and_in_every_version():
    # Stored predictions carry these ids: a change of this test is a break with every run made before.
    assert row_ids(ROWS).tolist() == ["a320157338e3cf14", "82374fa17c2e07b6", "5330589b2fc5e6bf", "34de11a3c31dc0ee"]


@settings(max_examples=60, deadline=None)
@given(FRAMES)
def test_ids_are_unique_and_have_16_hexadecimal_digits(frame):
    ids = row_ids(frame)
    assert ids.is_unique
    assert ids.str.fullmatch("[0-9a-f]{16}").all()


@settings(max_examples=60, deadline=None)
@given(FRAMES, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(frame, random):
    order = random.sample(range(len(frame)), len(frame))
    shuffled = frame.iloc[order]
    named = pd.DataFrame({"id": row_ids(shuffled), "text": shuffled["text"], "label": shuffled["label"]})
    first = pd.DataFrame({"id": row_ids(frame), "text": frame["text"], "label": frame["label"]})
    assert set(named.itertuples(index=False)) == set(first.itertuples(index=False))


def test_the_order_of_columns_does_not_matter():
    assert row_ids(ROWS[["label", "text"]]).tolist() == row_ids(ROWS).tolist()


def test_another_column_makes_other_rows():
    assert not set(row_ids(ROWS.assign(more="x"))) & set(row_ids(ROWS))


def test_another_value_makes_another_row_and_leaves_the_rest():
    changed = ROWS.copy()
    changed.loc[1, "text"] = "bad!"
    assert (row_ids(changed) == row_ids(ROWS)).tolist() == [True, False, True, True]


def test_a_value_that_moves_to_the_next_column_makes_another_row():
    one = pd.DataFrame({"a": ["x,y"], "b": [""]})
    other = pd.DataFrame({"a": ["x"], "b": ["y"]})
    assert row_ids(one)[0] != row_ids(other)[0]


def test_the_kind_of_file_does_not_matter():
    assert row_ids(pd.DataFrame({"n": [1, 2]})).tolist() == row_ids(pd.DataFrame({"n": ["1", "2"]})).tolist()


def test_ids_stand_beside_their_rows_whatever_the_index():
    shuffled = ROWS.iloc[[3, 1]]
    assert row_ids(shuffled).index.tolist() == [3, 1]


def test_no_global_state_is_read_or_changed():
    np.random.seed(3)
    before = np.random.get_state()[1].tolist()
    row_ids(ROWS)
    assert np.random.get_state()[1].tolist() == before
