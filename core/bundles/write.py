"""Serialisation of a bundle: weights, config, what encodes rows, card and run.json in one folder, all or nothing."""

import json
import platform
import shutil
from collections.abc import Mapping, Set
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

from core.cards import model_card
from core.cards.code import code_in
from core.config import RunConfig
from core.durable import flush
from core.evaluation.records import Evaluation
from core.failpoints import failpoint
from core.learners.base import Model
from core.models.taught import write_taught
from core.novelty import Detector
from core.targets import Target
from core.training.checkpoints import seal


def write_bundle(
    folder: Path,
    model: Model,
    config: RunConfig,
    target: Target,
    evaluation: Evaluation,
    *,
    intervals: Mapping[str, Any] = MappingProxyType({}),
    taught: Set[str] = frozenset(),
    detector: Detector | None = None,
) -> None:
    """Writes the bundle atomically, to a temporary folder that is renamed: a folder of this name is always whole.

    `intervals` is the target's `about_intervals`, `taught` are hashes of every row that ever taught or chose for the
    model, `detector` tells rows unlike the training rows.
    """
    temporary = folder.with_name(f"{folder.name}.writing")
    shutil.rmtree(temporary, ignore_errors=True)
    model.save(temporary)
    facts = dict(model.facts)
    told = {**target.about, **intervals, "facts": facts, "versions": versions()}
    about = {"config": config.model_dump(mode="json"), **told}
    (temporary / "run.json").write_text(json.dumps(about, indent=2, ensure_ascii=False), encoding="utf-8")
    write_taught(temporary, taught)
    if detector:
        detector.save(temporary)
    code = code_in(temporary)
    card = model_card(config, target, evaluation, versions=versions(), facts=facts, code=code)
    (temporary / "README.md").write_text(card, encoding="utf-8")
    seal(temporary, identity="bundle")
    failpoint("bundle.sealed")
    shutil.rmtree(folder, ignore_errors=True)
    temporary.rename(folder)
    flush(folder.parent)


def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that matter to the numbers."""
    names = ("torch", "transformers", "tokenizers", "peft", "scikit-learn", "numpy")
    return {"python": platform.python_version()} | {name: version(name) for name in names}
