"""What a command that waits for a run says meanwhile."""

import pytest

from core.events import Event, Progress, StageBegan
from dashboard.commands import waiting
from dashboard.language.words import speaking
from storage import Store
from tests.dashboard import seed

STORY: list[Event] = [
    StageBegan(stage="train", text="Teaching the whole model on the training rows"),
    Progress(done=30, total=120, seconds_left=40.0),
    StageBegan(stage="evaluate", text="Asking the model about 12 rows it has never seen"),
]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                "Learn · Teaching the whole model on the training rows",
                "Learn · 25% · about 40 s left",
                "Judge · Asking the model about 12 rows it has never seen",
            ],
        ),
        ("zh", ["学习 · 用训练集的行训练整个模型", "学习 · 25% · 约剩 40 秒", "评判 · 让模型回答 12 行从未见过的数据"]),
    ],
)
def test_a_stage_is_said_once_and_then_how_far_it_is(
    language: str,
    expected: list[str],
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(waiting, "EVERY_S", -1.0)
    seed.queued(store, seed.newsdesk(store, 120))
    job = store.jobs.claim("tests-1")
    assert job is not None
    store.jobs.start(job, process="0")
    lines = waiting.ProgressLines()
    with speaking(language):
        lines.tell(store.runs.get(job.run_id))
        for read, event in enumerate(STORY, 1):
            store.jobs.record(job, [event], events_read=read)
            lines.tell(store.runs.get(job.run_id))
    assert capsys.readouterr().err.splitlines() == expected
