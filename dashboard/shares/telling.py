"""A run told to somebody who was not there: question, data, before, after, money, try it. Frozen when it is told."""

from datetime import UTC, datetime

from core.baselines import BASELINES
from core.config import Frozen
from core.payoff import AnyDecision
from core.scenarios import SCENARIOS, Scenario
from core.tasks import input_column, task_of
from dashboard.answers import room
from dashboard.answers.number.scale import Scale
from dashboard.answers.shown import Shown
from dashboard.inputs import room_of
from dashboard.inputs.tried import TryIt
from dashboard.language.plain import shortened, upright
from dashboard.language.words import tr
from dashboard.sentences.verdict import judge
from dashboard.sentences.worthwhile import Worthwhile, worthwhile
from storage import Run, Store

MOST_EXAMPLES = 8


class Told(Frozen):
    """What a stakeholder is shown of one run. Nothing in it is Markdown or HTML, save **bold** in `verdict`."""

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
    kind: str
    """better, same, worse or unknown: how the model stands to the best baseline."""
    verdict: str
    money: Worthwhile | None
    examples: tuple[TryIt, ...]
    misuse: tuple[str, ...]
    for_teaching: bool
    decision: AnyDecision | None
    told: datetime
    column: str = ""
    """What the model reads of a row; empty in what was told before it was kept."""
    inputs: str = "text"
    """The kind of what the model reads."""
    answers: str = "class"
    """The kind of the answers."""
    scale: Scale = Scale()
    """How numbers are written, where answers are numbers."""


def tell(store: Store, run: Run) -> Told:
    """The run's story from its stored predictions. The run must have succeeded; raises NotFound otherwise."""
    answers = store.runs.predictions(run.id)
    assert run.evaluation is not None  # noqa: S101  # predictions are there only after an evaluation
    evaluation, say = run.evaluation, room(run.evaluation.kind, "telling")
    others = {who: store.runs.predictions(run.id, who) for who in evaluation.baselines}
    found = judge(evaluation, answers, others, inputs=task_of(run.config).inputs.name)
    story, scale = SCENARIOS.get(run.scenario or ""), say.scale_of(store, run)
    learned = say.learned(run, evaluation, answers, scale)
    return Told(
        run_id=run.id,
        run_name=shortened(upright(run.name), 120),
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
        column=input_column(run.config),
        inputs=task_of(run.config).inputs.name,
        answers=evaluation.kind,
        scale=scale,
    )


def question_of(run: Run, story: Scenario | None) -> str:
    """The business question, or one made of the run's own columns."""
    if story:
        return story.question
    dataset, target = shortened(upright(run.dataset_name), 60), shortened(upright(run.config.task.target), 40)
    return str(room_of(run.config, "words").question(dataset, target))


def general_misuse(run: Run) -> tuple[str, ...]:
    """What no model of ours may be used for, whoever trained it."""
    return (
        room_of(run.config, "words").misuse(),
        tr("Deciding about people alone: a person should look at what it is unsure of."),
    )


def _examples(store: Store, run: Run, story: Scenario | None) -> tuple[TryIt, ...]:
    """The scenario's own examples. A customer's rows are never made examples by themselves."""
    return tuple(room_of(run.config, "demo").examples(store, run, story)[:MOST_EXAMPLES]) if story else ()
