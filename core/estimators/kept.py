"""Files of fitted estimators, by skops: no pickle, and nothing is built but the types that are listed here.

What is opened is looked at before it answers: that trees point to nodes that are there, which scikit-learn takes for
granted.
"""

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import ModelError

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

TRUSTED = (
    "functools.partial",
    "numpy.dtype",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.tree._tree.Tree",
    "sklearn.utils.validation.check_array",
)
"""Types and functions beyond scikit-learn's public ones. Of a partial, the function must be trusted by itself."""
MODELS = frozenset(
    {
        "LogisticRegression",
        "Ridge",
        "HistGradientBoostingClassifier",
        "HistGradientBoostingRegressor",
        "RandomForestClassifier",
        "RandomForestRegressor",
    }
)
MOST_BYTES = 4_000_000_000
"""Size limit of what a file unpacks to."""
AGAIN = "Train it again."


def write_estimator(pipeline: "Pipeline", path: Path) -> None:
    """Writes the fitted pipeline."""
    from skops import io  # type: ignore[import-untyped]

    io.dump(pipeline, path, compression=zipfile.ZIP_DEFLATED, compresslevel=1)


def open_estimator(path: Path) -> "Pipeline":
    """Opens a fitted pipeline. Raises ModelError for a file that is not whole, or that holds what is not trusted."""
    from skops import io

    refused = ModelError(f"The model in {path.parent.name} cannot be opened.", AGAIN)
    try:
        with zipfile.ZipFile(path) as file:
            if sum(one.file_size for one in file.infolist()) > MOST_BYTES:
                raise refused
        strange = sorted(set(io.get_untrusted_types(file=path)) - set(TRUSTED))
        if strange:
            raise ModelError(
                f"The model in {path.parent.name} cannot be opened: it asks for '{strange[0][:120]}', which no model "
                "of ours needs.",
                "Take the model again from where it came, or train it again.",
            )
        pipeline: Pipeline = io.load(path, trusted=list(TRUSTED))
        sound = _is_sound(pipeline)
    except ModelError:
        raise
    except Exception as error:  # a file that was changed fails in as many ways as there are types
        raise refused from error
    if not sound:
        raise refused
    return pipeline


def _is_sound(pipeline: Any) -> bool:
    """Whether it is a pipeline as ours are, and its trees can be walked."""
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline

    if not isinstance(pipeline, Pipeline) or [name for name, _ in pipeline.steps] != ["columns", "model"]:
        return False
    columns, model = pipeline[0], pipeline[-1]
    if type(columns) is not ColumnTransformer or type(model).__name__ not in MODELS:
        return False
    width = int(model.n_features_in_)
    if hasattr(model, "_predictors"):
        trees = (tree for row in model._predictors for tree in row)
        return all(_walks(tree.nodes, tree.nodes["is_leaf"] == 0, tree.nodes["feature_idx"], width) for tree in trees)
    return all(_walks_classic(one.tree_, width) for one in getattr(model, "estimators_", ()))


def _walks(nodes: np.ndarray, inner: np.ndarray, feature: np.ndarray, width: int) -> bool:
    """Whether the children of each inner node come later and are there, and its feature is one of `width`."""
    place = np.arange(len(nodes))[inner]
    children = [nodes[side][inner].astype(np.int64) for side in ("left", "right")]
    later = all(((child > place) & (child < len(nodes))).all() for child in children)
    return bool(len(nodes) and later and (feature[inner] >= 0).all() and (feature[inner] < width).all())


def _walks_classic(tree: Any, width: int) -> bool:
    left, right = (np.asarray(side, np.int64) for side in (tree.children_left, tree.children_right))
    place, inner = np.arange(len(left)), left != -1
    later = all(((side > place) & (side < len(left)))[inner].all() for side in (left, right))
    feature = np.asarray(tree.feature)[inner]
    return bool(len(left) and later and (feature >= 0).all() and (feature < width).all())
