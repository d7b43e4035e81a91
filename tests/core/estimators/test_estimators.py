"""Estimators for tables: they answer as scikit-learn itself does, before and after they were kept, without pickle."""

import os
import zipfile
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder, StandardScaler

from core.answers import Answers, ClassAnswers, NumberAnswers
from core.config import Boosted, Estimator, Forest, Linear
from core.data import Part, row_ids
from core.errors import ModelError
from core.estimators.fit import FittedEstimator, fit
from core.estimators.kept import open_estimator, write_estimator
from core.preparation import Prepared
from tests.core.estimators.made import COLUMNS, frame, prepared_for

ESTIMATORS: dict[str, Estimator] = {
    "linear": Linear(strength=2.0),
    "boosted": Boosted(trees=40, shrinkage=0.1),
    "forest": Forest(trees=25, leaf_rows=3),
}
TARGETS = ("bought", "spent")
NUMBERS = ["age", "income", "member", "day", "month", "weekday"]


def by_hand(part: Part) -> pd.DataFrame:
    """The part's rows in the file, their columns as anybody would prepare them with pandas."""
    rows = frame().set_axis(row_ids(frame())).loc[list(part.row_ids)]
    days = pd.to_datetime(rows["since"])
    table = pd.DataFrame(
        {"age": rows["age"].astype(float), "income": rows["income"], "member": rows["member"] == "yes"}
    )
    table["member"] = table["member"].astype(float)
    table["day"] = (days - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)
    table["month"], table["weekday"] = days.dt.month.astype(float), days.dt.day_of_week.astype(float)
    table["town"] = rows["town"].astype(object).where(rows["town"].notna(), "")
    return table


def own_model(learning: Estimator, target: str) -> Pipeline:
    """scikit-learn's model, put together here."""
    is_number = target == "spent"
    hot = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()), NUMBERS),
        (OneHotEncoder(handle_unknown="ignore"), ["town"]),
    )
    codes = make_column_transformer(
        ("passthrough", NUMBERS), (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), ["town"])
    )
    match learning:
        case Linear():
            return make_pipeline(hot, Ridge(2.0) if is_number else LogisticRegression(C=0.5, max_iter=1000))
        case Boosted():
            kind = HistGradientBoostingRegressor if is_number else HistGradientBoostingClassifier
            return make_pipeline(codes, kind(max_iter=40, categorical_features=[6], early_stopping=False))
        case _:
            kind = RandomForestRegressor if is_number else RandomForestClassifier
            most = {"max_features": 1 / 3} if is_number else {}
            return make_pipeline(codes, kind(25, min_samples_leaf=3, random_state=0, **most))


@pytest.fixture(scope="module", params=[(name, target) for name in ESTIMATORS for target in TARGETS])
def fitted(request: pytest.FixtureRequest) -> tuple[FittedEstimator, Prepared, str, str]:
    name, target = request.param
    prepared = prepared_for(target)
    return fit(prepared, ESTIMATORS[name], 0), prepared, name, target


def said(answers: Answers) -> np.ndarray:
    assert isinstance(answers, ClassAnswers | NumberAnswers)
    return answers.scores if isinstance(answers, ClassAnswers) else answers.values


def test_it_answers_as_scikit_learn_does(fitted: tuple[FittedEstimator, Prepared, str, str]) -> None:
    ours, prepared, name, target = fitted
    theirs = own_model(ESTIMATORS[name], target)
    train, test = by_hand(prepared.train), by_hand(prepared.test)
    if target == "spent":
        wanted = theirs.fit(train, [float(one) for one in prepared.train.targets]).predict(test)
        np.testing.assert_allclose(said(ours.answer(prepared.test, prepared.target)), wanted, rtol=1e-9)
    else:
        wanted = theirs.fit(train, list(prepared.train.targets)).predict_proba(test)
        np.testing.assert_allclose(said(ours.answer(prepared.test, prepared.target)), wanted, atol=1e-7)


def test_a_kept_model_answers_the_same(fitted: tuple[FittedEstimator, Prepared, str, str], tmp_path: Path) -> None:
    ours, prepared, _, _ = fitted
    write_estimator(ours.pipeline, tmp_path / "model.skops")
    again = FittedEstimator(open_estimator(tmp_path / "model.skops"), ours.columns, ours.learning)
    before, after = (one.answer(prepared.test, prepared.target) for one in (ours, again))
    np.testing.assert_allclose(said(after), said(before), atol=1e-9)


def test_what_is_new_or_missing_is_answered(fitted: tuple[FittedEstimator, Prepared, str, str]) -> None:
    """A class that training has not seen counts as none of those it has; of missing values any number may be."""
    ours, prepared, _, _ = fitted
    cells = ('{"age": null, "town": "Atlantis"}', '{"age": 1e30, "income": -1e30, "town": null, "since": "1066-10-14"}')
    answers = ours.answer(Part(("a", "b"), cells, ("", "")), prepared.target)
    assert np.isfinite(said(answers)).all()


@pytest.mark.parametrize("validation", [0.3, 0.0])
@pytest.mark.parametrize("target", TARGETS)
def test_what_is_left_open_is_chosen_on_validation_rows_or_on_folds(target: str, validation: float) -> None:
    prepared, heard = prepared_for(target, validation), list[str]()
    linear = fit(prepared, Linear(), 0, heard.append).learning
    boosted = fit(prepared, Boosted(shrinkage=0.2), 0, heard.append).learning
    assert isinstance(linear, Linear)
    assert isinstance(boosted, Boosted)
    assert 0.01 <= (linear.strength or 0) <= 300
    assert 1 <= (boosted.trees or 0) < 150  # more would fit what is noise here
    assert len(heard) == 2
    assert fit(prepared, Linear(), 0).learning == linear


def refused(path: Path, match: str = "cannot be opened") -> None:
    with pytest.raises(ModelError, match=match):
        open_estimator(path)


def test_nothing_that_runs_is_ever_built(tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    for evil in (partial(os.mkdir, "ran"), FunctionTransformer(os.mkdir), Path("x")):
        skops.io.dump(Pipeline([("columns", evil), ("model", evil)]), path)
        refused(path, "no model of ours needs")
    assert not Path("ran").exists()


def test_another_library_s_model_is_no_model_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    columns = make_column_transformer(("passthrough", ["a"]))
    neighbours = Pipeline([("columns", columns), ("model", KNeighborsClassifier())])
    neighbours.fit(pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0, 4.0]}), [0, 1, 0, 1, 0])
    for other in (neighbours, [1, 2], {"columns": 1}):
        skops.io.dump(other, path)
        refused(path)


@pytest.mark.parametrize("name", ["boosted", "forest"])
@pytest.mark.parametrize("wrong", [10_000, 0])
def test_a_tree_that_points_to_no_node_of_its_own_is_refused(name: str, wrong: int, tmp_path: Path) -> None:
    """scikit-learn would follow it into other memory, or for ever."""
    pipeline = fit(prepared_for("spent"), ESTIMATORS[name], 0).pipeline
    path = tmp_path / "model.skops"
    if name == "boosted":
        pipeline[-1]._predictors[0][0].nodes["left"][0] = wrong
    else:
        tree = pipeline[-1].estimators_[0].tree_
        state = tree.__getstate__()
        state["nodes"] = state["nodes"].copy()
        state["nodes"]["left_child"][0] = wrong
        tree.__setstate__(state)
    write_estimator(pipeline, path)
    refused(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x05."])
def test_a_file_that_is_none_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "model.skops").write_bytes(content)
    refused(tmp_path / "model.skops")
    refused(tmp_path / "nowhere.skops")


def test_a_file_holds_no_pickle(tmp_path: Path) -> None:
    write_estimator(fit(prepared_for("bought"), ESTIMATORS["boosted"], 0).pipeline, tmp_path / "model.skops")
    with zipfile.ZipFile(tmp_path / "model.skops") as file:
        assert {Path(name).suffix for name in file.namelist()} <= {".json", ".npy", ".npz"}


def test_the_columns_are_those_of_the_settings() -> None:
    settings = prepared_for("bought").settings
    assert settings is not None
    assert settings.model_dump()["columns"] == COLUMNS
