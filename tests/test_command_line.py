"""The command line, as scripts use it: real processes, one JSON document, exit codes that mean something."""

import io
import json
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from core.config import make_config
from core.data import ReadOptions, read
from core.evaluation.records import Evaluation, Interval
from dashboard.command_line import main
from dashboard.intake.rows import read_again
from storage import Store
from tests.worker.conftest import sixty_rows

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.xdist_group("processes")

REFUSE_NETWORK = """
import os, socket
def _guard(real):
    def connect(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(("127.", "::1")):
            with open(os.environ["REACHED_OUT"], "a") as file:
                file.write(f"{address}\\\\n")
            raise ConnectionRefusedError(address)
        return real(self, address)
    return connect
socket.socket.connect = _guard(socket.socket.connect)
socket.socket.connect_ex = _guard(socket.socket.connect_ex)
"""


class Tuneboard:
    """The program with a home of its own, in processes that note and refuse every reach beyond this machine."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.reached_out = folder / "reached-out"
        (folder / "guard").mkdir()
        (folder / "guard" / "sitecustomize.py").write_text(REFUSE_NETWORK.replace("\\\\n", "\\n"))
        self.environment = {
            **os.environ,
            "TUNEBOARD_HOME": str(self.home),
            "PYTHONPATH": f"{folder / 'guard'}{os.pathsep}{ROOT}",
            "REACHED_OUT": str(self.reached_out),
        }

    def __call__(self, *words: str, code: int = 0) -> Any:
        """The JSON document that the command prints."""
        ended = subprocess.run(
            [sys.executable, "-m", "dashboard", *words, "--json"],
            env=self.environment,
            cwd=self.home.parent,
            capture_output=True,
            text=True,
            timeout=280,
        )
        assert ended.returncode == code, ended.stderr + ended.stdout
        return json.loads(ended.stdout)


class Within(Tuneboard):
    """The program in this process, which has imported everything already: for what it says, not for how it starts."""

    def __call__(self, *words: str, code: int = 0) -> Any:
        """The JSON document that the command prints."""
        printed = io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed):
            patch.chdir(self.home.parent)
            patch.setattr(sys, "argv", ["tuneboard", *words, "--json"])
            for name in set(self.environment) - {"PYTHONPATH"}:
                patch.setenv(name, self.environment[name])
            with pytest.raises(SystemExit) as ended:
                main()
        assert ended.value.code == code, printed.getvalue()
        return json.loads(printed.getvalue())


@pytest.fixture
def within(tmp_path: Path, tiny_model: Path) -> Tuneboard:
    program = Within(tmp_path)
    shutil.copytree(tiny_model, program.home / "models" / tiny_model.name)
    return program


@pytest.fixture
def tuneboard(tmp_path: Path, tiny_model: Path) -> Tuneboard:
    program = Tuneboard(tmp_path)
    shutil.copytree(tiny_model, program.home / "models" / tiny_model.name)
    return program


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "desks.csv"
    sixty_rows().to_csv(path, index=False)
    return path


def test_from_a_file_to_a_model_that_answers_without_any_network(
    tuneboard: Tuneboard, file: Path, tmp_path: Path
) -> None:
    added = tuneboard("datasets", "add", str(file), "--name", "desks", "--target", "label")
    assert (added["name"], added["rows"], added["columns"]) == ("desks", 60, ["text", "label"])
    assert added["suggested"] == {"task": "text-classification", "text": "text", "target": "label"}

    trained = tuneboard("train", "--dataset", "desks", "--target", "label", "--set", "model=local:tiny", "--wait")
    run = trained["run"]
    assert (run["status"], run["preset"]) == ("succeeded", "quick")
    accuracy = trained["evaluation"]["metrics"]["accuracy"]
    assert 0 <= accuracy["low"] <= accuracy["value"] <= accuracy["high"] <= 1
    assert {"majority", "tfidf"} <= set(trained["evaluation"]["baselines"])
    assert trained["evaluation"]["run"] == run["id"]

    assert tuneboard("evaluate", run["id"]) == trained["evaluation"]
    assert [one["id"] for one in tuneboard("runs")["runs"]] == [run["id"]]
    assert tuneboard("runs", "show", run["id"])["run"]["status"] == "succeeded"

    why = tuneboard("explain", run["id"], "--text", "oil price crude barrel")["explanation"]
    assert [word["text"] for word in why["words"]] == ["oil", "price", "crude", "barrel"]
    answer = tuneboard("predict", run["id"], "--text", "oil price crude barrel")["predictions"][0]
    assert answer["label"] in answer["scores"]
    assert {"is_unlike", "p_value"} <= answer.keys()
    assert sum(answer["scores"].values()) == pytest.approx(1, abs=1e-3)
    assert len(tuneboard("predict", run["id"], "--file", str(file))["predictions"]) == 60
    asked = tmp_path / "asked.csv"
    asked.write_text('id,"TEXT "\n1,oil price crude\n\n2,\u200b\u2060\n3,nan\n4,\n')
    told = tuneboard("predict", run["id"], "--file", str(asked))["predictions"]
    assert [(one["line"], one["label"] is None) for one in told] == [(2, 0), (3, 1), (4, 1), (5, 0), (6, 1)]
    assert [one["problem"] for one in told if one["label"] is None] == ["no text"] * 3
    asked.write_text('"oil, price of crude"\n"wheat harvest, and grain"\n"shares of a bank fell, again"\n')
    assert [one["line"] for one in tuneboard("predict", run["id"], "--file", str(asked))["predictions"]] == [1, 2, 3]

    tuneboard("backup", str(tmp_path / "b.zip"))
    tuneboard("restore", str(tmp_path / "b.zip"), "--home", str(tmp_path / "again"))
    assert tuneboard("runs", "show", run["id"], "--home", str(tmp_path / "again"))["run"]["id"] == run["id"]
    assert not tuneboard.reached_out.exists(), tuneboard.reached_out.read_text()


def test_how_a_file_was_read_is_kept_and_it_can_be_read_otherwise(within: Tuneboard, tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    rows = "".join(f"letter {n} about a thing that broke,{'ab'[n % 2]}\n" for n in range(12))
    path.write_text(f"Letters of June\n\nletter,desk\n{rows}")
    checked = within("datasets", "check", str(path), "--target", "Desk")
    assert (checked["rows"], checked["columns"], checked["suggested"]["target"]) == (12, ["letter", "desk"], "desk")
    assert "header_below" in [finding["code"] for finding in checked["findings"]]
    assert within("datasets", "check", str(path), "--skip-lines", "2", "--no-header")["rows"] == 13
    within("datasets", "add", str(path), "--name", "letters", "--skip-lines", "2")
    with Store.open(within.home) as store:
        kept = store.datasets.get("letters")
        assert (kept.rows, kept.columns, kept.options.skip_lines) == (12, ("letter", "desk"), 2)
        version = store.datasets.add_version(kept.id, read_again(store, kept, kept.options.changed(header=False)))
        assert (version.rows, version.options.flags()) == (13, "--skip-lines 2 --no-header")
        assert len(read_again(store, version, ReadOptions()).frame) == 12


def test_a_wrong_column_is_explained_before_anything_is_queued(within: Tuneboard, file: Path) -> None:
    within("datasets", "add", str(file), "--name", "desks")
    error = within("train", "--dataset", "desks", "--target", "lable", code=2)["error"]
    assert "'lable'" in error["message"]
    assert "Did you mean 'label'?" in error["message"] + error["hint"]
    assert within("runs")["runs"] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("run.toml", 'dataset = "desks"\npreset = "balanced"\nepochs = 2\n[split]\ntest = 0.3\n'),
        ("run.yaml", "dataset: desks\npreset: balanced\nepochs: 2\nsplit:\n  test: 0.3\n"),
    ],
)
def test_a_config_file_is_the_same_as_the_words(
    within: Tuneboard, file: Path, tmp_path: Path, name: str, words: str
) -> None:
    within("datasets", "add", str(file), "--name", "desks")
    config = tmp_path / name
    config.write_text(words)
    run = within("train", str(config), "--set", "seed=7")["run"]
    assert (run["config"]["learning"]["epochs"], run["config"]["split"]["test"], run["config"]["seed"]) == (2, 0.3, 7)
    assert run["status"] == "queued"
    stopped = within("runs", "stop", run["id"])["run"]
    assert stopped["status"] == "cancelled"
    again = within("runs", "rerun", run["id"])["run"]
    assert again["config"] == {**run["config"], "name": again["config"]["name"]}


def test_the_same_request_twice_is_one_run(within: Tuneboard, file: Path) -> None:
    within("datasets", "add", str(file), "--name", "desks")
    words = ("train", "--dataset", "desks", "--target", "label", "--request-id", "once")
    assert within(*words)["run"]["id"] == within(*words)["run"]["id"]


def test_a_yaml_file_that_is_no_list_of_settings_is_refused(within: Tuneboard, tmp_path: Path) -> None:
    for words in ("- a\n- b\n", "a: [1\n", "!!python/object/apply:os.getcwd []\n"):
        (tmp_path / "run.yaml").write_text(words)
        assert "run.yaml" in within("train", str(tmp_path / "run.yaml"), code=2)["error"]["message"]


def test_a_quote_comes_before_the_run(within: Tuneboard, file: Path) -> None:
    within("datasets", "add", str(file), "--name", "desks")
    words = ("--dataset", "desks", "--target", "label", "--set", "model=local:tiny")
    quote = within("quote", *words)["quote"]
    assert 0 < quote["minutes_low"] <= quote["minutes_high"]
    assert quote["memory_gb"] > 0
    assert within("runs")["runs"] == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("train",), "Say one thing to train on"),
        (("train", "--scenario", "finance-newsdeks"), "Did you mean 'finance-newsdesk'?"),
        (("train", "--dataset", "nothing"), "There is no dataset 'nothing'"),
        (("runs", "show", "r0"), "There is no run 'r0'"),
        (("predict", "r0"), "There is no run 'r0'"),
        (("datasets", "add", "missing.csv"), "There is no file missing.csv"),
        (("restore", "missing.zip", "--home", "elsewhere"), "cannot be read as a backup"),
        (("train", "--no-such-option"), "No such option"),
    ],
)
def test_what_the_user_can_mend_is_said_with_exit_2(within: Tuneboard, words: tuple[str, ...], says: str) -> None:
    error = within(*words, code=2)["error"]
    assert says in f"{error['message']} {error['hint']}"


def test_a_check_that_finds_an_error_exits_with_2(within: Tuneboard, file: Path, tmp_path: Path) -> None:
    assert all(one["severity"] != "error" for one in within("datasets", "check", str(file))["findings"])
    alike = tmp_path / "alike.csv"
    sixty_rows().assign(label="oil").to_csv(alike, index=False)
    found = within("datasets", "check", str(alike), "--target", "label", code=2)["findings"]
    assert "error" in {one["severity"] for one in found}


def test_pruning_shows_what_would_go_and_then_lets_it_go(within: Tuneboard) -> None:
    store = Store.open(within.home)
    left = store.home / "runs" / "r0123456789" / "work" / "weights"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x" * 1000)
    os.utime(left.parent.parent, (0, 0))
    plan = within("prune", "--dry-run")
    assert (plan["dry_run"], plan["bytes"], [loss["kind"] for loss in plan["losses"]]) == (True, 1000, ["folder"])
    assert left.exists()
    assert within("prune", "--older-than", "8w", "--keep-best", "3")["losses"] == plan["losses"]
    assert not left.exists()
    assert within("prune")["losses"] == []
    assert "'soon' is no length of time" in within("prune", "--older-than", "soon", code=2)["error"]["message"]


def test_a_limit_is_refused_with_a_sentence_and_a_wrong_one_is_named(within: Tuneboard, file: Path) -> None:
    within("datasets", "add", str(file), "--name", "desks")
    within.environment["TUNEBOARD_MAX_QUEUED"] = "1"
    words = ("train", "--dataset", "desks", "--target", "label")
    within(*words)
    assert "1 of your runs wait already" in within(*words, code=2)["error"]["message"]
    within.environment["TUNEBOARD_MAX_QUEUED"] = "many"
    assert "TUNEBOARD_MAX_QUEUED" in within("runs", code=2)["error"]["message"]


def test_health_without_a_worker_says_so_and_exits_1(tuneboard: Tuneboard) -> None:
    health = tuneboard("health", code=1)
    assert health["ok"] is False
    worker = next(check for check in health["checks"] if check["name"] == "Worker")
    assert "tuneboard worker" in worker["hint"]


def test_the_scenarios_say_whether_they_can_run(within: Tuneboard) -> None:
    found = {one["key"]: one for one in within("scenarios")["scenarios"]}
    assert {"finance-newsdesk", "medical-coding", "education-routing", "support-tone"} <= set(found)
    assert all(one["note"] for one in found.values())


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Home with a run that has ended, with what it found, and one that waits."""
    folder = tmp_path_factory.mktemp("kept")
    home, file = folder / "home", folder / "rows.csv"
    sixty_rows().to_csv(file, index=False)
    with Store.open(home) as store:
        config = make_config(dataset=store.datasets.add(read(file, file.name), name="rows", source=file.name).id)
        for request in ("ends", "waits"):
            store.runs.queue(config, request)
        job = store.jobs.claim(f"{os.getpid()}/0/0")
        store.jobs.start(job, f"{os.getpid()}/0/0")
        store.jobs.succeed(job, Evaluation(rows=9, metrics={"accuracy": Interval(value=0.75, low=0.5, high=0.875)}))
    return home


def loaded(code: str, *words: str) -> tuple[str, set[str]]:
    """What a new process says that runs the code with these arguments, and the modules that it has loaded."""
    tell = "; import sys; print('loaded:', *sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code + tell, *words], cwd=ROOT, capture_output=True, text=True)
    said, _, modules = ended.stdout.rpartition("loaded:")
    assert modules, ended.stderr
    return said, set(modules.split())


@pytest.mark.parametrize(
    ("words", "says"),
    [(("runs",), "75.0% (50.0% to 87.5%)"), (("health",), "Schema: "), (("prune", "--dry-run"), "Nothing that old")],
)
def test_a_command_loads_no_library_that_it_has_no_use_for(kept: Path, words: tuple[str, ...], says: str) -> None:
    code = (
        "from contextlib import suppress; from dashboard.command_line import main\nwith suppress(SystemExit): main()\n"
    )
    said, modules = loaded(code + "pass", *words, "--home", str(kept))
    assert says in said
    assert {"sqlmodel", "dashboard.language.words"} <= modules
    rows, models = (
        {"numpy", "pandas", "pyarrow", "scipy", "sklearn", "ftfy"},
        {"torch", "transformers", "huggingface_hub"},
    )
    assert not (rows | models | {"alembic", "rich"}) & modules


def test_the_commands_start_without_a_heavy_library() -> None:
    code = "import typer; from dashboard.command_line import app; print(*dict(typer.main.get_command(app).commands))"
    said, modules = loaded(code)
    assert {"up", "train", "predict", "datasets", "copy-to"} <= set(said.split())
    assert "dashboard.commands.training" in modules
    assert not {"torch", "transformers", "streamlit", "sklearn", "scipy.stats"} & modules


@pytest.mark.slow
def test_what_stands_last_in_long_texts_is_learnt_where_the_beginning_is_cut(within: Tuneboard, tmp_path: Path) -> None:
    start = "this mail was forwarded by our reception and holds no private details " * 20
    rows = sixty_rows()
    rows["text"] = [f"{start} case {n} {text}" for n, text in enumerate(rows["text"])]
    rows.to_csv(tmp_path / "mails.csv", index=False)
    within("datasets", "add", str(tmp_path / "mails.csv"), "--name", "mails", "--target", "label")
    asked = ("train", "--dataset", "mails", "--target", "label", "--set", "model=local:tiny", "--wait")
    (found,) = [one for one in within(*asked)["findings"] if one["code"] == "same_beginnings"]
    assert [one["name"] for one in found["settings"]] == ["task.cut"]
    trained = within(*asked, "--set", "task.cut=start")
    assert "same_beginnings" not in {one["code"] for one in trained.get("findings", ())}
    run = trained["run"]["id"]
    assert within("evaluate", run) == trained["evaluation"]
    assert trained["evaluation"]["metrics"]["accuracy"]["low"] > 0.5
    told = within("predict", run, "--file", str(tmp_path / "mails.csv"))["predictions"]
    assert {(one["is_cut"], one["unread"]) for one in told} == {(True, "beginning")}
