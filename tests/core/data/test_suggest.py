"""Columns are known by what they hold; a familiar name helps."""

import pandas as pd
import pytest

from core.data import suggest

TEXTS = [
    "the box came late",
    "very friendly staff",
    "it broke after a day",
    "would buy it again",
    "no answer from them",
]


def frame(**more) -> pd.DataFrame:
    texts = [f"{text}, case {number}" for number in range(10) for text in TEXTS]
    return pd.DataFrame({"review": texts, "feeling": ["bad", "good", "bad", "good", "bad"] * 10, **more})


def test_the_longest_texts_and_the_values_that_come_back_are_found():
    found = suggest(frame(id=[f"{number:04}" for number in range(50)], price=[n * 1.25 for n in range(50)]))
    assert (found.text, found.target, found.split, found.group, found.time) == ("review", "feeling", None, None, None)
    assert found.reasons["text"] == "It holds the longest and most varied texts, and its name says so."
    assert found.reasons["target"] == "It has 2 values that come back often."


def test_contents_decide_over_names():
    rows = frame(label=[f"A-{number}" for number in range(50)], text=[str(number) for number in range(50)])
    found = suggest(rows)
    assert (found.text, found.target) == ("review", "feeling")


@pytest.mark.parametrize(
    "name", ["Label", "class", "Kategorie", "catégorie", "etiqueta", "类别", "ラベル", "order_status"]
)
def test_a_familiar_name_decides_between_equals(name):
    rows = frame().rename(columns={"feeling": name}).assign(shop=["north", "south"] * 25, colour=["red", "blue"] * 25)
    assert suggest(rows).target == name


@pytest.mark.parametrize(
    "values", [("train", "test"), ("Training", "TEST"), ("训练", "测试"), ("train", "dev", "test")]
)
def test_a_column_that_names_the_parts_is_the_split(values):
    found = suggest(frame(where=(list(values) * 50)[:50]))
    assert found.split == "where"
    assert found.target == "feeling"


def test_groups_and_times_are_found():
    found = suggest(
        frame(patient_id=[f"p{n // 5}" for n in range(50)], visited=[f"2024-01-{1 + n // 2:02}" for n in range(50)])
    )
    assert (found.group, found.time) == ("patient_id", "visited")
    assert found.reasons["group"] == "Rows share its 10 values, as rows of one person or source do."
    assert found.reasons["time"] == "Its values are dates or times, such as '2024-01-01'."


def test_texts_without_spaces_between_words_are_texts():
    rows = pd.DataFrame(
        {
            "编号": [f"id{n}" for n in range(20)],
            "内容": [f"这家餐厅的服务非常好{n}" for n in range(20)],
            "结果": ["好", "坏"] * 10,
        }
    )
    assert (suggest(rows).text, suggest(rows).target) == ("内容", "结果")


def test_nothing_is_suggested_where_nothing_fits():
    found = suggest(pd.DataFrame({"a": [1, 2, 3], "b": [None, None, None]}))
    assert found.model_dump() == {
        "text": None, "target": None, "split": None, "group": None, "time": None, "reasons": {},
    }  # fmt: skip


@pytest.mark.parametrize("name", ["Churn", "default", "is_fraud", "Creditability", "loan_approved", "违约"])
def test_what_a_bank_or_a_shop_asks_of_its_columns_is_the_target(name):
    others = {"phone": ["no", "yes"] * 30, "housing": ["own", "rent", "free"] * 20}
    assert suggest(pd.DataFrame({**others, name: ["yes", "no"] * 30})).target == name


def test_where_no_column_holds_classes_one_of_measurements_is_the_target():
    found = suggest(pd.DataFrame({"a": [1.5, 2.5, 3.5], "id": [7, 8, 9]}))
    assert (found.target, found.reasons["target"]) == ("a", "It holds 3 different numbers.")
    assert suggest(pd.DataFrame({"x": [1.5, 2.5, 3.5], "rating": [7, 8, 9]})).target == "rating"


def test_a_table_of_2000_columns_is_judged():
    wide = pd.DataFrame({f"c{number}": ["1", "2"] * 25 for number in range(1_998)})
    assert suggest(pd.concat([frame(), wide], axis=1)).text == "review"


def test_nested_cells_are_no_texts_and_no_classes():
    import json

    rows = [{"id": n, "said": f"a long story about case {n} and more words than elsewhere"} for n in range(60)]
    frame = pd.DataFrame(
        {
            "raw": [json.dumps(one) for one in rows],
            "tags": [json.dumps(["a", "b"][: 1 + n % 2]) for n in range(60)],
            "note": [f"short note {n}" for n in range(60)],
            "topic": ["x", "y", "z"] * 20,
        }
    )
    found = suggest(frame)
    assert (found.text, found.target) == ("note", "topic")


@pytest.mark.parametrize(
    "column",
    [
        {"montant": ["12", "20", "50"] * 20},
        {"paid": ["12 €", "20 €", "50 €"] * 20},
        {"id": [str(n) for n in range(60)]},
        {"column 1": [str(1000 + n) for n in range(60)]},
        {"ticket_id": [f"T-{n // 2}" for n in range(60)]},
    ],
    ids=lambda one: next(iter(one)),
)
def test_money_and_ids_are_not_the_classes(column):
    frame = pd.DataFrame({"said": [f"words of the case {n}" for n in range(60)], **column})
    assert suggest(frame).target != next(iter(column)) or "number" in suggest(frame).reasons["target"]
    assert suggest(frame.assign(topic=["x", "y", "z"] * 20)).target == "topic"
