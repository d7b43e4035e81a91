"""A bundle: weights, config, tokenizer, card and run.json in one folder that opens in plain transformers."""

import json
import platform
import shutil
from importlib.metadata import version
from pathlib import Path

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from core.cards import model_card
from core.config import RunConfig
from core.failpoints import failpoint
from core.results import Evaluation
from core.training.checkpoints import flush, seal


def write_bundle(
    folder: Path,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    *,
    config: RunConfig,
    labels: tuple[str, ...],
    evaluation: Evaluation,
    facts: dict[str, object],
) -> None:
    """Write the bundle beside and rename it, so that a folder of this name is always whole."""
    temporary = folder.with_name(f"{folder.name}.writing")
    shutil.rmtree(temporary, ignore_errors=True)
    model.save_pretrained(temporary, safe_serialization=True)
    tokenizer.save_pretrained(temporary)
    about = {
        "config": config.model_dump(mode="json"),
        "labels": list(labels),
        "facts": facts,
        "versions": versions(),
    }
    (temporary / "run.json").write_text(json.dumps(about, indent=2, ensure_ascii=False), encoding="utf-8")
    card = model_card(config, labels, evaluation, versions=versions(), facts=facts)
    (temporary / "README.md").write_text(card, encoding="utf-8")
    seal(temporary, identity="bundle")
    failpoint("bundle.sealed")
    shutil.rmtree(folder, ignore_errors=True)
    temporary.rename(folder)
    flush(folder.parent)


def versions() -> dict[str, str]:
    """What computed this: Python and the libraries that matter to the numbers."""
    names = ("torch", "transformers", "tokenizers", "peft", "scikit-learn", "numpy")
    return {"python": platform.python_version()} | {name: version(name) for name in names}
