"""The countdown of a run, by recorded series of steps and no clock."""

from collections.abc import Iterable, Iterator

import pytest

from core.training.countdown import KEPT, Countdown


def recorded(seconds: Iterable[float]) -> Iterator[tuple[int, float]]:
    """Steps that took so long, as moments."""
    at = 100.0
    for done, one in enumerate(seconds, 1):
        at += one
        yield done, at


def followed(seconds: list[float], **about: float) -> list[tuple[float | None, float]]:
    """What the countdown said after each step, and what the steps then still took."""
    countdown, said = Countdown(len(seconds), **about), []
    for done, at in recorded(seconds):
        countdown.step(done, at)
        said.append((countdown.left(), sum(seconds[done:])))
    return said


def test_nothing_is_promised_before_there_is_something_to_go_by() -> None:
    said = followed([1.0] * 10)
    assert [promised is None for promised, _ in said] == [True] * 3 + [False] * 7
    assert said[-1][0] == 0.0


@pytest.mark.parametrize("busy", [range(60), range(30, 100), range(150, 220)])
def test_another_program_on_the_cores_for_a_while_changes_little(busy: range) -> None:
    seconds = [0.5 if step in busy else 0.1 for step in range(400)]
    after = [pair for pair in followed(seconds)[busy.stop + len(busy) :] if pair[0] is not None]
    assert all(promised == pytest.approx(true, rel=0.02, abs=0.2) for promised, true in after)


def test_a_slow_first_step_is_a_warm_up() -> None:
    promised, true = followed([30.0, *[0.2] * 199])[20]
    assert promised == pytest.approx(true, rel=0.01)


def test_a_run_that_stays_slower_is_told_so_by_its_middle() -> None:
    promised, true = followed([0.1] * 100 + [0.4] * 300)[250]
    assert promised == pytest.approx(true, rel=0.01)


def test_uneven_steps_are_counted_with_their_mean() -> None:
    said = followed([0.05 + 0.1 * (step % 7) for step in range(700)])
    assert all(promised == pytest.approx(true, rel=0.1, abs=1.0) for promised, true in said[100:] if promised)


def test_validation_passes_and_the_test_rows_are_counted_too() -> None:
    countdown, at = Countdown(30, pauses=3, pause_steps=5, after_steps=10), 0.0
    for done in range(1, 21):
        at += 1.0
        countdown.step(done, at)
        if done == 9:
            assert countdown.left() == pytest.approx(21 + 3 * 5 + 10)
        if done in (10, 20):
            at += 8.0
            countdown.pause(8.0)
    assert countdown.left() == pytest.approx(10 + 8 + 10)


def test_a_resumed_run_counts_the_steps_since() -> None:
    countdown = Countdown(1000, done=900)
    for done, at in recorded([2.0] * 10):
        countdown.step(900 + done, at)
    assert countdown.left() == pytest.approx(90 * 2.0)


def test_a_very_long_run_keeps_a_bounded_record() -> None:
    countdown = Countdown(20_000)
    for done, at in recorded([0.01] * 15_000):
        countdown.step(done, at)
    assert len(countdown._moments) <= KEPT
    assert countdown.left() == pytest.approx(50.0, rel=0.01)
