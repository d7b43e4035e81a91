"""A mend is a value that changes rows, says what it did, and can be read back."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data import row_ids
from core.data.mends import (
    MENDS,
    FillDown,
    Fix,
    LeaveOut,
    LeaveOutRows,
    Mend,
    MergeLabels,
    MissingWords,
    Relabel,
    SplitLabels,
    carried,
    offer,
)
from core.errors import DatasetError


def rows(labels: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame({"text": [f"story {n}" for n in range(len(labels))], "desk": labels})


def desks(frame: pd.DataFrame) -> list[str | None]:
    return [None if pd.isna(cell) else cell for cell in frame["desk"]]


@pytest.mark.parametrize(
    ("mend", "after", "note"),
    [
        (
            MergeLabels(column="desk", labels=("Oil", "oil\u200b"), into="oil"),
            ["oil", "oil", "oil", "n/a", None, "oil; gas"],
            "Joined 'Oil', 'oil' with a zero-width space as 'oil' in 'desk' (2 rows).",
        ),
        (
            MissingWords(column="desk", words=("n/a",)),
            ["oil", "Oil", "oil\u200b", None, None, "oil; gas"],
            "Took 'n/a' in 'desk' as missing (1 row).",
        ),
        (
            LeaveOut(column="desk", labels=("n/a", "Oil")),
            ["oil", "oil\u200b", None, "oil; gas"],
            "Left out 2 rows with 'n/a', 'Oil' in 'desk'.",
        ),
        (
            FillDown(column="desk"),
            ["oil", "Oil", "oil\u200b", "n/a", "n/a", "oil; gas"],
            "Filled 1 empty cell of 'desk' with the value above.",
        ),
        (
            SplitLabels(column="desk", separator=";"),
            ["oil", "Oil", "oil\u200b", "n/a", None, "oil"],
            "Kept the first of several labels in 'desk' (1 row).",
        ),
        (
            SplitLabels(column="desk", separator=";", keep="none"),
            ["oil", "Oil", "oil\u200b", "n/a", None],
            "Left out 1 row with several labels in 'desk'.",
        ),
    ],
    ids=lambda one: one.kind if hasattr(one, "kind") else "",
)
def test_a_mend_does_what_it_says_and_no_more(mend: Mend, after: list[str | None], note: str) -> None:
    frame = rows(["oil", "Oil", "oil\u200b", "n/a", None, "oil; gas"])
    done, (told,) = carried(frame, [mend])
    assert desks(done) == after
    assert told.note == note
    assert offer(frame, mend).rows == mend.mended(frame).rows
    assert MENDS.validate_json(MENDS.dump_json(mend)) == mend
    assert desks(frame) == ["oil", "Oil", "oil\u200b", "n/a", None, "oil; gas"]


def test_rows_go_and_labels_change_by_their_ids() -> None:
    frame = rows(["oil", "gas", "oil"])
    ids = list(row_ids(frame))
    assert desks(LeaveOutRows(rows=(ids[1],)).mended(frame).frame) == ["oil", "oil"]
    relabel = Relabel(text="text", target="desk", fixes={ids[0]: Fix(action="relabel", label="gas")})
    assert desks(relabel.mended(frame).frame) == ["gas", "gas", "oil"]
    assert MENDS.validate_json(MENDS.dump_json(relabel)) == relabel


def test_lists_become_labels_and_an_empty_list_no_answer() -> None:
    frame = rows(['["oil", "gas"]', '["oil"]', "[]", None])
    assert desks(SplitLabels(column="desk").mended(frame).frame) == ["oil", "oil", None, None]
    assert desks(SplitLabels(column="desk", keep="none").mended(frame).frame) == ["oil", None, None]


def test_a_mend_that_leaves_no_row_is_refused_and_never_offered() -> None:
    frame, mend = rows(["oil"]), LeaveOut(column="desk", labels=("oil",))
    with pytest.raises(DatasetError, match="No row would be left"):
        mend.mended(frame)
    assert offer(frame, mend).rows == 0


def test_one_option_stands_for_all_spellings_that_are_alike() -> None:
    assert MergeLabels(column="desk", labels=("oil", "Oil", "oil\u200b"), into="oil").option == "--merge-labels oil=oil"
    assert MergeLabels(column="desk", labels=("crude",), into="oil").option == "--merge-labels crude=oil"


@given(st.lists(st.one_of(st.none(), st.text(max_size=5)), min_size=1, max_size=20), st.data())
def test_joining_labels_keeps_every_row_and_touches_no_other_label(
    labels: list[str | None], data: st.DataObject
) -> None:
    some = data.draw(st.lists(st.sampled_from([one for one in labels if one] or ["x"]), max_size=4))
    after = desks(MergeLabels(column="desk", labels=tuple(some), into="new").mended(rows(labels)).frame)
    assert after == ["new" if one in some else one for one in labels]
