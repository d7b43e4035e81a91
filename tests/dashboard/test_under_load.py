"""Many compare and report on the same runs at once, while runs are renamed, and one of them is deleted in between."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.comparison import Comparison, compare
from core.errors import NotFound
from dashboard.cached.comparable import asked, comparables, margin_of, multiplicity
from dashboard.report.write import report
from storage import Store
from tests.dashboard import seed

ASKING = 8


@pytest.fixture
def runs(store: Store) -> list[str]:
    news = seed.newsdesk(store, 300)
    drawn = enumerate((0.8, 0.9, 0.97))
    return [seed.finished(store, news, rows=300, quickly=True, right=right, drawn=n).id for n, right in drawn]


def compared(store: Store, runs: list[str]) -> Comparison:
    found = comparables(store, runs)
    answers = {one.key: one.read(store) for one in found}
    held = multiplicity(found, asked(store, found))
    return compare(answers, metric="", multiplicity=held, margin=margin_of(found))


def reported(store: Store, runs: list[str]) -> str:
    """The report, without the time at which it was made."""
    return re.sub(r"\d{4}-\d{2}-\d{2}[T ][\d:.+]+|\d{1,2}:\d{2}", "", report(store, runs))


def test_all_are_answered_as_one_alone_would_be_and_a_deleted_run_is_a_sentence(store: Store, runs: list[str]) -> None:
    kept, goes = runs[:2], runs[2]
    alone = compared(store, kept), reported(store, kept)
    begun, gone = threading.Barrier(ASKING + 1, timeout=60), threading.Event()

    def ask(n: int) -> str:
        begun.wait()
        assert compared(store, kept) == alone[0]
        if n % 2:
            assert reported(store, kept) == alone[1]
        if n < 4:
            gone.wait(60)
        try:
            compared(store, [*kept, goes])
        except NotFound as error:
            return error.message
        return ""

    with ThreadPoolExecutor(ASKING) as pool:
        answers = [pool.submit(ask, n) for n in range(ASKING)]
        begun.wait()
        for n in range(10):
            store.runs.note(goes, f"note {n}")
        store.runs.delete(goes)
        gone.set()
        said = [one.result(timeout=120) for one in answers]
    sentence = f"There is no run '{goes}'."
    assert set(said[:4]) == {sentence}
    assert set(said) <= {"", sentence, "This run has no predictions by 'model'."}
