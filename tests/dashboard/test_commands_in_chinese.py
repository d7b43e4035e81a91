"""Commands in Chinese: no English is left in what they print for people."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.config import METHODS, groups
from core.evaluation import MEANINGS
from core.models import CATALOGUE
from core.tasks import TASKS
from dashboard.command_line import main
from dashboard.shares.create import share_demo
from storage import Run, Store
from tests.dashboard import seed
from tests.pictured import COLOURS, keep, one
from tests.worker.conftest import sixty_rows

KEYS = {*MEANINGS, *TASKS, *(name for one in (*METHODS.values(), *groups().values()) for name in one.model_fields)}
"""Names that are typed as they stand: of metrics, tasks and settings."""
ENGLISH = re.compile(r"(?<![\w.-])[A-Za-z][a-z']+(?: +[A-Za-z][a-z']+)+|^[a-z]{3,}:|(?<= {2})[a-z]{3,}$")
"""Two English words side by side, or one that heads a line or ends it."""
Says = Callable[..., str]


def english(printed: str, *data: str) -> list[str]:
    """English within lines; `data`, keys, options, paths and addresses apart."""
    for key in sorted((*data, *KEYS), key=len, reverse=True):
        printed = re.sub(rf"(?<![\w-]){re.escape(key)}(?![\w-])", "", printed)
    printed = re.sub(r"--?[a-z][\w-]*|\S*[/=]\S*|[“‘].*?[”’]|<.*?>|Usage: .*|\d+ GB", "", printed)
    return [line for line in printed.splitlines() if ENGLISH.search(line)]


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Says:
    """What a command prints for people in Chinese."""

    def run(*words: object, code: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["tuneboard", "--lang", "zh", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert ended.value.code == code, said.err + said.out
        return said.err + said.out

    return run


@pytest.fixture
def run(shop: Store) -> Run:
    """The newest finished run of a full store, shared as a demo."""
    found = next(one for one in shop.runs.list(status="succeeded"))
    share_demo(shop, found, days=1)
    return found


COMMANDS = (
    *(("runs",), ("evaluate", "RUN"), ("payoff", "RUN"), ("compare", "RUN", "RUN:tfidf"), ("runs", "rerun", "RUN")),
    *(("shares",), ("share", "RUN"), ("report", "RUN", "-o", "r.html"), ("accounts",), ("audit",), ("health",)),
    *(("prune", "--dry-run"), ("prune", "--older-than", "0h"), ("backup", "b.zip"), ("scenarios",), ("models", "list")),
    *(("datasets", "list"), ("runs", "stop", "RUN"), ("runs", "delete", "RUN"), ("--help",), ("train", "--help")),
)
WRONG = (
    *(("nonsense",), ("runs", "show", "r0"), ("evaluate",), ("evaluate", "RUN", "--nonsense"), ("compare", "RUN")),
    *(("train", "x.toml"), ("train",), ("train", "--dataset", "Newsdesk", "--target", "no"), ("predict", "RUN")),
    *(("datasets", "check", "no.csv"), ("prune", "--older-than", "soon"), ("labels", "--of", "RUN"), ("unshare", "x")),
    *(("payoff", "RUN", "--keep", "--forget"), ("train", "--scenario", "no"), ("datasets", "mend", "Newsdesk")),
)


def named(words: tuple[str, ...], run: Run) -> list[str]:
    """The command's words with the run's id."""
    return [word.replace("RUN", run.id) for word in words]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_prints_no_english(
    words: tuple[str, ...], shop: Store, run: Run, says: Says, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = [one.name for one in (*shop.runs.list(), *shop.datasets.list())]
    data += [one.title.split(" (")[0] for one in CATALOGUE.values()]
    classes = [*seed.DESKS, *(name for one in shop.datasets.list() for name in one.columns)]
    printed = says(*named(words, run))
    assert re.search("[\u4e00-\u9fff]", printed)
    assert english(printed, *data, *classes) == []


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_an_error_is_told_without_english(words: tuple[str, ...], shop: Store, run: Run, says: Says) -> None:
    columns = [name for one in shop.datasets.list() for name in one.columns]
    printed = says(*named(words, run), code=2)
    assert re.search("[\u4e00-\u9fff]", printed)
    assert english(printed, *columns, "x", "KEY", "NAME", "COLUMN") == []


def test_from_a_file_to_a_waiting_run_there_is_no_english(says: Says, store: Store, tmp_path: Path) -> None:
    rows = sixty_rows()
    rows.to_csv(tmp_path / "desks.csv", index=False)
    said = [says("datasets", "check", tmp_path / "desks.csv", "--target", "label")]
    said.append(says("datasets", "add", tmp_path / "desks.csv", "--name", "desks", "--target", "label"))
    asked = ("--dataset", "desks", "--target", "label", "--set", "name=One")
    said += [says("quote", *asked), says("train", *asked), says("runs"), says("labels", *asked, "--sizes", "2,4")]
    data = {"desks", "text", "label", "One", *rows["label"], *" ".join(rows["text"]).split()}
    assert english("\n".join(said), *data) == []
    assert "desks" in said[0]


def test_a_model_answers_and_explains_without_english(says: Says, home: Path, pictured: Path, tmp_path: Path) -> None:
    with Store.open(home) as store:
        run = keep(store, pictured)
    for name in ("1.png", "2.png"):
        (tmp_path / name).write_bytes(one("ring"))
    said = [says("predict", run.id, "--file", tmp_path), says("explain", run.id, "--file", tmp_path / "1.png")]
    said += [says("evaluate", run.id), says("runs", "show", run.id)]
    assert english("\n".join(said), run.name, *COLOURS) == []
