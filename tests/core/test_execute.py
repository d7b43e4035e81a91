"""One run, from rows to a bundle."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core import novelty
from core.answers import ClassAnswers, read_answers
from core.bundles.open import open_bundle
from core.config import make_config
from core.data import row_ids
from core.errors import UserError
from core.evaluation.records import Evaluation
from core.evaluation.temperature import FEWEST_ROWS, temperature_of
from core.events import Event, LogEvent, Measured, Progress, StageBegan
from core.execute import execute
from core.learners.base import Represents
from core.novelty import FALSE_ALARMS, open_detector
from core.tasks import TASKS
from tests.asked import part_of, scores_of
from tests.core.kinds import config_of, frame_of, inputs


def test_a_run_leaves_everything_that_is_promised(run: Callable[..., Any]) -> None:
    folder, _ = run(preset="quick")
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in (
        "evaluation.json",
        "predictions/model.parquet",
        "predictions/tfidf.parquet",
        "predictions/tfidf.validation.parquet",
        "predictions/majority.parquet",
        "bundle/model.safetensors",
        "bundle/config.json",
        "bundle/tokenizer.json",
        "bundle/README.md",
        "bundle/run.json",
    ):
        assert name in names
    assert not (folder / "checkpoints").exists()
    assert not any(name.endswith((".bin", ".pt", ".pth", ".pkl")) for name in names)


def test_the_five_stages_come_in_their_order(run: Callable[..., Any]) -> None:
    folder, events = run(preset="quick")
    stages = [event.stage for event in events if isinstance(event, StageBegan)]
    assert stages == ["prepare", "train", "baseline", "evaluate", "save"]
    evaluation = Evaluation.model_validate_json((folder / "evaluation.json").read_text())
    assert list(evaluation.seconds) == stages


@pytest.mark.parametrize("method", ["full", "lora"])
def test_a_run_whose_base_model_is_deleted_in_mid_training_ends_well(
    rows: pd.DataFrame, tiny_model: Path, tmp_path: Path, method: str
) -> None:
    """The model is read at the beginning, once: what was learned since does not hang on its folder."""
    shutil.copytree(tiny_model, tmp_path / "models" / tiny_model.name)
    config = make_config(
        dataset="d",
        preset="balanced",
        model="local:tiny",
        epochs=1,
        **{"learning.method": method, "task.max_tokens": 32},
    )

    def report(event: Event) -> None:
        if isinstance(event, Measured):
            shutil.rmtree(tmp_path / "models", ignore_errors=True)

    execute(config, rows, tmp_path / "run", models=tmp_path / "models", cache=tmp_path / "cache", report=report)
    assert not (tmp_path / "models").exists()
    assert open_bundle(tmp_path / "run" / "bundle")


def test_all_judge_the_same_rows(run: Callable[..., Any]) -> None:
    folder, _ = run(preset="quick")
    who = [ClassAnswers.read(folder / f"predictions/{name}.parquet") for name in ("model", "tfidf", "majority")]
    assert len({predictions.row_ids for predictions in who}) == 1
    for predictions in who:
        np.testing.assert_allclose(predictions.scores.sum(axis=1), 1.0, atol=1e-5)


def test_answers_to_the_validation_rows_are_kept_for_choosing_thresholds(run: Callable[..., Any]) -> None:
    folder, _ = run(preset="quick")
    chosen_on, judged_on = (
        ClassAnswers.read(folder / f"predictions/{name}.parquet") for name in ("validation", "model")
    )
    assert len(chosen_on.row_ids) == 24
    assert not set(chosen_on.row_ids) & set(judged_on.row_ids)
    assert chosen_on.labels == judged_on.labels


def test_every_probability_is_after_the_temperature_that_the_validation_rows_asked_for(
    run: Callable[..., Any], rows: pd.DataFrame
) -> None:
    folder, _ = run(preset="balanced", epochs=4, learning_rate=3e-3, **{"split.validation": 0.5, "split.test": 0.2})
    evaluation = Evaluation.model_validate_json((folder / "evaluation.json").read_text())
    validation = ClassAnswers.read(folder / "predictions/validation.parquet")
    assert len(validation.row_ids) >= FEWEST_ROWS
    assert evaluation.temperature is not None
    assert abs(evaluation.temperature - 1) > 0.01
    assert temperature_of(validation, cautious=True) == pytest.approx(1.0, abs=0.01)
    assert json.loads((folder / "bundle/run.json").read_text())["facts"]["temperature"] == evaluation.temperature
    kept = ClassAnswers.read(folder / "predictions/model.parquet")
    texts = dict(zip(row_ids(rows), rows["text"], strict=True))
    again = scores_of(open_bundle(folder / "bundle"), [texts[row] for row in kept.row_ids])
    np.testing.assert_allclose(again, kept.scores, atol=1e-4)


@pytest.mark.parametrize("settings", [{"preset": "quick"}, {"rows_per_class": 8}, {"split.validation": 0.2}], ids=str)
def test_no_temperature_is_fitted_on_few_rows_nor_beside_a_limit_nor_twice(
    run: Callable[..., Any], settings: dict[str, Any]
) -> None:
    folder, _ = run(**{"preset": "balanced", "epochs": 1, "split.validation": 0.5, "split.test": 0.2, **settings})
    assert Evaluation.model_validate_json((folder / "evaluation.json").read_text()).temperature is None


def test_a_run_without_validation_rows_keeps_none(run: Callable[..., Any]) -> None:
    folder, _ = run(preset="quick", **{"split.validation": 0.0})
    assert not (folder / "predictions/validation.parquet").exists()


@pytest.mark.parametrize("settings", [{"preset": "quick"}, {"preset": "best", "epochs": 2, "early_stopping": 1}])
def test_labels_that_were_not_bought_choose_for_neither_side(
    settings: dict[str, Any], rows: pd.DataFrame, tiny_model: Path, tmp_path: Path
) -> None:
    """With a limit on labels, other labels of the 300 rows for validation leave every score as it is."""
    many = pd.concat([rows[["text", "label"]]] * 4, ignore_index=True).head(450)
    many["text"] += [f" case {number}" for number in range(len(many))]
    many["part"] = ["train"] * 100 + ["validation"] * 300 + ["test"] * (len(many) - 400)
    other = many.assign(label=many["label"].where(many["part"] != "validation", many["label"].iloc[::-1].to_numpy()))
    config = make_config(
        **{"model": "local:tiny", "precision": "fp32", "split.by": "given", "split.column": "part"},
        **settings,
        rows_per_class=8,
    )
    said: list[Any] = []
    for name, frame in (("one", many), ("other", other)):
        places = {"models": tiny_model.parent, "cache": tmp_path / "cache", "report": said.append}
        execute(config, frame, tmp_path / name, **places)
    for who in ("model", "tfidf"):
        one, two = (ClassAnswers.read(tmp_path / f"{name}/predictions/{who}.parquet") for name in ("one", "other"))
        np.testing.assert_array_equal(one.scores, two.scores)
    assert not (tmp_path / "one/predictions/validation.parquet").exists()
    ends = any("There are no validation rows, so the last pass is kept" in getattr(one, "text", "") for one in said)
    assert ends == (settings["preset"] == "best")


def test_training_says_how_it_goes(run: Callable[..., Any]) -> None:
    _, events = run(preset="balanced", epochs=2)
    names = {event.name for event in events if isinstance(event, Measured)}
    assert {
        "train/loss",
        "train/learning_rate",
        "validation/accuracy",
        "validation/loss",
        "validation/f1_macro",
    } <= names
    progress = [event for event in events if isinstance(event, Progress) and event.epoch is not None]
    assert progress[0].done == 1
    assert progress[-1].seconds_left is not None


def test_run_json_repeats_the_run(run: Callable[..., Any]) -> None:
    from core.config import FullFineTuning, RunConfig

    folder, _ = run(preset="balanced", epochs=1, seed=7)
    about = json.loads((folder / "bundle/run.json").read_text())
    config = RunConfig.model_validate(about["config"])
    assert config.seed == 7
    assert isinstance(config.learning, FullFineTuning)
    assert config.learning.epochs == 1
    assert about["labels"] == ["energy", "freight", "mood"]
    assert about["facts"]["epochs"] == 1
    assert "torch" in about["versions"]


def test_a_long_model_limit_is_kept_where_the_model_reads_less(run: Callable[..., Any]) -> None:
    folder, events = run(preset="quick", **{"task.max_tokens": 4096})
    assert any("reads at most 128 tokens" in getattr(event, "text", "") for event in events)
    assert json.loads((folder / "bundle/tokenizer_config.json").read_text())["model_max_length"] == 128


def test_a_bundle_that_answers_otherwise_is_noticed(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from core.learners.backbones.text import TextBackbone

    finish = TextBackbone.finish

    def wrong(self: Any, network: Any, target: Any) -> Any:
        stock: Any = finish(self, network, target)
        stock.classifier.bias.data[0] += 1.0
        return stock

    monkeypatch.setattr(TextBackbone, "finish", wrong)
    with pytest.raises(RuntimeError, match="differ by up to"):
        run(preset="quick")


def test_a_loss_that_runs_away_ends_with_advice(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Layer norms keep the tiny model from diverging by itself, so its loss is made infinite."""
    from core.training.loop import LengthTrainer

    honest = LengthTrainer.compute_loss
    monkeypatch.setattr(LengthTrainer, "compute_loss", lambda *words, **more: honest(*words, **more) * float("inf"))
    with pytest.raises(UserError, match=r"training ran away") as error:
        run(preset="balanced", epochs=1)
    assert "learning rate" in error.value.hint


def test_real_sentences_are_learned_from_few_rows(minilm: Path, newsdesk: Any, tmp_path: Path) -> None:
    from core.execute import execute

    some = newsdesk.groupby(["part", "label"]).head(12)
    config = make_config(**{"split.by": "given", "split.column": "part", "rows_per_class": 8})
    evaluation = execute(
        config, some, tmp_path, models=minilm.parent, cache=tmp_path / "cache", report=lambda _event: None
    )
    # Twelve test rows of each of eight desks: harder than the market's own mix, where Earnings is half of all.
    assert evaluation.metrics["accuracy"].low > 0.6
    assert evaluation.metrics["accuracy"].low > evaluation.baselines["majority"]["accuracy"].high


@pytest.mark.parametrize("name", TASKS)
def test_a_run_of_every_task_goes_end_to_end(name: str, tmp_path: Path) -> None:
    task, example = TASKS[name], inputs()[TASKS[name].inputs.name]
    config = config_of(task, model=example.model(tmp_path / "source", tmp_path / "models"))
    said: list[Any] = []
    places = {"models": tmp_path / "models", "cache": tmp_path / "cache", "report": said.append}
    with example.at_hand():
        evaluation = execute(config, frame_of(task), tmp_path / "run", **places)
        again = open_bundle(tmp_path / "run/bundle").answer(part_of(example.cells[:2]))
    assert (evaluation.kind, evaluation.rows) == (task.targets.name, 12)
    assert set(evaluation.baselines) == set(task.baselines)
    assert evaluation.reached is not None
    kept = {path.stem: read_answers(path) for path in (tmp_path / "run/predictions").iterdir()}
    assert set(kept) >= {"model", "validation", *task.baselines}
    assert {answers.kind for answers in kept.values()} == {task.targets.name}
    assert len({kept[who].row_ids for who in ("model", *task.baselines)}) == 1
    assert (again.kind, again.row_ids) == (task.targets.name, ("0", "1"))
    assert Evaluation.model_validate_json((tmp_path / "run/evaluation.json").read_text()) == evaluation


@pytest.mark.parametrize("settings", [{"preset": "quick"}, {"preset": "best", "epochs": 1}], ids=str)
def test_a_class_that_was_never_learnt_has_no_output_and_its_test_rows_count_as_wrong(
    settings: dict[str, Any], rows: pd.DataFrame, tiny_model: Path, tmp_path: Path
) -> None:
    marked = rows.assign(part=(["train", "train", "validation", "test"] * len(rows))[: len(rows)])
    marked.loc[2, "label"], marked.loc[3, "label"] = "app", "jobs"
    given = {"model": "local:tiny", "precision": "fp32", "split.by": "given", "split.column": "part"}
    places = {"models": tiny_model.parent, "cache": tmp_path / "cache", "report": lambda _: None}
    evaluation = execute(make_config(**given, **settings), marked, tmp_path / "run", **places)
    learnt = tuple(sorted(set(marked.loc[marked["part"] == "train", "label"])))
    for path in (tmp_path / "run/predictions").iterdir():
        assert ClassAnswers.read(path).labels == learnt
    assert open_bundle(tmp_path / "run/bundle").answer(part_of(["a row"])).labels == learnt
    assert {one.label: one.recall for one in evaluation.per_class}["jobs"] == 0.0
    assert "app" not in {one.label for one in evaluation.per_class}
    assert np.isfinite([one.value for one in evaluation.metrics.values()]).all()


def test_a_run_with_enough_validation_rows_tells_rows_unlike_the_training_rows(
    run: Callable[..., Any], rows: pd.DataFrame
) -> None:
    folder, _ = run(preset="quick", **{"split.validation": 0.5, "split.test": 0.2})
    detector, model = open_detector(folder / "bundle"), open_bundle(folder / "bundle")
    assert detector is not None
    assert isinstance(model, Represents)
    assert (
        FEWEST_ROWS <= len(detector.known) == len(ClassAnswers.read(folder / "predictions/validation.parquet").row_ids)
    )
    texts = dict(zip(row_ids(rows), rows["text"], strict=True))
    kept = ClassAnswers.read(folder / "predictions/validation.parquet")
    alike = detector.p_values(model.represent(part_of([texts[row] for row in kept.row_ids])).layers)
    assert detector.flags(alike).mean() <= FALSE_ALARMS


def test_with_few_validation_rows_nothing_is_promised_and_that_is_said(run: Callable[..., Any]) -> None:
    folder, events = run(preset="quick")
    assert open_detector(folder / "bundle") is None
    assert any("59 validation rows, and there are 24" in event.text for event in events if isinstance(event, LogEvent))


def test_beside_a_limit_on_labels_rows_without_them_calibrate(tiny_model: Path, tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    words = [first + rest for first in "bdfgklmnprst" for rest in ("ank", "oad", "ell", "ike", "un")]
    texts = [" ".join(chance.choice(words, 14)) + " " + sign for sign in ("oil", "ship", "angry") for _ in range(120)]
    many = pd.DataFrame({"text": texts, "label": ["energy"] * 120 + ["freight"] * 120 + ["mood"] * 120})
    many = many.sample(frac=1, random_state=0, ignore_index=True)
    many["part"] = ["train"] * 260 + ["test"] * 100
    config = make_config(
        **{"model": "local:tiny", "precision": "fp32", "split.by": "given", "split.column": "part"}, rows_per_class=8
    )
    execute(config, many, tmp_path / "run", models=tiny_model.parent, cache=tmp_path / "cache", report=lambda _: None)
    detector = open_detector(tmp_path / "run/bundle")
    assert detector is not None
    assert {len(one) for one in detector.references} == {24}
    assert len(detector.known) >= novelty.FEWEST_ROWS
