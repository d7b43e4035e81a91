"""Searches as a union: kept by name, opened by name, and one that is not known here refused in a sentence."""

from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import TypeAdapter

from core.config import Frozen
from core.errors import ConfigError
from core.searches import SEARCHES, AnyQuestion, LabelCurve, Search, SearchQuestion, read_points
from core.tasks import TASKS


class Lottery(SearchQuestion):
    search: Literal["lottery"] = "lottery"
    tickets: int = 3


class Keeper(Frozen):
    """What keeps a question, as an order does."""

    search: AnyQuestion | None = None


@pytest.fixture
def lottery(monkeypatch):
    monkeypatch.setitem(SEARCHES, "lottery", Search(Lottery, "tests.core.searches.test_search:play"))


def play():
    """What answers it."""


def test_a_second_kind_is_one_entry(lottery):
    kept = Keeper(search=Lottery(tickets=7)).model_dump_json()
    assert Keeper.model_validate_json(kept).search == Lottery(tickets=7)
    assert SEARCHES["lottery"].runner() is play
    assert Keeper.model_validate_json(Keeper(search=LabelCurve()).model_dump_json()).search == LabelCurve()


def test_a_search_that_is_not_known_is_refused_in_a_sentence():
    with pytest.raises(ConfigError, match="does not know the search 'lottery'"):
        TypeAdapter(AnyQuestion).validate_json('{"search": "lottery", "tickets": 7}')


def test_every_search_can_be_run():
    assert all(callable(search.runner()) for search in SEARCHES.values())


def test_every_task_has_a_simple_way_to_stand_beside_its_model():
    from core.baselines import BASELINES
    from core.searches import baseline_of

    assert all(baseline_of(task) in BASELINES for task in TASKS.values())


def test_points_of_the_first_release_are_read_as_right_answers(tmp_path):
    """Bool columns that say what was right, and no metric."""
    table = pa.table({"model": np.array([True, True, False, True]), "tfidf": np.array([True, False, False, False])})
    about = {"size": "8", "draw": "1", "rows": "24"}
    pq.write_table(table.replace_schema_metadata(about), tmp_path / "8-1.parquet")
    (point,) = read_points(tmp_path)
    assert (point.size, point.draw, point.rows, point.metric) == (8, 1, 24, "accuracy")
    assert point.shared == 0.0
    assert (point.reached("model"), point.reached("tfidf")) == (0.75, 0.25)
    point.write(tmp_path)
    (again,) = read_points(tmp_path)
    assert (again.metric, again.reached("model"), again.who) == ("accuracy", 0.75, ("model", "tfidf"))
