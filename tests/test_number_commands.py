"""Runs of numbers on the command line: one JSON document, a number with its range."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from storage import Store
from tests.dashboard import seed_numbers
from tests.test_command_line import Tuneboard, within
from tests.worker.conftest import sixty_rows

__all__ = ["within"]
pytestmark = pytest.mark.xdist_group("processes")


def test_a_model_of_numbers_is_trained_asked_and_explained(within: Tuneboard, tmp_path: Path) -> None:
    file = tmp_path / "lengths.csv"
    rows = sixty_rows()
    rows.assign(cost=[f"{12 + len(text)} EUR" for text in rows["text"]]).drop(columns="label").to_csv(file, index=False)
    checked = within("datasets", "check", str(file), "--target", "cost", "--task", "text-regression")
    assert checked["suggested"] == {"task": "text-regression", "text": "text", "target": "cost"}
    assert "The numbers are in 'EUR'." in [one["message"] for one in checked["findings"]]
    within("datasets", "add", str(file), "--name", "costs", "--target", "cost")
    asked = ("train", "--dataset", "costs", "--target", "cost", "--task", "text-regression", "--wait")
    ended = within(*asked, "--set", "model=local:tiny", "--set", "name=Costs", "--set", "split.validation=0.3")
    run = ended["run"]["id"]
    assert ended["evaluation"]["kind"] == "number"
    assert ended["evaluation"]["headline"] == "mae"
    assert set(ended["evaluation"]["baselines"]) == {"mean", "tfidf_ridge"}
    (answer, blank) = _two_answers(within, run, tmp_path)
    assert answer["low"] < answer["value"] < answer["high"]
    assert blank["value"] is None
    explained = within("explain", run, "--text", "oil prices rose today")["explanation"]
    assert explained["kind"] == "number"
    assert explained["label"] == ""
    assert explained["value"] == pytest.approx(_value(within, run, "oil prices rose today"), abs=1e-3)


def _two_answers(tuneboard: Tuneboard, run: str, folder: Path) -> list[dict[str, Any]]:
    file = folder / "asked.csv"
    file.write_text('text,more\n"oil prices rose",1\n"",2\n')
    found: list[dict[str, Any]] = tuneboard("predict", run, "--file", str(file))["predictions"]
    return found


def _value(tuneboard: Tuneboard, run: str, text: str) -> float:
    return float(tuneboard("predict", run, "--text", text)["predictions"][0]["value"])


Says = Callable[..., str]


@pytest.fixture
def says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Says:
    """What the program prints, run in this process; its exit code is checked."""
    from dashboard.command_line import main

    def run(*words: str, code: int = 0) -> str:
        monkeypatch.setattr("sys.argv", ["tuneboard", *words, "--home", str(tmp_path / "home")])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert ended.value.code == code, said.err + said.out
        return said.out + said.err

    return run


@pytest.fixture
def run_id(tmp_path: Path) -> str:
    with Store.open(tmp_path / "home") as store:
        dataset = seed_numbers.rated(store, 600)
        first = seed_numbers.finished(store, dataset, off=0.4, name="Near")
        seed_numbers.finished(store, dataset, off=0.9, drawn=2, name="Far")
        return first.id


def test_an_evaluation_says_how_many_ranges_held(says: Says, run_id: str) -> None:
    said = says("evaluate", run_id)
    assert "mae" in said
    assert "of the true numbers lay in their prediction interval" in said
    assert json.loads(says("evaluate", run_id, "--json"))["coverage"]["value"] > 0.8


def test_numbers_are_compared_by_how_far_off_they_are(says: Says, run_id: str, tmp_path: Path) -> None:
    with Store.open(tmp_path / "home") as store:
        ids = [run.id for run in store.runs.list()]
    told = json.loads(says("compare", *ids, "--json"))
    assert told["metric"] == "mae"
    assert told["pairs"][0]["better"] == run_id
    assert "nearer to the truth" in told["pairs"][0]["sentence"]


def test_money_of_numbers_asks_for_prices_first(says: Says, run_id: str, tmp_path: Path) -> None:
    assert "Nobody has said what a wrong number costs." in says("payoff", run_id, code=2)
    prices = tmp_path / "prices.toml"
    prices.write_text('currency = "EUR"\ntoo_high = 1\ntoo_low = 3\n')
    said = says("payoff", run_id, "--costs", str(prices))
    assert "In 1,000 cases like these its errors cost" in said
    assert "75 of 100 true numbers lie below" in said
    told = json.loads(says("payoff", run_id, "--costs", str(prices), "--keep", "--json"))
    assert told["kept"]
    assert set(told["against"]) == {"plain", "mean", "tfidf_ridge"}
    assert told["value_per_1000"]["value"] >= told["without_shift"]["value"]
    assert json.loads(says("payoff", run_id, "--json"))["decision"] == told["decision"]


@pytest.mark.parametrize(
    ("prices", "message"),
    [
        ("too_hgh = 1", "There is no price called 'too_hgh'"),
        ("too_high = 0", "costs nothing"),
        ("too_high = -1", "The prices do not fit"),
        ("no toml", "cannot be read"),
    ],
)
def test_prices_that_do_not_fit_are_a_sentence(
    says: Says, run_id: str, tmp_path: Path, prices: str, message: str
) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(prices)
    assert message in says("payoff", run_id, "--costs", str(file), code=2)
