"""A bundle: weights, config, tokenizer, card and run.json in one folder that opens in plain transformers."""

import json
import platform
import shutil
from importlib.metadata import version
from pathlib import Path

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from core.config import RunConfig
from core.results import Evaluation
from core.training.checkpoints import seal


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
    (temporary / "README.md").write_text(_card(config, labels, evaluation), encoding="utf-8")
    seal(temporary, identity="bundle")
    shutil.rmtree(folder, ignore_errors=True)
    temporary.rename(folder)


def versions() -> dict[str, str]:
    """What computed this: Python and the libraries that matter to the numbers."""
    names = ("torch", "transformers", "tokenizers", "peft", "scikit-learn", "numpy")
    return {"python": platform.python_version()} | {name: version(name) for name in names}


def _card(config: RunConfig, labels: tuple[str, ...], evaluation: Evaluation) -> str:
    """A short model card in words."""
    accuracy = evaluation.metrics.get("accuracy")
    measured = (
        f"On {evaluation.rows} held-out rows it was right in {accuracy.value:.1%} of cases "
        f"(95% interval {accuracy.low:.1%} to {accuracy.high:.1%}).\n"
        if accuracy
        else ""
    )
    return f"""---
library_name: transformers
pipeline_tag: text-classification
---
# {config.name or "Text classifier"}

Gives a text one of {len(labels)} classes: {", ".join(labels[:30])}{", ..." if len(labels) > 30 else ""}.
Started from `{config.model}`, method `{config.method}`, trained with Tuneboard. {measured}
```python
from transformers import pipeline
classify = pipeline("text-classification", model="this-folder", truncation=True)
```

`run.json` holds the settings that repeat this run. Do not use it on texts of another kind than it was judged on.
"""
