"""A run told to somebody who was not there: question, data, before, after, money, try it. Frozen when it is told."""

from datetime import UTC, datetime

from core.answers import ClassAnswers
from core.config import Frozen
from core.payoff import Decision
from core.results import Evaluation
from core.scenarios import SCENARIOS, Scenario
from dashboard.formats import count, share
from dashboard.plain import shortened, upright
from dashboard.verdict import BASELINES, judge
from dashboard.words import tr
from dashboard.worthwhile import Worthwhile, worthwhile
from storage import Run, Store

MOST_EXAMPLES = 8


class Shown(Frozen):
    """One number for a screen: who reached it, the number, and what it means."""

    name: str
    value: str
    meaning: str


class TryIt(Frozen):
    """A text to try, and what a person would answer."""

    text: str
    answer: str


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
    """better, same, worse or unknown: how the model stands to the best simple way."""
    verdict: str
    money: Worthwhile | None
    examples: tuple[TryIt, ...]
    misuse: tuple[str, ...]
    for_teaching: bool
    decision: Decision | None
    told: datetime


def tell(store: Store, run: Run) -> Told:
    """The run's story from its stored predictions. The run must have succeeded; raises NotFound otherwise."""
    answers = store.runs.predictions(run.id)
    assert run.evaluation is not None  # noqa: S101  # predictions are there only after an evaluation
    evaluation = run.evaluation
    others = {who: store.runs.predictions(run.id, who) for who in evaluation.baselines}
    found = judge(evaluation, answers, others)
    story = SCENARIOS.get(run.scenario or "")
    return Told(
        run_id=run.id,
        run_name=shortened(upright(run.name), 120),
        title=story.title if story else shortened(upright(run.dataset_name), 120),
        question=question_of(run, story),
        story=story.story if story else "",
        data=_data(run, story, evaluation, answers),
        terms=story.data.licence if story else "",
        labels=answers.labels,
        before=tuple(_before(who, evaluation) for who in BASELINES if who in evaluation.baselines),
        after=_after(evaluation),
        kind=found.kind,
        verdict=found.sentence,
        money=worthwhile(store, run),
        examples=_examples(story),
        misuse=story.misuse if story else general_misuse(),
        for_teaching=bool(story and story.for_teaching),
        decision=run.decision,
        told=datetime.now(UTC),
    )


def question_of(run: Run, story: Scenario | None) -> str:
    """The business question, or one made of the run's own columns."""
    if story:
        return story.question
    return tr(
        "Can a machine give each text in '{dataset}' its right '{target}'?",
        dataset=shortened(upright(run.dataset_name), 60),
        target=shortened(upright(run.config.task.target), 40),
    )


def general_misuse() -> tuple[str, ...]:
    """What no model of ours may be used for, whoever trained it."""
    return (
        tr("Texts of another kind, time or language than those it was judged on, without judging it on them first."),
        tr("Deciding about people alone: a person should look at what it is unsure of."),
    )


def _data(run: Run, story: Scenario | None, evaluation: Evaluation, answers: ClassAnswers) -> str:
    drawn = run.config.rows_per_class
    learned = (
        tr("It learned from at most {n} labelled rows of each class", n=count(drawn))
        if drawn
        else tr("It learned from all training rows")
    )
    said = tr(
        "{learned}, in {classes} classes, and was judged on {rows} rows that it had never seen.",
        learned=learned,
        classes=count(len(answers.labels)),
        rows=count(evaluation.rows),
    )
    return f"{story.data.description} {said}" if story else said


def _before(who: str, evaluation: Evaluation) -> Shown:
    measured = evaluation.baselines[who]["accuracy"]
    return Shown(name=tr(BASELINES[who]), value=share(measured.value), meaning=_MEANINGS[who]())


_MEANINGS = {
    "tfidf": lambda: tr("A simple method that counts words and needs no pretrained model, on the same rows."),
    "majority": lambda: tr("What giving every text the commonest class would reach: nothing was learned."),
}


def _after(evaluation: Evaluation) -> Shown:
    measured = evaluation.metrics["accuracy"]
    return Shown(
        name=tr("This model"),
        value=share(measured.value),
        meaning=tr(
            "So many held-out texts got the right class. On other rows of the same kind it would be {low} to {high}, "
            "95 times of 100.",
            low=share(measured.low),
            high=share(measured.high),
        ),
    )


def _examples(story: Scenario | None) -> tuple[TryIt, ...]:
    """The scenario's own examples. A customer's rows are never made examples by themselves."""
    chosen = story.examples[:MOST_EXAMPLES] if story else ()
    return tuple(TryIt(text=one.text, answer=one.answer) for one in chosen)
