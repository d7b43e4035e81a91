"""Bad rows get an exact sentence before any training; good rows get none."""

import pandas as pd
import pytest

from core.config import make_config
from core.data import Finding
from core.errors import DatasetError
from core.preparation import check, require

OPENINGS = ["the box came late", "very friendly staff", "it broke at once", "would buy again", "no answer at all"]


def texts(rows: int) -> list[str]:
    return [f"{OPENINGS[number % 5]}, case {number}" for number in range(rows)]


def reviews(rows: int = 200, **more) -> pd.DataFrame:
    return pd.DataFrame({"text": texts(rows), "label": (["pos", "neg"] * rows)[:rows], **more})


def labelled(labels: list[str | None], **more) -> pd.DataFrame:
    return pd.DataFrame({"text": texts(len(labels)), "label": labels, **more})


def found(frame: pd.DataFrame, code: str, **settings) -> Finding:
    findings = [finding for finding in check(frame, make_config(**settings)) if finding.code == code]
    assert len(findings) == 1, [finding.code for finding in check(frame, make_config(**settings))]
    return findings[0]


def codes(frame: pd.DataFrame, **settings) -> list[str]:
    return [finding.code for finding in check(frame, make_config(**settings))]


def test_good_rows_get_no_finding():
    assert check(reviews(), make_config()) == []
    require(reviews(), make_config())


def test_errors_come_first_and_require_raises_the_first_of_them():
    frame = labelled(["a"] * 30)
    findings = check(frame, make_config())
    assert [finding.severity for finding in findings] == ["error", "warning"]
    with pytest.raises(DatasetError) as caught:
        require(frame, make_config())
    assert (caught.value.message, caught.value.hint) == (findings[0].message, findings[0].hint)


def test_a_column_that_is_not_there_is_named_with_the_nearest():
    finding = found(reviews().rename(columns={"label": "lable"}), "no_such_column")
    assert finding.severity == "error"
    assert finding.message == (
        "The target column 'label' is not in this dataset. Its columns are: text, lable. Did you mean 'lable'?"
    )


def test_every_missing_column_is_named():
    frame = pd.DataFrame({"a": ["x"], "b": ["y"]})
    assert codes(frame, **{"split.by": "group", "split.column": "patient"}) == ["no_such_column"] * 3


def test_no_rows_at_all():
    finding = found(reviews().head(0), "no_rows")
    assert finding.message == "The dataset has no rows."


def test_one_class_is_nothing_to_tell_apart():
    finding = found(labelled(["spam"] * 200), "one_class")
    assert finding.severity == "error"
    assert finding.message == "The column 'label' has one class only: 'spam' in all 200 rows."
    assert finding.hint == "Add rows of at least one other class; there is nothing to tell apart."


def test_one_row_of_one_of_two_classes_is_an_error():
    finding = found(labelled(["spam"] * 199 + ["ham"]), "class_with_one_row")
    assert finding.severity == "error"
    assert finding.message == "The class 'ham' has one row only, so nothing is left to judge it by."


def test_one_row_of_one_of_many_classes_is_a_warning():
    finding = found(labelled(["spam", "ham"] * 100 + ["eggs"]), "class_with_one_row")
    assert finding.severity == "warning"
    assert finding.message == "The class 'eggs' has one row only: it cannot be both learnt and judged."


def test_several_classes_of_one_row_are_counted_and_named():
    finding = found(labelled(["spam", "ham"] * 100 + ["eggs", "tea"]), "class_with_one_row")
    assert finding.message == (
        "2 of the 4 classes ('eggs', 'tea') have one row only: they cannot be both learnt and judged."
    )


def test_a_class_is_counted_without_its_exact_duplicates():
    frame = pd.concat([labelled(["spam", "ham"] * 50 + ["eggs"]), pd.DataFrame({"text": ["a b"], "label": ["spam"]})])
    frame = pd.concat([frame, frame.iloc[[100]]])
    assert (
        "The class 'eggs' has one row only once exact duplicates are left out"
        in found(frame, "class_with_one_row").message
    )


def test_all_texts_empty():
    finding = found(pd.DataFrame({"text": [None, " "] * 50, "label": ["a", "b"] * 50}), "no_texts")
    assert finding.severity == "error"
    assert finding.message == "Every text in the column 'text' is empty."


def test_some_texts_empty():
    frame = reviews()
    frame.loc[:4, "text"] = [None, "", "  ", "\u200b", "\u3000"]
    finding = found(frame, "empty_texts")
    assert finding.severity == "warning"
    assert finding.message == "5 rows have no text in the column 'text' (2%)."
    assert finding.rows == 5


def test_some_and_all_answers_empty():
    assert found(labelled(["a", "b"] * 50 + [None]), "empty_targets").message == (
        "1 row has no answer in the column 'label' (under 1%)."
    )
    assert found(labelled([None] * 100), "no_targets").message == "Every answer in the column 'label' is empty."


@pytest.mark.parametrize("numbers", [[f"{n * 1.5}" for n in range(200)], [n * 1.5 for n in range(200)]])
def test_numbers_where_texts_are_expected(numbers):
    frame = reviews().rename(columns={"text": "review"}).assign(price=numbers)
    finding = found(frame, "numbers_as_texts", **{"task.text": "price"})
    assert finding.severity == "error"
    assert "The column 'price' holds numbers ('" in finding.message
    assert finding.message.endswith("), not texts to read.")
    assert finding.hint == "Choose the column with the words: 'review' looks like it."


def test_10_classes_of_which_9_are_ids():
    finding = found(labelled(["refund"] * 91 + [f"T-{n}" for n in range(9)]), "target_is_id")
    assert finding.severity == "error"
    assert finding.message == (
        "9 of the 10 classes in the column 'label' have one row each ('T-0', 'T-1', 'T-2' and 6 more): "
        "these look like ids, not classes."
    )


def test_a_target_of_ids_names_a_better_one():
    finding = found(labelled([f"T-{n}" for n in range(200)], mood=["good", "bad"] * 100), "target_is_id")
    assert finding.message == (
        "The column 'label' has 200 different answers in 200 rows ('T-0', 'T-1', 'T-2' and 197 more): "
        "these look like ids or free text, not classes."
    )
    assert finding.hint == "Choose a column with a few answers that come back in many rows: 'mood' looks like it."


def test_more_classes_than_can_be_learnt():
    finding = found(labelled([f"c{n}" for n in range(1_001)] * 2), "too_many_classes")
    assert finding.message == "The column 'label' has 1,001 classes; the limit is 1,000."
    assert "too_many_classes" not in codes(labelled([f"c{n}" for n in range(1_000)] * 2))


def test_measurements_as_classes():
    finding = found(labelled([str(n) for n in range(40)] * 5), "numbers_as_classes")
    assert finding.severity == "warning"


def test_too_few_and_few_rows():
    assert found(reviews(9), "too_few_rows").message == "9 rows can be used; at least 10 are needed."
    assert found(reviews(10), "few_rows").severity == "warning"
    assert codes(reviews(100)) == []


def test_the_target_is_the_text():
    settings = {"task.text": "text", "task.target": "text"}
    assert found(reviews(), "target_is_input", **settings).message == (
        "The column 'text' is chosen as the text and as the target."
    )
    copied = reviews().assign(label=reviews()["text"])
    assert found(copied, "target_is_input").message == "The columns 'text' and 'label' hold the same words in 200 rows."


def test_the_split_column_is_neither_text_nor_target():
    assert "split_is_taken" in codes(reviews(), **{"split.by": "group", "split.column": "label"})


def test_one_text_in_all_rows():
    finding = found(reviews().assign(text="to be filled in"), "one_text", **{"preparation.drop_duplicates": False})
    assert finding.message == "All rows have the same text in 'text': 'to be filled in'."


def test_exact_duplicates_are_counted():
    finding = found(pd.concat([reviews(), reviews().head(20)]), "duplicates")
    assert finding.message == "20 rows repeat an earlier row's text and answer exactly (9%)."
    assert finding.hint == "They count once."


def test_the_same_text_with_different_answers_is_shown():
    frame = pd.concat([reviews(), reviews().head(3).assign(label="other")])
    finding = found(frame, "conflicts")
    assert finding.message == ("3 texts stand with different answers: 'the box came late, case 0' is 'pos', 'other'.")
    assert finding.rows == 6


def test_classes_that_differ_by_case_or_spaces_only():
    finding = found(labelled(["Spam"] * 50 + ["spam"] * 30 + [" spam "] * 20 + ["ham"] * 100), "label_variants")
    assert finding.message == (
        "The labels 'Spam' (50 rows), 'spam' (30 rows), 'spam' with spaces around it (20 rows) read alike, "
        "and count as 2 classes."
    )


def test_one_class_that_drowns_the_other():
    finding = found(labelled(["fine"] * 195 + ["fraud"] * 5), "imbalance")
    assert finding.message == "The class 'fine' has 195 rows (98%), the class 'fraud' 5."
    assert "always answering 'fine' is right in 98% of the rows" in finding.hint


def test_long_texts_are_estimated():
    frame = reviews().assign(text=[f"{n} " + "word " * (300 if n < 50 else 5) for n in range(200)])
    finding = found(frame, "long_texts")
    assert finding.severity == "warning"
    assert finding.message == "About 50 texts are longer than 128 tokens (25%) and will be cut."
    chinese = reviews().assign(text=[f"{n}" + "好" * 200 for n in range(200)])
    assert found(chinese, "long_texts").rows == 200


def test_broken_and_lost_characters_are_shown():
    frame = reviews()
    frame.loc[0, "text"] = "the cafÃ© was closed"
    frame.loc[1, "text"] = "the caf\ufffd was closed"
    assert found(frame, "broken_characters").severity == "info"
    assert found(frame, "lost_characters").message.startswith("1 text holds the sign '\ufffd'")


def test_a_group_column_with_one_group():
    finding = found(reviews(patient="p1"), "one_group", **{"split.by": "group", "split.column": "patient"})
    assert finding.severity == "error"
    assert finding.message == "The group column 'patient' has one group only: 'p1' in all 200 rows."


def test_groups_that_group_nothing_or_are_few():
    settings = {"split.by": "group", "split.column": "patient"}
    assert codes(reviews(patient=[f"p{n}" for n in range(200)]), **settings) == ["groups_of_one"]
    assert codes(reviews(patient=["a", "b", "c", "d"] * 50), **settings) == ["few_groups"]
    assert codes(reviews(patient=[f"p{n // 10}" for n in range(199)] + [None]), **settings) == ["rows_without_group"]


def test_a_class_that_stands_in_one_group_only():
    frame = labelled(["a", "b"] * 90 + ["c"] * 20, patient=[f"p{n // 10}" for n in range(180)] + ["p99"] * 20)
    finding = found(frame, "classes_of_one_group", **{"split.by": "group", "split.column": "patient"})
    assert finding.message == "1 class stands in one group only ('c'), and a group stays in one part."


def test_a_time_column_that_cannot_be_read():
    settings = {"split.by": "time", "split.column": "when"}
    finding = found(reviews(when=["soon", "later"] * 100), "unreadable_times", **settings)
    assert finding.severity == "error"
    assert finding.message == (
        "The time column 'when' cannot be read as dates or times in 200 rows (100%), such as 'soon', 'later'."
    )
    days = [f"2024-01-{1 + n // 10:02}" for n in range(199)]
    assert found(reviews(when=[*days, "soon"]), "unreadable_times", **settings).severity == "warning"
    assert codes(reviews(when="2024-01-01"), **settings) == ["one_time"]


def test_a_time_column_whose_days_could_be_months():
    settings = {"split.by": "time", "split.column": "when"}
    finding = found(reviews(when=["02/03/2024", "11/02/2024"] * 100), "day_or_month_first", **settings)
    assert finding.message == (
        "The time column 'when' is read with the day before the month; it could as well be the month before the day."
    )


GIVEN = {"split.by": "given", "split.column": "part"}


def test_a_given_split_without_train_or_test():
    finding = found(reviews(part=["old", "new"] * 100), "no_train_rows", **GIVEN)
    assert finding.message == (
        "No row is marked 'train' in the split column 'part', so there is nothing to learn from. "
        "Its values are: 'old', 'new'."
    )
    assert "no_test_rows" in codes(reviews(part="train"), **GIVEN)


def test_parts_that_are_not_known_are_left_out():
    parts = ["train", "train", "test", "test", "extra"] * 40
    finding = found(reviews(part=parts), "unknown_parts", **GIVEN)
    assert finding.severity == "warning"
    assert finding.message == "40 rows have a part in 'part' that is not train, validation or test: 'extra'."


def test_the_same_text_in_train_and_test_is_a_leak():
    frame = reviews(part=["train"] * 150 + ["test"] * 50)
    frame.loc[199, "text"] = "  " + frame.loc[0, "text"].upper()
    finding = found(frame, "leak", **GIVEN)
    assert finding.message == "1 row of train or validation has a text that also stands in the test (under 1%)."


def test_a_class_of_the_test_that_train_never_teaches():
    frame = labelled(["a", "b"] * 90 + ["c", "a"] * 10, part=["train"] * 180 + ["test"] * 20)
    finding = found(frame, "unseen_classes", **GIVEN)
    assert finding.message == "1 class of the test ('c') is never learnt: no row of train has it."
    assert "1 class of train ('b') does not stand in the test." in found(frame, "unjudged_classes", **GIVEN).message


def test_train_with_one_class_only():
    frame = labelled(["a"] * 150 + ["b", "a"] * 25, part=["train"] * 150 + ["test"] * 50)
    assert found(frame, "one_class", **GIVEN).message == "The rows marked 'train' have one class only: 'a'."


def test_fewer_rows_of_a_class_than_asked_for():
    finding = found(labelled(["a"] * 100 + ["b"] * 20), "fewer_rows_per_class", rows_per_class=25)
    assert finding.message == "1 class has fewer than 25 rows: 'b'."


def test_a_run_with_a_limit_on_labels_has_none_to_stop_early_by():
    finding = found(reviews(), "nothing_to_choose_by", preset="best", rows_per_class=25)
    assert finding.severity == "info"
    assert finding.message.startswith("This run will not stop early: rows to choose by need labels too")
    assert "nothing_to_choose_by" not in codes(reviews(), preset="best")
    assert "nothing_to_choose_by" not in codes(reviews(), preset="quick", rows_per_class=25)


@pytest.mark.parametrize("values", [[1, 2], [True, False], [1.5, None], pd.to_datetime(["2024-01-01", "2024-01-02"])])
@pytest.mark.parametrize("by", ["random", "group", "time", "given"])
def test_checks_never_fail_whatever_the_columns_hold(values, by):
    values = list(values) * 20
    frame = pd.DataFrame({"text": values, "label": values, "by": values}, index=range(5, 5 + len(values)))
    settings = {} if by == "random" else {"split.by": by, "split.column": "by"}
    assert check(frame, make_config(**settings))


def test_texts_that_are_cut_to_the_same_words_are_said_with_what_reads_their_end():
    start = "this mail was forwarded by our reception and holds no private details " * 20
    frame = reviews(60).assign(text=[f"{start} {OPENINGS[n % 5]}, case {n}" for n in range(60)])
    finding = found(frame, "same_beginnings")
    assert "nearly the same in 100%" in finding.message
    assert "task.cut=start" in finding.hint
    assert [one.option for one in finding.settings] == ["--set task.cut=start"]
    assert "same_beginnings" not in codes(frame, **{"task.cut": "start"})
    assert "same_beginnings" not in codes(frame, **{"task.max_tokens": 512})
    different = frame.assign(text=[f"case {n} " + f"w{n} x{n} " * 200 for n in range(60)])
    assert "same_beginnings" not in codes(different)


@pytest.mark.parametrize("text", ["💳💶", "посылка не пришла", "الطرد لم يصل", "包裹还没到", "🚪 🚪"])
def test_texts_that_a_model_was_not_made_for_are_said_with_one_that_was(text):
    frame = reviews(60).assign(text=[f"{text} {n if n % 2 else ''}" for n in range(60)])
    finding = found(frame, "unreadable_texts")
    assert finding.severity == "warning"
    assert "'E5 small (about 100 languages)'" in finding.hint
    assert [one.option for one in finding.settings] == ["--set model=e5-small"]
    assert "unreadable_texts" not in codes(frame, model="e5-small")


@pytest.mark.parametrize("text", ["the box came late 😀", "Küche, naïve, Straße", "price: 3 €, 5 %", "ünïcödé ﬁne"])
def test_texts_that_a_model_reads_for_the_most_part_are_fine(text):
    assert "unreadable_texts" not in codes(reviews(60).assign(text=[f"{text} {n}" for n in range(60)]))


def test_the_vocabulary_of_a_model_that_is_here_says_what_it_reads(tiny_model):
    frame = reviews(60).assign(text=[f"посылка не пришла {n}" for n in range(60)])
    (finding,) = [
        one
        for one in check(frame, make_config(model="local:tiny"), tiny_model.parent)
        if one.code == "unreadable_texts"
    ]
    assert "75% of their words are in characters that it does not know" in finding.message
    readable = check(reviews(200), make_config(model="local:tiny"), tiny_model.parent)
    assert "unreadable_texts" not in [one.code for one in readable]


def test_empty_cells_below_a_label_can_be_filled_down():
    frame = labelled([label if n % 4 == 0 else None for n, label in enumerate(["a", "b"] * 30)])
    frame.loc[::8, "label"] = "b"
    assert [one.mend.kind for one in found(frame, "empty_targets").mends] == ["fill_down"]
    assert found(frame, "empty_targets").mends[0].rows == 45
    gaps = labelled((["a"] * 3 + [None]) * 20)
    assert found(gaps.assign(label=[*gaps["label"][:-1], "b"]), "empty_targets").mends == ()


def test_classes_of_one_row_can_be_left_out_and_those_of_two_are_named():
    frame = labelled(["spam", "ham"] * 100 + ["eggs", "tea", "tea"])
    assert found(frame, "class_with_one_row").mends[0].rows == 1
    two = found(frame, "class_with_two_rows")
    assert two.message.startswith("The class 'tea' has two rows only")
    assert two.mends[0].rows == 2


def test_leading_zeros_make_classes_of_their_own_and_that_is_said():
    finding = found(labelled(["7", "07", "007", "8"] * 40), "leading_zeros")
    assert finding.message == "The labels '007', '07', '7' are classes of their own: zeros in front count, as in codes."
    assert finding.severity == "info"
    assert "label_variants" not in codes(labelled(["7", "07", "007", "8"] * 40))


def given_parts(parts: dict[str, list[str]]) -> pd.DataFrame:
    rows = [(part, label) for part, labels in parts.items() for label in labels]
    return labelled([label for _, label in rows], part=[part for part, _ in rows])


GIVEN = {"split.by": "given", "split.column": "part"}


def test_a_class_of_one_part_only_is_named_whichever_part_that_is():
    frame = given_parts({"train": ["a", "b"] * 30, "validation": ["a", "b", "app"] * 5, "test": ["a", "b", "jobs"] * 5})
    assert "('jobs') is never learnt" in found(frame, "unseen_classes", **GIVEN).message
    assert "('app') is never learnt" in found(frame, "unseen_in_validation", **GIVEN).message


def test_a_test_of_classes_that_were_never_learnt_is_an_error_with_what_mends_it():
    frame = given_parts({"train": ["1.0", "0.0"] * 40, "test": ["1", "0"] * 10})
    finding = found(frame, "test_never_learnt", **GIVEN)
    assert finding.severity == "error"
    assert "'1' reads like '1.0' of train." in finding.message
    for one in finding.mends:
        frame = one.mend.mended(frame).frame
    assert set(frame["label"]) == {"0", "1"}
    assert [one for one in check(frame, make_config(**GIVEN)) if one.severity == "error"] == []


def test_a_test_of_one_class_is_said_to_tell_nothing_apart():
    frame = given_parts({"train": ["a", "b"] * 40, "test": ["a"] * 20})
    assert "'a' in all 20 rows" in found(frame, "one_class_judged", **GIVEN).message


@pytest.mark.parametrize(
    ("labels", "example"),
    [
        (["oil", "gas", "oil; gas"], "'oil', 'gas'"),
        (["oil", "gas", "gas|oil"], "'gas', 'oil'"),
        (['["oil", "gas"]', '["oil"]', "[]"], "'oil', 'gas'"),
        (["oil, gas", "gas, tin", "tin, oil", "oil, tin, gas"], "'oil', 'gas'"),
    ],
    ids=str,
)
def test_several_labels_in_a_cell_are_said_with_both_ways_out(labels, example):
    finding = found(labelled(labels * 30), "several_labels")
    assert example in finding.message
    is_somewhere_else = any(label in ("oil", '["oil"]') for label in labels)  # else no row would be left
    assert [one.mend.keep for one in finding.mends] == ["first", "none"][: 1 + is_somewhere_else]


@pytest.mark.parametrize(
    "labels", [["Health, Beauty", "Home, Garden", "Food"], ["A/B", "C"], ["TCP/IP", "R&D", "C++"]], ids=str
)
def test_a_separator_inside_a_name_is_no_list(labels):
    assert "several_labels" not in codes(labelled(labels * 40))
