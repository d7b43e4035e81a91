"""Summary of a run for a stakeholder: question, data, before, after, money, try it. Frozen when it is made."""

from datetime import UTC, datetime

from core.baselines import BASELINES
from core.comparison.contest import Standing
from core.config import Frozen
from core.inputs.base import OneColumn
from core.payoff import AnyDecision
from core.scenarios import Scenario
from core.tasks import input_columns, task_of
from dashboard.answers import room
from dashboard.answers.number.scale import Scale
from dashboard.answers.shown import Shown
from dashboard.inputs import room_of
from dashboard.inputs.tried import TryIt
from dashboard.language.plain import shortened, upright
from dashboard.language.scenarios import scenarios
from dashboard.language.words import SOURCE_LANGUAGE, language, tr
from dashboard.sentences.run_name import run_name
from dashboard.sentences.verdict import judge
from dashboard.sentences.worthwhile import Worthwhile, worthwhile
from storage import Run, Store

MOST_EXAMPLES = 8


class Told(Frozen):
    """Summary of one run for a stakeholder. Nothing in it is Markdown or HTML, save **bold** in `verdict`."""

    run_id: str
    run_name: str
    title: str
    question: str
    story: str
    data: str
    terms: str
    labels: tuple[str, ...]
    before: tuple[Shown, ...]
    after: Shown
    kind: Standing
    """Verdict against the best baseline."""
    verdict: str
    money: Worthwhile | None
    examples: tuple[TryIt, ...]
    misuse: tuple[str, ...]
    for_teaching: bool
    decision: AnyDecision | None
    told: datetime
    column: str = ""
    """Input column of the model; empty in snapshots from before it was kept."""
    inputs: str = "text"
    """Kind of the inputs: text or picture."""
    answers: str = "class"
    """Kind of the answers: class or number."""
    scale: Scale = Scale()
    """Number format, where answers are numbers."""
    language: str = SOURCE_LANGUAGE
    """Locale in which it was written."""


def tell(store: Store, run: Run) -> Told:
    """Summary of the run from its stored predictions. The run must have succeeded; raises NotFound otherwise."""
    answers = store.runs.predictions(run.id)
    assert run.evaluation is not None  # noqa: S101  # predictions are there only after an evaluation
    evaluation, say = run.evaluation, room(run.evaluation.kind, "telling")
    others = {who: store.runs.predictions(run.id, who) for who in evaluation.baselines}
    asked = store.ledger.asked(run.id)
    inputs, margin = task_of(run.config).inputs.name, run.config.margin / 100
    found = judge(evaluation, answers, others, inputs=inputs, asked=asked, margin=margin)
    story, scale = scenarios().get(run.scenario or ""), say.scale_of(store, run)
    learned = say.learned(run, evaluation, answers, scale)
    return Told(
        run_id=run.id,
        run_name=upright(run_name(run, 120, scored=False)),
        title=story.title if story else shortened(upright(run.dataset_name), 120),
        question=question_of(run, story),
        story=story.story if story else "",
        data=f"{story.data.description} {learned}" if story else learned,
        terms=story.data.licence if story else "",
        labels=say.labels(answers),
        before=tuple(say.before(who, evaluation, scale) for who in BASELINES if who in evaluation.baselines),
        after=say.after(evaluation, scale),
        kind=found.kind,
        verdict=found.sentence,
        money=worthwhile(store, run),
        examples=_examples(store, run, story),
        misuse=story.misuse if story else general_misuse(run),
        for_teaching=bool(story and story.for_teaching),
        decision=run.decision,
        told=datetime.now(UTC),
        column=_column(run),
        inputs=task_of(run.config).inputs.name,
        answers=evaluation.kind,
        scale=scale,
        language=language(),
    )


def _column(run: Run) -> str:
    """The one column of the inputs; "" for a kind that stands in several."""
    is_one = isinstance(task_of(run.config).inputs, OneColumn)
    return input_columns(run.config)[0] if is_one else ""


def question_of(run: Run, story: Scenario | None) -> str:
    """Business question of the scenario, or one made of the run's own columns."""
    if story:
        return story.question
    dataset, target = shortened(upright(run.dataset_name), 60), shortened(upright(run.config.task.target), 40)
    return str(room_of(run.config, "words").question(dataset, target))


def general_misuse(run: Run) -> tuple[str, ...]:
    """Out-of-scope uses of every model."""
    return (
        room_of(run.config, "words").misuse(),
        tr("Deciding about people alone: a person should look at what it is unsure of."),
    )


def _examples(store: Store, run: Run, story: Scenario | None) -> tuple[TryIt, ...]:
    """Examples of the scenario. A customer's rows are never made examples by themselves."""
    return tuple(room_of(run.config, "demo").examples(store, run, story)[:MOST_EXAMPLES]) if story else ()
