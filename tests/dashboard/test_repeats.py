"""Repeats of a run: started by one click, drawn in one chart, judged in one sentence."""

from core.evaluation.records import Interval
from dashboard.charts.recipes import trainings
from dashboard.sentences.recipe import VERDICTS
from tests.dashboard import seed


def test_one_press_repeats_the_recipe_with_other_seeds(visitor, store):
    run = seed.finished(store, seed.newsdesk(store), quickly=True, name="Desk")
    visitor.open("runs", run=run.id)
    visitor.button("Repeat").click().run()
    assert [one.config.seed for one in store.runs.repeats(run.id)] == [0, 1, 2]
    assert "2 trainings are under way." in visitor.words()
    visitor.button("Repeat").click().run()
    assert len(store.runs.repeats(run.id)) == 5


def test_trainings_of_one_recipe_are_told_with_their_verdict(visitor, store):
    dataset = seed.newsdesk(store)
    for number, right in enumerate((0.94, 0.95, 0.96)):
        run = seed.finished(store, dataset, right=right, simple=0.8, drawn=number + 1, quickly=True, seed=number)
    visitor.open("runs", run=run.id)
    said = visitor.words()
    assert "3 trainings got" in said
    assert "One more would fall between" in said
    assert "**The recipe is better** than the TF-IDF baseline: by" in said
    assert "whatever the seed" in said


def test_two_trainings_show_their_spread_and_no_verdict(visitor, store):
    dataset = seed.newsdesk(store)
    for number in range(2):
        run = seed.finished(store, dataset, drawn=number + 1, quickly=True, seed=number)
    visitor.open("runs", run=run.id)
    assert "2 trainings got" in visitor.words()
    assert "The recipe" not in visitor.words()


def test_two_recipes_are_compared_over_their_trainings(visitor, store):
    dataset, runs = seed.newsdesk(store), {}
    for preset, right in (("quick", 0.8), ("balanced", 0.95)):
        for number in range(3):
            runs[preset] = seed.finished(
                store, dataset, right=right, drawn=number + 1, quickly=True, seed=number, preset=preset, name=preset
            )
    visitor.open("compare", runs=",".join(run.id for run in runs.values()))
    said = visitor.words()
    assert "As recipes, over 3 and 3 trainings" in said
    assert "**balanced**: **The recipe is better** than **quick**: by" in said
    store.runs.delete(store.runs.repeats(runs["quick"].id)[0].id)
    visitor.open("compare", runs=",".join(run.id for run in runs.values()))
    assert "As recipes" not in visitor.words()


def test_the_chart_says_every_training_and_where_another_would_fall():
    measured = [Interval(value=value, low=value - 0.01, high=value + 0.01) for value in (0.93, 0.95)]
    another = Interval(value=0.94, low=0.9, high=0.98)
    made = trainings(
        [0, 1], measured, another, ("TF-IDF baseline", 0.9), metric="Accuracy", as_share=True, said="{:.1%}".format
    )
    assert made.alt == "seed 0 93.0%; seed 1 95.0%"
    kinds = {shape.type for shape in made.figure.layout.shapes}
    assert kinds == {"rect", "line"}


def test_a_story_says_what_repeated_trainings_came_to(visitor, store):
    visitor.open("scenarios", scenario="finance-newsdesk")
    assert "Trained 5 times with different seeds: Accuracy 92.3% on average, and 0.5 points of 100" in visitor.words()
    visitor.open("scenarios", scenario="education-routing")
    assert "Trained 5 times with different seeds: Accuracy 74.4% each time." in visitor.words()


def test_start_offers_several_trainings(visitor, store):
    dataset = seed.newsdesk(store)
    visitor.open("train", dataset=dataset.id)
    visitor.app.session_state["trainings"] = 3
    visitor.app.run()
    visitor.button("Start").click().run()
    assert sorted(one.config.seed for one in store.runs.list()) == [0, 1, 2]


def test_every_verdict_has_a_sentence():
    assert set(VERDICTS) == {"better", "worse", "same", "unknown"}
