"""Whose turn it is: nobody starves, whoever asks for much waits for herself, and a limit on running runs holds."""

import secrets
import threading
from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.config import RunConfig
from storage import Actor, Failure, Job, Limits, Store
from storage.tables import TRIES
from storage.turns import after

ANNA, BEN, CHRIS = (Actor(name=name, role="editor") for name in ("anna", "ben", "chris"))


def bounded(store: Store, **limits: float) -> Store:
    """The same store under other limits."""
    return Store.open(store.home, Limits(**{"queued": 0, "running": 0, **limits}))


def ask(store: Store, who: Actor, config: RunConfig, runs: int) -> list[str]:
    theirs = store.acting(who)
    return [theirs.runs.queue(config, secrets.token_hex(8)).id for _ in range(runs)]


def names(store: Store, jobs: Iterable[Job | None]) -> str:
    """The first letters of whoever asked for the jobs, in order."""
    return "".join(store.runs.get(job.run_id).created_by[:1] or "-" for job in jobs if job)


def work(store: Store, jobs: int) -> str:
    """One worker: each job is begun when the one before has ended."""
    order = []
    for _ in range(jobs):
        if job := store.jobs.claim("me"):
            store.jobs.cancel(job)
            order.append(job)
    return names(store, order)


def test_without_sign_in_jobs_begin_in_the_order_in_which_they_were_asked_for(store: Store, config: RunConfig) -> None:
    asked = [store.runs.queue(config, str(n)).id for n in range(6)]
    claimed = [store.jobs.claim("me") for _ in range(6)]
    assert [job.run_id for job in claimed if job] == asked


def test_one_job_waits_for_one_and_not_for_the_thirty_that_another_asked_for_before(
    store: Store, config: RunConfig
) -> None:
    store = bounded(store)
    ask(store, ANNA, config, 30)
    assert work(store, 5) == "aaaaa"
    ask(store, BEN, config, 1)
    assert "b" in work(store, 2)


def test_two_who_ask_for_much_take_turns(store: Store, config: RunConfig) -> None:
    store = bounded(store)
    ask(store, ANNA, config, 12)
    work(store, 4)
    ask(store, BEN, config, 8)
    done = work(store, 12)
    assert abs(done.count("a") - done.count("b")) <= 1
    assert "aaa" not in done
    assert "bbb" not in done


def test_whoever_asks_for_one_at_a_time_does_not_keep_the_others_waiting(store: Store, config: RunConfig) -> None:
    """Each sends the next as soon as hers is done; Ben's old one is reached all the same."""
    store = bounded(store)
    ask(store, BEN, config, 3)
    done = ""
    for _ in range(4):
        for who in (ANNA, CHRIS):
            ask(store, who, config, 1)
            done += work(store, 1)
    assert done.count("b") >= 2


def test_whoever_was_away_does_not_catch_up_on_what_she_never_asked_for(store: Store, config: RunConfig) -> None:
    store = bounded(store)
    ask(store, ANNA, config, 20)
    work(store, 10)
    ask(store, BEN, config, 10)
    assert work(store, 10).count("a") >= 4


def test_a_cancelled_thousand_pushes_nobody_back(store: Store, config: RunConfig) -> None:
    store = bounded(store)
    ask(store, CHRIS, config, 10)
    for run_id in ask(store, ANNA, config, 30):
        store.runs.stop(run_id)
    ask(store, BEN, config, 1)
    assert "b" in work(store, 2)


def test_a_resumed_run_waits_behind_those_of_the_same_person(store: Store, config: RunConfig) -> None:
    first, second = ask(store, ANNA, config, 2)
    job = store.jobs.claim("me")
    assert job is not None
    store.jobs.cancel(job)
    store.runs.resume(first)
    claimed = [store.jobs.claim("me"), store.jobs.claim("me")]
    assert [job.run_id for job in claimed if job] == [second, first]


def test_whoever_resumes_a_run_does_not_put_her_queue_before_the_others(store: Store, config: RunConfig) -> None:
    store = bounded(store)
    (failed,) = ask(store, ANNA, config, 1)
    job = store.jobs.claim("me")
    assert job is not None
    store.jobs.fail(job, Failure(message="It broke.", hint=""))
    ask(store, ANNA, config, 30)
    store.acting(ANNA).runs.resume(failed)
    ask(store, BEN, config, 1)
    assert "b" in work(store, 2)


def test_a_job_that_ends_its_worker_again_and_again_holds_the_others_up_three_times_and_fails(
    store: Store, config: RunConfig
) -> None:
    poison, *others = ask(bounded(store), ANNA, config, 4)
    begun = []
    while job := store.jobs.claim("me"):
        begun.append(job.run_id)
        if job.run_id == poison:
            store.jobs.give_back(job, "its process was killed")
        else:
            store.jobs.fail(job, Failure(message="done"))
    assert Counter(begun) == {poison: TRIES, **dict.fromkeys(others, 1)}
    assert store.runs.get(poison).status == "failed"


@pytest.mark.parametrize("who", [ANNA, Actor()])
def test_a_person_has_no_more_at_work_than_she_may_and_others_pass_by(
    store: Store, config: RunConfig, who: Actor
) -> None:
    store = bounded(store, running=2)
    ask(store, who, config, 5)
    ask(store, BEN, config, 1)
    jobs = [store.jobs.claim("me") for _ in range(6)]
    assert Counter(names(store, jobs)) == {who.name[:1] or "-": 2, "b": 1}
    store.jobs.cancel(next(job for job in jobs if job and store.runs.get(job.run_id).created_by == who.name))
    assert names(store, [store.jobs.claim("me")]) == (who.name[:1] or "-")
    assert store.jobs.claim("me") is None


def test_the_default_limit_on_running_binds_nobody_without_sign_in(store: Store, config: RunConfig) -> None:
    store = Store.open(store.home, Limits())
    ask(store, Actor(), config, 8)
    assert len([job for job in (store.jobs.claim("me") for _ in range(8)) if job]) == 8


def test_many_claims_at_once_hold_the_limit_together(store: Store, config: RunConfig) -> None:
    ask(bounded(store), ANNA, config, 24)
    taken: list[Job] = []

    def claim() -> None:
        mine = bounded(store, running=3)
        taken.extend(job for job in (mine.jobs.claim("me") for _ in range(6)) if job)

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 3


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(["ask a", "ask b", "ask c", "ask d", "work"]), max_size=80),
    st.integers(min_value=1, max_value=3),
)
def test_nobody_waits_for_more_than_a_share(events: list[str], backlog: int) -> None:
    """While somebody waits, nobody else begins more than two jobs before one of hers does (one worker)."""
    turns: dict[str, int] = {"z": backlog - 1}
    queue = [(n, n, "z") for n in range(backlog)]
    begun, since_z = 0, Counter[str]()
    for number, event in enumerate(events, start=backlog):
        if event != "work":
            who = event[-1]
            turns[who] = after(begun, turns.get(who))
            queue.append((turns[who], number, who))
        elif queue:
            queue.sort()
            begun_turn, _, who = queue.pop(0)
            begun = max(begun, begun_turn)
            since_z = Counter() if who == "z" else since_z + Counter([who])
        if any(who == "z" for _, _, who in queue):
            assert all(times <= 2 for times in since_z.values())
