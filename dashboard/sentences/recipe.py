"""Recipes in sentences: what another training would reach, and whether the recipe beats a baseline."""

from core.comparison import Verdict
from core.comparison.recipes import RecipeSpread
from core.evaluation import MEANINGS
from dashboard.language.formats import MINUS, amount, metric_value, metric_values
from dashboard.language.words import joined, tr, word
from dashboard.sentences.comparison import in_points
from dashboard.sentences.measures import counts, title_of

REPEATS_MEANING = word(
    "Every training draws some luck: where it begins, and in which order it reads. Several trainings that differ in "
    "nothing but their seed say how much that is, and whether the recipe is better and not just this one model."
)
VERDICTS = {
    "better": word("**The recipe is better** than {name}: by {gain} ({low} to {high}), whatever the seed."),
    "worse": word("**The recipe is worse** than {name}: by {gain} ({low} to {high}), whatever the seed."),
    "same": word("The recipe is **about the same** as {name} (difference {low} to {high}), whatever the seed."),
    "unknown": word(
        "Whether the recipe or {name} is better, it is **too early to tell** (difference {low} to {high}): more "
        "trainings or more test rows would tell."
    ),
}


def as_points(value: float) -> str:
    """Difference of two shares in points of 100, with a true minus sign."""
    return f"{round(value * 100, 1) + 0.0:.1f}".replace("-", MINUS)


def spread_sentence(found: RecipeSpread) -> str:
    """How far apart the trainings are, and where another one would fall."""
    name, numbers = found.metric, found.values
    words = {
        "n": len(numbers),
        "metric": "" if counts(name) == "right" else title_of(name),
        "low": metric_value(name, min(numbers)),
        "high": metric_value(name, max(numbers)),
        "mean": metric_value(name, found.mean),
    }
    if counts(name) == "right":
        said = tr("{n} trainings got {low} to {high} right, {mean} on average.", **words)
    else:
        said = tr("{n} trainings, {metric}: {low} to {high}, {mean} on average.", **words)
    if found.another is None:
        return said
    _, low, high = metric_values(name, found.another)
    return joined(
        [said, tr("One more would fall between {low} and {high} on these rows (95 of 100).", low=low, high=high)]
    )


def recipe_sentence(found: Verdict, metric: str, name: str) -> str:
    """Verdict about the recipe beside what is called `name`, with its interval over rows and seeds."""
    gain = found.gain
    low, high = (-gain.high, -gain.low) if found.kind == "worse" else (gain.low, gain.high)
    bare = as_points if MEANINGS[metric].unit == "share" else amount
    words = {"name": name, "gain": in_points(abs(gain.value), metric), "low": bare(low), "high": bare(high)}
    return tr(VERDICTS[found.kind]).format(**words)
