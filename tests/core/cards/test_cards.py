"""The cards are what the Hub takes, say what was measured, and let no name of a row or class come alive."""

import pandas as pd
import pytest
from huggingface_hub import DatasetCard, ModelCard

from core.cards import data_sheet, model_card
from core.cards.markdown import literal
from core.config import make_config
from core.evaluation.records import ClassQuality, Evaluation, Interval

HOSTILE = "<script>alert(1)</script> | [x](javascript:1) ![i](http://a.example/p)\n---\nlicense: mit " + "long " * 2000


def measured(*labels: str, rows: int = 50) -> Evaluation:
    quality = tuple(ClassQuality(label=label, rows=rows, precision=0.9, recall=0.8, f1=0.85) for label in labels)
    found = {"accuracy": Interval(value=0.9, low=0.85, high=0.94), "f1_macro": Interval(value=0.8, low=0.7, high=0.9)}
    return Evaluation(rows=200, metrics=found, per_class=quality, baselines={"tfidf": found})


def test_the_hub_reads_the_card_with_its_results_and_its_start():
    config = make_config(dataset="d1", scenario="finance-newsdesk", rows_per_class=25)
    card = ModelCard(model_card(config, ("Oil", "Grain"), measured("Oil", "Grain"), name="Desk"))
    assert card.data.base_model == "sentence-transformers/all-MiniLM-L6-v2"
    assert card.data.license == "apache-2.0"
    assert card.data.pipeline_tag == "text-classification"
    assert card.data.library_name == "transformers"
    accuracy, f1 = card.data.eval_results
    assert (accuracy.metric_type, accuracy.metric_value, accuracy.dataset_split) == ("accuracy", 0.9, "test")
    assert f1.metric_args == {"average": "macro"}


def test_the_card_says_how_good_it_was_and_what_it_is_not_for():
    config = make_config(dataset="d1", scenario="medical-coding")
    text = model_card(config, ("Eye", "Ear"), measured("Eye", "Ear"))
    assert "90.0% (85.0 to 94.0)" in text
    assert "It is for teaching." in text
    assert "What it must not be used for" in text
    assert 'pipeline("text-classification"' in text


@pytest.mark.parametrize(("rows", "said"), [(29, "rough: Ear"), (0, "no row to be judged on at all: Ear")])
def test_a_class_with_few_rows_is_named_among_the_limits(rows, said):
    evaluation = measured("Eye").model_copy(
        update={"per_class": (*measured("Eye").per_class, *measured("Ear", rows=rows).per_class)}
    )
    assert said in model_card(make_config(dataset="d1"), ("Eye", "Ear"), evaluation)


def test_a_model_of_another_name_has_no_licence_made_up():
    card = ModelCard(model_card(make_config(dataset="d1", model="local:mine"), ("a", "b"), measured("a", "b")))
    assert card.data.license == "other"
    assert card.data.base_model is None


def test_a_hostile_name_or_class_stays_text_and_changes_no_field():
    config = make_config(dataset="d1")
    text = model_card(config, (HOSTILE, "b"), measured(HOSTILE, "b"), name=HOSTILE, data_name=HOSTILE)
    body = ModelCard(text).text
    assert ModelCard(text).data.license == "apache-2.0"
    assert "<script>" not in body
    assert "[x](" not in body
    assert len(text) < 20_000


def test_markdown_punctuation_is_text():
    assert literal("a | b\n# c [d](e) <f> `g` $h$") == r"a \| b \# c \[d\](e) &lt;f&gt; \`g\` \$h\$"


def test_the_data_sheet_says_what_the_rows_are_without_quoting_one():
    frame = pd.DataFrame(
        {
            "text": ["the secret one", "another", "a third one"] * 3,
            "label": ["x", "y", "x"] * 3,
            "Email": ["a@b.de"] * 9,
        }
    )
    text = data_sheet(frame, make_config(dataset="d1"), name="Mine", source="mine.csv", sha256="ab12")
    card = DatasetCard(text)
    assert card.data.size_categories == "n<1K"
    assert card.data.task_categories == ["text-classification"]
    assert "secret" not in text
    assert "a@b.de" not in text
    assert "| x | 6 | 66.7% |" in text
    assert "'Email': its name says 'email'" in text
    assert "ab12" in text


def test_a_scenarios_sheet_carries_its_terms():
    frame = pd.DataFrame({"text": ["a", "b"], "label": ["x", "y"]})
    config = make_config(dataset="d1", scenario="finance-newsdesk")
    text = data_sheet(frame, config, name="News", source="Reuters", sha256="0")
    assert "released for research by Reuters" in text
    assert "No column looks personal" in text


def test_the_data_sheet_tells_what_was_mended_in_order() -> None:
    frame = pd.DataFrame({"text": ["a good day", "a bad day"], "label": ["pos", "neg"]})
    mends = ("Joined 'Pos' as 'pos' in 'label' (3 rows).", "Left out 2 rows.")
    text = data_sheet(frame, make_config(), name="Mine", source="mine.csv", sha256="ab12", mends=mends)
    section = text.split("## What was mended in them")[1].split("##")[0]
    assert section.index("3 rows") < section.index("Left out 2 rows")
    assert "What was mended" not in data_sheet(frame, make_config(), name="Mine", source="mine.csv", sha256="ab12")


def test_labels_that_differ_in_signs_nobody_sees_are_one_class_of_the_sheet() -> None:
    frame = pd.DataFrame({"text": list("abcd"), "label": ["bill", "bill\u200f", " bill", "lamp"]})
    text = data_sheet(frame, make_config(), name="Mine", source="mine.csv", sha256="ab12")
    assert "with 2 classes:" in text
    assert "| bill | 3 | 75.0% |" in text
