"""The report: one file that says what the numbers support, shows no more of the rows than was chosen, and is safe."""

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.answers import ClassAnswers
from core.config import make_config
from core.data import row_ids
from core.errors import ConfigError, NotFound
from core.tasks import TASKS
from dashboard.commands.asking import _from_file
from dashboard.report import ReportOptions, report
from dashboard.report.answer import answer, pairs
from dashboard.report.facts import gather
from dashboard.report.figures import in_page, themes
from dashboard.report.write import settings_file
from storage import Run, Store
from tests.dashboard import seed

HOSTILE = '<script>alert(1)</script>=cmd|"\u202e&amp;`**b**`'


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Three runs of the newsdesk: one clearly worse, two that cannot be told apart."""
    store = Store.open(tmp_path_factory.mktemp("report") / "home")
    seed.worker(store)
    dataset = seed.newsdesk(store, 1000, "Newsdesk", scenario="finance-newsdesk")
    for name, right in (("Low", 0.80), ("High", 0.95), ("As high", 0.952)):
        seed.finished(store, dataset, rows=1000, right=right, simple=0.82, name=name, quickly=True)
    return store


@pytest.fixture(scope="module")
def runs(full: Store) -> dict[str, Run]:
    return {run.name: run for run in full.runs.list()}


@pytest.fixture(scope="module")
def page(full: Store, runs: dict[str, Run]) -> str:
    wish = ReportOptions(approved_by="Ada <b>L.</b>", note="For the board.")
    return report(full, [run.id for run in runs.values()], wish)


def text_of(html: str) -> str:
    """What a reader reads, without scripts and styles."""
    seen = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", seen).split())


def test_a_report_of_three_runs_holds_all_its_parts_in_one_small_file(page):
    assert len(page.encode()) < 8_000_000
    assert page.count("plotly.js v") == 1
    seen = text_of(page)
    for part in (
        "Can a machine send each wire story to the right desk",
        "The comparison",
        "Business value",
        "Rows that it had never seen",
        "Limits",
        "What it must not be used for",
        "Model card: High",
        "Data sheet: Newsdesk",
        "How to repeat it",
        "Who approved it",
        "For the board.",
    ):
        assert part in seen


def test_a_report_asks_nobody_for_anything(page):
    head = page.split("</head>")[0]
    assert "default-src &#39;none&#39;" in head
    outside = re.findall(r"""(?:src|href|action|srcset)\s*=\s*["'](?!#)([^"']+)""", page.split("<script>")[0])
    assert outside == []
    assert "@import" not in head
    assert re.findall(r"url\((?!data:font/woff2;base64,)", head) == []


def test_the_answer_claims_a_difference_only_where_there_is_one(full, runs):
    both = " ".join(answer(gather(full, [runs["High"].id, runs["As high"].id])))
    assert "better than “" not in both
    assert "tell" in both
    apart = " ".join(answer(gather(full, [runs["High"].id, runs["Low"].id])))
    assert "“High” is better than “Low”" in apart


def test_the_line_of_the_scenario_is_reached_missed_or_left_open(full, runs):
    missed = " ".join(answer(gather(full, [runs["Low"].id])))
    assert "It misses the line of 94%" in missed
    high = " ".join(answer(gather(full, [runs["High"].id])))
    assert "These rows cannot tell whether it reaches the line of 94%" in high


def test_the_money_says_that_its_prices_are_only_examples(full, runs):
    assert "with the scenario's example prices" in " ".join(answer(gather(full, [runs["High"].id])))


def test_charts_come_as_data_with_colours_for_light_and_dark(page):
    figures = re.findall(r'<script type="application/json" id="figure-(\w+)">(.*?)</script>', page, flags=re.DOTALL)
    assert [name for name, _ in figures] == ["standing", "worth", "classes", "mixups", "confidence"]
    for _, told in figures:
        assert json.loads(told)["data"]
    looks = json.loads(re.search(r'id="themes">(.*?)</script>', page, flags=re.DOTALL).group(1))
    assert looks["light"]["swap"]["#000001"] != looks["dark"]["swap"]["#000001"]
    assert themes() == looks


def test_who_approved_it_and_when_or_that_nobody_has(full, runs, page):
    assert "Ada &lt;b&gt;L.&lt;/b&gt;" in page
    assert "Nobody has approved it yet." in report(full, [runs["Low"].id])


def test_the_settings_in_the_report_make_the_same_config_again(full, runs):
    told = tomllib.loads(settings_file(runs["High"], full.datasets.get(runs["High"].dataset_id)))
    told.pop("scenario")
    again = make_config(dataset=runs["High"].dataset_id, scenario="finance-newsdesk", **told)
    assert again == runs["High"].config


def test_runs_that_have_no_results_or_are_too_many_are_refused(full, runs, store):
    waiting = seed.queued(store, seed.newsdesk(store))
    with pytest.raises(ConfigError, match="has no evaluation"):
        report(store, [waiting.id])
    with pytest.raises(ConfigError, match="1 to 10"):
        report(full, [])
    with pytest.raises(NotFound, match="There is no run 'r0'"):
        report(full, ["r0"])
    with pytest.raises(NotFound, match="no column 'dsk'"):
        report(full, [runs["Low"].id], ReportOptions(columns=("dsk",)))


def test_json_in_a_page_cannot_end_its_script():
    told = in_page({"a": "</script><!--\u2028&"})
    assert not set("<>&\u2028") & set(told)
    assert json.loads(told) == {"a": "</script><!--\u2028&"}


@pytest.fixture
def hostile(store: Store) -> Run:
    """A run whose names, classes and rows are as bad as they get; one column is about persons."""
    labels = (HOSTILE, "b" * 10_000, "plain")
    texts = [f"{HOSTILE} anna@example.org +49 170 1234567 {i}" for i in range(60)]
    frame = pd.DataFrame({"text": texts, "kind": [labels[i % 3] for i in range(60)], "owner": ["Anna Kern"] * 60})
    dataset = store.datasets.add(seed.Rows(frame), name=HOSTILE, source=HOSTILE)
    run = seed.queued(store, dataset, **{"task.target": "kind", "name": HOSTILE})
    job = store.jobs.claim("tests-1")
    scores = np.random.default_rng(0).dirichlet((1, 1, 1), 60).astype(np.float32)
    model = ClassAnswers(tuple(row_ids(frame)), tuple(frame["kind"]), labels, scores)
    model.write(store.runs.work_folder(run.id) / "predictions" / "model.parquet")
    seed.majority(model).write(store.runs.work_folder(run.id) / "predictions" / "majority.parquet")
    store.jobs.start(job, process="0")
    store.jobs.succeed(job, seed.evaluation(model, majority=seed.majority(model)))
    return store.runs.get(run.id)


def test_hostile_names_classes_and_rows_come_out_as_text(store, hostile):
    page = report(store, [hostile.id], ReportOptions(columns=("owner",), note=HOSTILE, approved_by=HOSTILE))
    live = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    assert len(live) == 2
    assert "alert(1)" not in "".join(live)
    assert "<script>alert" not in page
    assert len(page) < 5_400_000


def test_a_column_about_persons_stays_out_unless_it_is_chosen(store, hostile):
    without = report(store, [hostile.id])
    assert "Anna Kern" not in without
    assert "anna@example.org" not in without
    assert "170 1234567" not in without
    assert "[e-mail]" in without
    chosen = report(store, [hostile.id], ReportOptions(columns=("owner",), as_written=True))
    assert "Anna Kern" in chosen
    assert "anna@example.org" in chosen


def test_no_row_is_quoted_where_no_examples_are_wished(store, hostile):
    assert "[e-mail]" not in report(store, [hostile.id], ReportOptions(examples=0))


def test_the_file_is_named_by_the_command_and_printed_for_programs(full, runs, tmp_path, monkeypatch, capsys):
    from dashboard.command_line import main

    target = tmp_path / "out" / "report.html"
    words = ["tuneboard", "report", runs["Low"].id, "-o", str(target), "--home", str(full.home), "--json"]
    monkeypatch.setattr("sys.argv", words)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert Path(told["report"]).stat().st_size == told["bytes"]


def test_the_settings_of_a_run_on_mended_rows_name_those_rows_and_survive_any_letter(full, runs):
    run = runs["High"]
    original = full.datasets.get(run.dataset_id)
    mended = original.model_copy(update={"parent_id": original.id, "name": "news \N{GRINNING FACE} 'mended'"})
    told = tomllib.loads(settings_file(run, mended))
    assert "scenario" not in told
    assert told["dataset"] == mended.name


def test_a_setting_that_was_emptied_stays_empty_when_the_run_is_repeated(full, runs, tmp_path):
    run = runs["High"]
    config = make_config(dataset=run.dataset_id, preset="best", early_stopping=None, **{"task.target": "desk"})
    file = tmp_path / "settings.toml"
    dataset = full.datasets.get(run.dataset_id)
    file.write_text(settings_file(run.model_copy(update={"config": config}), dataset), encoding="utf-8")
    assert _from_file(full, file, None, {}) == config


@pytest.mark.parametrize("name", TASKS)
def test_a_run_of_any_task_is_repeated_by_its_settings(full, runs, tmp_path, name):
    run = runs["High"]
    config = make_config(dataset=run.dataset_id, **{"task.task": name, "task.target": "desk", "seed": 5})
    file = tmp_path / "settings.toml"
    dataset = full.datasets.get(run.dataset_id)
    file.write_text(settings_file(run.model_copy(update={"config": config}), dataset), encoding="utf-8")
    assert _from_file(full, file, None, {}) == config


def test_a_report_on_runs_of_different_rows_says_which_figure_is_on_which(full, runs):
    facts = gather(full, [runs["High"].id, runs["Low"].id])
    some = replace(facts.comparison, rows=120, left_out={runs["High"].id: 880, runs["Low"].id: 0})
    said = " ".join(pairs(replace(facts, comparison=some)))
    assert "compared on the 120 rows that all of them answered" in said
    assert "on all 1,000 of its rows" in said
