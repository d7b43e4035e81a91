"""kill -9 of the supervisor in mid-training, with a real model: the next one goes on by itself."""

import signal
from pathlib import Path

import pytest

from tests.chaos.house import House
from tests.worker.conftest import wait_for

pytestmark = [pytest.mark.xdist_group("processes"), pytest.mark.timeout(900)]


@pytest.mark.slow
def test_training_goes_on_from_its_last_checkpoint_and_ends_as_an_undisturbed_run(
    tmp_path: Path, tiny_model: Path
) -> None:
    house = House(tmp_path / "home", tiny_model, epochs=40)  # the run must not end before the kill is seen
    house.undisturbed()
    run = house.store.runs.queue(house.config(), "one")

    def log() -> str:
        return "\n".join(line.text for line in house.store.runs.log(run.id))

    with house.supervisor() as first:
        wait_for(lambda: log().count("Saved a checkpoint") >= 2, "a second checkpoint")
        first.send_signal(signal.SIGKILL)
        first.wait()
    acknowledged = house.acknowledged(run.id)
    assert not house.store.runs.get(run.id).has_ended
    with house.supervisor():
        wait_for(lambda: house.store.runs.get(run.id).attempts == 2, "the next attempt")
        wait_for(lambda: house.store.runs.get(run.id).has_ended, "the end", 600)
    assert "Resumed from the checkpoint after step" in log()
    house.check_outcome(run.id, acknowledged)
    house.check_nobody_left()
