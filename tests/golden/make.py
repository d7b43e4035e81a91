"""Writes the golden data of this folder: what a released Tuneboard really left behind, for later ones to read.

It ran once, with the code of commit 03ebf49. Never run it again with newer code: a store written by today's code proves
nothing about yesterday's. `python -m tests.golden.make` from the repository's root, where it must be so.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from core.predict import Predictor
from sqlalchemy import text
from starlette.testclient import TestClient

from core.comparison import compare
from core.config import make_config
from core.data import Table
from core.explanations.orders import AlikeOrder, WhyOrder, WordsOrder
from core.payoff import Decision
from core.scenarios import SCENARIOS
from core.searches import LabelCurve, levels
from dashboard.cached.comparable import comparables
from dashboard.commands.comparing import as_dict
from dashboard.commands.payoff import as_told
from dashboard.sentences.money import appraisal_of
from dashboard.sentences.verdict import judge
from dashboard.shares.create import share_demo
from dashboard.shares.telling import tell
from storage import Run, Store
from tests.tiny import make_tiny
from tests.worker.conftest import WORDS, ended, supervised, wait_for
from worker.order import RunOrder, RunResult
from worker.predictor import application

HERE = Path(__file__).parent
TEXTS = ("oil price crude fell", "the bank rate rose", "ship late in port", "profit, credit and oil", "42")
REVISIONS = ("a9ed46d", "21917d4", "594c285", "e0b8919")
"""The commits that changed which fields a config has; the last one's are those of 03ebf49."""
NEVER_ENDS = "2999-01-01 00:00:00.000000"
COMPARED = ("accuracy", "f1_macro", "log_loss")
TINY = {"model": "local:tiny", "batch_size": 8, "task.max_tokens": 32}


def rows() -> pd.DataFrame:
    """180 texts in three classes, every fourth or so with a wrong label; a shop, a day and a part to split by."""
    chance = np.random.default_rng(0)
    made = []
    for n in range(180):
        words = " ".join(chance.choice(WORDS[list(WORDS)[n % 3]].split(), 7)) + f" {n}"
        label = list(WORDS)[(n + (chance.random() < 0.25)) % 3]
        part = ("train", "train", "train", "validation", "test")[n // 3 % 5]
        made.append((words, label, f"shop {n // 12}", f"2026-0{1 + n // 60}-{1 + n % 28:02d}", part))
    return pd.DataFrame(made, columns=["text", "label", "shop", "day", "part"])


def settings() -> dict[str, dict[str, Any]]:
    """Configs of real variety: by name, what `make_config` is given."""
    thorough: dict[str, dict[str, Any]] = {preset: {"preset": preset} for preset in ("quick", "balanced", "best")}
    return thorough | {
        "lora": {"preset": "balanced", "method": "lora", "lora_rank": 4, "lora_alpha": 32, "learning_rate": 2e-4},
        "group": {"split.by": "group", "split.column": "shop", "split.validation": 0.1, "split.test": 0.3},
        "time": {"split.by": "time", "split.column": "day"},
        "given": {"split.by": "given", "split.column": "part", "split.validation": 0.0},
        "few": {"rows_per_class": 8, "seed": 7},
        "odd": {
            "name": "Größe, 'quoted' & <b>",
            "model": "hub:prajjwal1/bert-tiny@main",
            "task.text": "Nachricht",
            "task.target": "Antwort",
            "task.max_tokens": 512,
            "preparation.conflicts": "drop",
            "preparation.fix_encoding": False,
            "preset": "best",
            "epochs": 200,
            "optimizer": "sgd",
            "momentum": 0.0,
            "schedule": "cosine",
            "dropout": 0.0,
            "label_smoothing": 0.1,
            "class_weights": True,
            "max_grad_norm": 0.0,
            "precision": "bf16",
        },
    }


def configs() -> Iterator[tuple[str, str]]:
    """Every config as JSON: of each released shape, each setting above; of the last, each scenario and preset."""
    for revision in REVISIONS:
        make = old_module(revision).make_config
        for name, fields in settings().items():
            yield f"{revision}/{name}", make(dataset="d0123456789", **fields).model_dump_json()
    for key, scenario in SCENARIOS.items():
        for preset in ("quick", "balanced", "best"):
            yield f"scenarios/{key}-{preset}", scenario.config("d0123456789", preset).model_dump_json()
    yield "e0b8919/keep_start", make_config(dataset="d1", preset="best", keep_start=0.5, processes=4).model_dump_json()


def old_module(revision: str) -> types.ModuleType:
    """core/config.py as it was at a commit."""
    source = subprocess.run(
        ["git", "show", f"{revision}:core/config.py"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    module = types.ModuleType(f"config_{revision}")
    sys.modules[module.__name__] = module
    exec(compile(source, f"{revision}:core/config.py", "exec"), module.__dict__)  # noqa: S102
    return module


def main() -> None:
    """Writes everything."""
    for name, made in configs():
        keep(f"configs/{name}.json", made)
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary) / "home"
        models = Path(temporary) / "models"
        os.environ["HF_HUB_OFFLINE"] = "1"
        store = Store.open(home)
        make_tiny(Path(temporary) / "source", models)
        shutil.copytree(models / "local--tiny", store.models / "local--tiny")
        told = fill(store)
        store.close()
        keep("store.json", json.dumps(told, indent=1))
        forget_this_machine(home)
        pack(home)


def fill(store: Store) -> dict[str, Any]:
    """Runs, a search, a decision and shares; gives what the code of then said about them."""
    dataset = store.datasets.add(Table(rows(), ("Read as CSV.",)), name="desks", source="desks.csv")

    def queue(name: str, **fields: Any) -> Run:
        return store.runs.queue(make_config(dataset=dataset.id, name=name, **{**TINY, **fields}), name)

    fast = {"learning_rate": 5e-3, "epochs": 4}
    balanced = queue("Balanced", preset="balanced", scenario="finance-newsdesk", **fast)
    runs = [queue("Quick", preset="quick"), balanced, queue("Lora", preset="balanced", method="lora", **fast)]
    failed = queue("Failed", preset="quick", **{"task.target": "lable"})
    stopped = queue("Stopped", preset="balanced", epochs=40)
    search = store.runs.queue_search(
        make_config(dataset=dataset.id, name="Curve", preset="quick", **TINY),
        LabelCurve(sizes=(3, 6, 12), draws=3),
        "c",
    )
    orders(store, balanced, search)
    with supervised(store):
        wait_for(lambda: store.runs.get(stopped.id).status == "running", "its turn")
        wait_for(lambda: "train/loss" in store.runs.series(stopped.id), "the first steps")
        store.runs.stop(stopped.id)
        for run in (*runs, failed, stopped, search):
            ended(store, run.id)
    queued, cancelled = queue("Queued", preset="quick"), queue("Cancelled", preset="quick")
    store.runs.stop(cancelled.id)
    explain(store, runs[0].id)
    return tell_all(store, runs) | {
        "dataset": dataset.id,
        "others": {run.name: store.runs.get(run.id).status for run in (failed, stopped, search, queued, cancelled)},
        "ids": {run.name: run.id for run in (*runs, failed, stopped, search, queued, cancelled)},
        "curve": curve(store, search.id),
    }


def orders(store: Store, run: Run, search: Run) -> None:
    """What run processes are told and answer."""
    for name, one in (("run", run), ("search", search)):
        attempt = Path("/home/runs") / one.id / "attempts" / "1"
        order = RunOrder(
            run_id=one.id,
            config=one.config,
            dataset=Path("/home/files/rows.parquet"),
            attempt=attempt,
            work=Path("/home/runs") / one.id / "work",
            models=Path("/home/models"),
            cache=Path("/home/cache"),
            search=one.search,
        )
        keep(f"orders/{name}.json", order.model_dump_json())
    keep("orders/succeeded.json", RunResult(status="succeeded").model_dump_json())
    failed = RunResult(status="failed", message="There is no column.", hint="Choose one.", bug_number="B-12")
    keep("orders/failed.json", failed.model_dump_json())


def explain(store: Store, run_id: str) -> None:
    """Words of a text, rows alike and the model's words, found by the predictor."""
    asked = {
        "why": WhyOrder(run=run_id, text=TEXTS[0]),
        "alike": AlikeOrder(run=run_id, text=TEXTS[0]),
        "words": WordsOrder(run=run_id, rows_per_class=4),
    }
    door = {"Authorization": "Bearer right"}
    with TestClient(application(store, "right"), base_url="http://127.0.0.1", headers=door) as client:
        for kind, order in asked.items():
            keep(f"explanations/{kind}-order.json", order.model_dump_json())
            work = client.post("/explanations", json=order.model_dump()).json()["id"]

            def found(work: str = work) -> Any:
                answer = client.get(f"/explanations/{work}").json()
                return answer["status"] not in ("queued", "running") and answer

            keep(f"explanations/{kind}.json", json.dumps(wait_for(found, kind), indent=1))


def tell_all(store: Store, runs: list[Run]) -> dict[str, Any]:
    """What is said of the finished runs; one gets a decision, and links are made."""
    prices = SCENARIOS["finance-newsdesk"].payoff
    decision = {
        "currency": prices.currency,
        "labels": list(WORDS),
        "worths": [[2, -1, -1], [-1, 2, -1], [-5, -1, 2]],
        "person": 0.5,
        "upfront": 100,
    }
    told = {}
    for run in runs:
        answers = store.runs.predictions(run.id)
        evaluation = store.runs.get(run.id).evaluation
        assert evaluation is not None, run.name
        others = {who: store.runs.predictions(run.id, who) for who in evaluation.baselines}
        found = judge(evaluation, answers, others)
        worth = appraisal_of(store, store.runs.get(run.id), Decision.model_validate(decision))
        if run.name == "Balanced":
            store.runs.decide(run.id, worth.decision)
        told[run.name] = {
            "evaluation": json.loads(evaluation.model_dump_json()),
            "kind": found.kind,
            "sentence": found.sentence,
            "payoff": as_told(store.runs.get(run.id), worth),
            "probabilities": Predictor.load(store.runs.bundle(run.id)).predict(TEXTS).tolist(),
            "validation": store.runs.predictions(run.id, "validation").scores.tolist(),
        }
    found_ones = comparables(store, [run.id for run in runs] + [f"{runs[0].id}:tfidf"])
    read = {one.key: one.read(store) for one in found_ones}
    compared = {metric: as_dict(compare(read, metric=metric), found_ones) for metric in COMPARED}
    balanced = store.runs.get(runs[1].id)
    _, demo = share_demo(store, balanced, days=7)
    _, page = store.shares.create("report", title="A page", run_ids=(balanced.id,), content=b"<p>It reads.</p>", days=7)
    story = json.loads(tell(store, balanced).model_dump_json())
    return {"runs": told, "compared": compared, "texts": TEXTS, "demo": demo, "report": page, "told": story}


def curve(store: Store, run_id: str) -> dict[str, Any]:
    """What a search found: each point, and the levels with their intervals."""
    points = store.runs.points(run_id)
    found = levels(points)
    assert found is not None
    return {
        "points": [[p.size, p.draw, p.rows, *(p.reached(who) for who in p.who)] for p in points],
        "levels": {who: [one.model_dump() for one in found.reached(who)] for who in found.who},
    }


def forget_this_machine(home: Path) -> None:
    """No host, process or passing thing stays; shares stay open for good."""
    from storage.database import open_database

    for name in ("cache", "logs", "incoming", "predictor.json"):
        gone = home / name
        shutil.rmtree(gone) if gone.is_dir() else gone.unlink(missing_ok=True)
    for pattern in ("*.lock", "lock", "leased", "output.log"):
        for path in home.rglob(pattern):
            path.unlink()
    engine = open_database(home)
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("DELETE FROM worker"))
        connection.execute(text("UPDATE job SET owner = NULL, token = NULL, process = NULL, lease_until = NULL"))
        connection.execute(text("UPDATE share SET expires = :never"), {"never": NEVER_ENDS})
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute("VACUUM")
        raw.execute("PRAGMA journal_mode = DELETE")
    engine.dispose()


def pack(home: Path) -> None:
    """The home in one archive."""
    with tarfile.open(HERE / "store.tar.xz", "w:xz") as archive:
        archive.add(home, "home", filter=nameless)


def nameless(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """The entry without whose file it was."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def keep(name: str, content: str) -> None:
    """Puts a file into this folder."""
    path = HERE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
