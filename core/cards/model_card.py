"""The model card: what it is, what it is for and not for, how good it was, how to use it and how to make it again.

After Mitchell et al., "Model Cards for Model Reporting" (2019), in the Hub's format: YAML first, then Markdown.
"""

from collections.abc import Mapping

from core.baselines import BASELINES
from core.cards.inputs import OTHERS
from core.cards.markdown import COUNTED, bullets, literal, share, shortened, table
from core.config import Estimator, RunConfig
from core.data.labels.order import in_order, places
from core.data.sentences import counted
from core.evaluation.meanings import MEANINGS
from core.evaluation.records import Evaluation, Interval
from core.models import CATALOGUE, CatalogueModel
from core.scenarios import SCENARIOS, Scenario
from core.targets import ClassTarget, Target
from core.tasks import Task, task_of

FROM_A_MODEL = frozenset({"frozen", "full", "lora"})
"""Methods of transfer learning, which start from the weights of another model."""
MOST_CLASSES = 60
FEW_ROWS = 30
"""A class with fewer test rows than this is measured too roughly to be relied on."""
LICENCES = frozenset({"apache-2.0", "mit", "bsd-3-clause", "bsd-2-clause", "cc-by-4.0", "cc-by-sa-4.0", "cc0-1.0"})
"""Names that the Hub knows for what our catalogue holds; anything else is 'other'."""


def model_card(
    config: RunConfig,
    target: Target,
    evaluation: Evaluation,
    *,
    name: str = "",
    data_name: str = "",
    versions: Mapping[str, str] | None = None,
    facts: Mapping[str, object] | None = None,
    code: str = "",
) -> str:
    """The card of a trained model. The Hub and `huggingface_hub.ModelCard` take it as it is.

    `code` is the Python that asks the model, where transformers' pipeline does not open it.
    """
    story, task = SCENARIOS.get(config.scenario or ""), task_of(config)
    start = CATALOGUE.get(config.model) if config.learning.method in FROM_A_MODEL else None
    data_name = data_name or (story.data.title if story else "the user's own rows")
    title = name or config.name or (f"{story.title} ({config.preset})" if story else task.title)
    library = "sklearn" if isinstance(config.learning, Estimator) else "transformers"
    parts = [
        f"---\n{_front_matter(title, data_name, evaluation, start, task, library)}---",
        f"# {literal(title)}",
        _purpose(target, story, start, task, config),
        f"## How good it is\n\n{_quality(evaluation)}",
        f"## Limits\n\n{bullets(limits(evaluation, story))}",
        f"## What it must not be used for\n\n{bullets(literal(line, 400) for line in misuse(story, task))}",
        f"## How to use it\n\n{_use(task, code)}",
        f"## What it learned from\n\n{_learned(config, data_name, story)}",
        f"## How it was made\n\n{_made(config, facts or {}, versions or {})}",
    ]
    return "\n\n".join(parts) + "\n"


def limits(evaluation: Evaluation, story: Scenario | None) -> list[str]:
    """Limitations: what the numbers do not show, in plain sentences."""
    thin = [one.label for one in evaluation.per_class if 0 < one.rows < FEW_ROWS]
    unseen = [one.label for one in evaluation.per_class if one.rows == 0]
    lines = [
        f"It was judged on {evaluation.rows:,} rows of the same source as those it learned from. On rows of another "
        "source, time or language it can be worse, and nothing here says by how much.",
        _ALWAYS[evaluation.kind],
    ]
    if evaluation.left_out:
        lines.append(
            f"{counted(evaluation.left_out, 'more row')} could not judge it: the model that it started from had "
            "learned from them."
        )
    if thin:
        names = ", ".join(literal(label, 40) for label in thin[:8])
        lines.append(
            f"These classes had fewer than {FEW_ROWS} rows to be judged on, so their figures are rough: {names}."
        )
    if unseen:
        names = ", ".join(literal(label, 40) for label in unseen[:8])
        lines.append(f"These classes had no row to be judged on at all: {names}.")
    if story and story.for_teaching:
        lines.append("It is for teaching. It must not be used to decide anything about a person's health.")
    return lines


def misuse(story: Scenario | None, task: Task) -> tuple[str, ...]:
    """Out-of-scope use: what the model must not be used for."""
    if story:
        return story.misuse
    return (
        OTHERS[task.inputs.name],
        "Deciding about people alone: a person should look at what it is unsure of.",
    )


_ALWAYS = {
    "class": "It always names one of its classes, also for a row that belongs to none of them.",
    "number": "It always answers a number, also for a row unlike all that it learned from.",
}


def _front_matter(
    title: str, data_name: str, evaluation: Evaluation, start: CatalogueModel | None, task: Task, library: str
) -> str:
    from huggingface_hub import EvalResult, ModelCardData  # slow to load, and few cards are written

    results = [
        EvalResult(
            task_type=task.pipeline,
            task_name=task.title,
            dataset_type="held-out-rows",
            dataset_name=shortened(data_name),
            dataset_split=evaluation.split,
            metric_type=kind,
            metric_value=round(evaluation.metrics[ours].value, 6),
            metric_name=f"{kind} (95% {evaluation.metrics[ours].low:.4f} to {evaluation.metrics[ours].high:.4f})",
            metric_args={"average": "macro"} if kind == "f1" else None,
        )
        for ours, kind in _HUB_METRICS.items()
        if ours in evaluation.metrics
    ]
    licence = start.licence.lower() if start else ""
    data = ModelCardData(
        model_name=shortened(title),
        base_model=start.hub_id if start else None,
        language=list(start.languages) if start else None,
        library_name=library,
        license=licence if licence in LICENCES else "other",
        pipeline_tag=task.pipeline,
        tags=[task.pipeline, "tuneboard"],
        metrics=[one.metric_type for one in results],
        eval_results=results,
    )
    return str(data.to_yaml()) + "\n"


_HUB_METRICS = {"accuracy": "accuracy", "f1_macro": "f1", "mae": "mae", "rmse": "rmse", "r2": "r2"}
"""Our metrics by the Hub's names for them."""


def _purpose(
    target: Target, story: Scenario | None, start: CatalogueModel | None, task: Task, config: RunConfig
) -> str:
    begun = f"{start.title} (`{start.hub_id or start.archives[0].name}`)" if start else f"`{literal(config.model)}`"
    method = config.learning.method
    asked = f"**{literal(story.question, 300)}**\n\n{literal(story.story, 1200)}\n\n" if story else ""
    return (
        f"{asked}It gives each {task.inputs.noun} {_said(target)}.\n\n"
        f"{_METHODS.get(method, f'It learned by the method {literal(method)}.').format(start=begun)}"
    )


def _said(target: Target) -> str:
    """Kind of prediction, in words: what the model says of a row."""
    if not isinstance(target, ClassTarget):
        return "a number"
    labels = in_order(target.labels)
    named = ", ".join(literal(label, 60) for label in labels[:MOST_CLASSES])
    more = f", and {len(labels) - MOST_CLASSES} more" if len(labels) > MOST_CLASSES else ""
    return f"one of {len(labels)} classes: {named}{more}"


_METHODS = {
    "frozen": "It started from {start}; its weights stayed as they were, and a linear head learned on its vectors.",
    "full": "It started from {start}; all its weights went on learning.",
    "lora": "It started from {start}; small matrices added to its weights learned, and were merged into them.",
    "scratch": "It started from nothing: a small network whose weights were random.",
    "linear": "It is a linear model: a weighted sum of the columns.",
    "boosted": "It is a sum of gradient-boosted trees, each fitted to what those before it left wrong.",
    "forest": "It is a random forest: the mean of many trees, each grown on other rows and columns.",
}


def _quality(evaluation: Evaluation) -> str:
    shown = _SHOWN[evaluation.kind]
    rows = [
        ["**This model**", *(_cell(name, evaluation.metrics.get(name)) for name in shown)],
        *(
            [_baseline(who), *(_cell(name, measured.get(name)) for name in shown)]
            for who, measured in evaluation.baselines.items()
        ),
    ]
    said = f"On {evaluation.rows:,} rows that it had never seen; in brackets the interval that holds 95 times of 100:"
    told = [said, table(["", *shown.values()], rows)]
    if held := evaluation.coverage:
        told.append(
            "Each answer comes with a prediction interval that is to hold the truth in 90 of 100 cases. On these rows "
            f"it held it in {share(held.value)} ({held.low * 100:.1f} to {held.high * 100:.1f})."
        )
    found = [one for one in evaluation.per_class if one.rows]
    classes = [found[place] for place in places([one.label for one in found])][:MOST_CLASSES]
    if classes:
        lines = [
            [literal(one.label, 60), f"{one.rows:,}", share(one.precision), share(one.recall), f"{one.f1:.3f}"]
            for one in classes
        ]
        told.append(table(["class", "rows", "precision", "recall", "F1"], lines))
    return "\n\n".join(told)


_SHOWN = {
    "class": {
        "accuracy": "accuracy",
        "balanced_accuracy": "balanced accuracy",
        "f1_macro": "macro F1",
    },
    "number": {"mae": "mean absolute error", "rmse": "root mean squared error", "r2": "R²"},
}


def _baseline(who: str) -> str:
    return BASELINES[who].title if who in BASELINES else literal(who)


def _cell(name: str, measured: Interval | None) -> str:
    if measured is None:
        return "–"
    if MEANINGS[name].unit != "share" and name != "f1_macro":
        return f"{measured.value:.4g} ({measured.low:.4g} to {measured.high:.4g})"
    return f"{share(measured.value)} ({measured.low * 100:.1f} to {measured.high * 100:.1f})"


def _use(task: Task, code: str) -> str:
    if code:
        return f"```python\n{code.rstrip()}\n```"
    if not task.example:
        return "It opens in Tuneboard."
    return f"""```python
from transformers import pipeline

ask = pipeline("{task.pipeline}", model="this-folder")
ask({task.example})
```"""


def _learned(config: RunConfig, data_name: str, story: Scenario | None) -> str:
    split = {
        "random": "The rows were divided at random, each class in its share",
        "group": f"The rows were divided so that rows of one '{literal(config.split.column, 60)}' stayed together",
        "time": f"The newest rows by '{literal(config.split.column, 60)}' were kept to judge with",
        "given": f"The column '{literal(config.split.column, 60)}' says which rows teach and which judge",
    }[config.split.by]
    each = COUNTED[task_of(config).targets.name]
    drawn = f" At most {config.rows_per_class:,} rows{each} were used." if config.rows_per_class else ""
    licence = f"\n\nTerms of the data: {literal(story.data.licence, 1000)}" if story else ""
    return f"{literal(data_name)}. {split}.{drawn}{licence}"


def _made(config: RunConfig, facts: Mapping[str, object], versions: Mapping[str, str]) -> str:
    lines = [f"preset {config.preset}, method {config.learning.method}, seed {config.seed}"]
    lines += [f"{literal(name)}: {literal(value)}" for name, value in facts.items()]
    if "temperature" in facts:
        lines.append("the probabilities it gives are after temperature scaling, which is folded into its last layer")
    if versions:
        lines.append("computed with " + ", ".join(f"{name} {version}" for name, version in versions.items()))
    lines.append("`run.json` beside this card holds every setting; the same settings, rows and seed make it again")
    return bullets(lines)
