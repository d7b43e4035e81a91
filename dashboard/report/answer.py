"""Summary of a report: a paragraph that says what the numbers support and no more."""

from core.evaluation import MEANINGS
from core.evaluation.records import Interval
from dashboard.language.formats import count, line_value, metric_value
from dashboard.language.words import tr
from dashboard.report.facts import Facts
from dashboard.sentences.asked import asked_sentence
from dashboard.sentences.comparison import leader_sentence, level_with, pair_sentence


def answer(facts: Facts) -> list[str]:
    """Sentences of the summary; **bold** marks what matters most, everything else is text."""
    told = facts.told[facts.best.id]
    lines = [told.verdict]
    if line := _line(facts):
        lines.append(line)
    if told.money:
        lines.append(_money(facts))
    if facts.comparison:
        if not level_with(facts.comparison, facts.comparison.ranking[0]):
            lines.insert(0, tr("Ahead is {name}.", name=facts.quoted[facts.best.id]))
        lines.append(leader_sentence(facts.comparison, facts.quoted))
    if said := asked_sentence(facts.asked):
        lines.append(said)
    return lines


def _line(facts: Facts) -> str:
    """Sentence on whether the scenario's success threshold is reached; "" without one."""
    story = facts.story
    if story is None or story.success.metric not in facts.evaluation(facts.best).metrics:
        return ""
    measured = facts.evaluation(facts.best).metrics[story.success.metric]
    if facts.comparison and facts.comparison.metric == story.success.metric:
        measured = facts.comparison.leading
    return _against(story.success.metric, measured, story.success.value)


def _against(metric: str, measured: Interval, line: float) -> str:
    low, high = (metric_value(metric, end) for end in (measured.low, measured.high))
    words = {"line": line_value(metric, line), "low": low, "high": high}
    if not MEANINGS[metric].higher_is_better:
        measured, line = Interval(value=-measured.value, low=-measured.high, high=-measured.low), -line
    if measured.low >= line:
        return tr("It reaches the line of {line} that was set ({low} to {high}).", **words)
    if measured.high < line:
        return tr("It misses the line of {line} that was set ({low} to {high}).", **words)
    return tr("These rows cannot tell whether it reaches the line of {line} that was set ({low} to {high}).", **words)


def _money(facts: Facts) -> str:
    money = facts.told[facts.best.id].money
    assert money is not None  # noqa: S101  # the caller looked
    prices = tr("with the scenario's example prices") if money.are_examples else tr("with the prices that were set")
    if money.claim:
        return money.claim.format(value=money.value, prices=prices)
    return tr("For 1,000 cases its answers are worth **{value}**, {prices}.", value=money.value, prices=prices)


def pairs(facts: Facts) -> list[str]:
    """Pairwise comparisons, a sentence each, those with the best run first; empty for a single run."""
    found = facts.comparison
    if found is None:
        return []
    best = facts.best.id
    order = sorted(found.pairs, key=lambda pair: best not in (pair.a, pair.b))
    lines = [pair_sentence(pair, found, facts.quoted) for pair in order]
    if any(found.left_out.values()):
        lines.append(
            tr(
                "The runs were judged on different rows. They are compared on the {n} rows that all of them answered. "
                "The baselines, the money, the classes and the examples are {name}'s, on all {all} of its rows.",
                n=count(found.rows),
                name=facts.quoted[best],
                all=count(facts.evaluation(facts.best).rows),
            )
        )
    return lines


def judged_on(facts: Facts) -> str:
    """Sentence on the number of test rows."""
    rows = facts.comparison.rows if facts.comparison else facts.evaluation(facts.best).rows
    return tr("Measured on {n} rows that no model here had seen.", n=count(rows))
