"""Trainer callback: progress, metrics, checkpoint intervals and stop requests. Knows events, not storage."""

import math
import os
import time
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from core.errors import Stopped, UserError
from core.events import Measured, Progress, Report
from core.failpoints import failpoint
from core.training.countdown import Countdown
from core.training.together import ALONE, Together

FIRST_STEPS = 3
"""Number of first steps that are logged one by one, so that the first point is drawn at once."""
LOG_EVERY_S = 1.0
TELL_EVERY_S = 0.5
CHECKPOINT_EVERY_S = float(os.environ.get("TUNEBOARD_CHECKPOINT_EVERY_S") or 60)
FINAL_AFTER_S = min(15.0, CHECKPOINT_EVERY_S)
"""Least duration of training for a final checkpoint, in case the run is stopped in a later stage."""


class Reporting(TrainerCallback):  # type: ignore[misc]  # transformers ships no types
    """Trainer callback that reports events; a report that raises Stopped makes the Trainer save and end.

    `after_steps` is what answering the test rows costs, in steps of training, and `check_steps` a pass over the
    validation rows. A stop that comes on the last step of a pass waits for the check on validation rows that belongs to
    it, so a resumed run has made the same checks.

    Among several processes rank 0 decides for all, by its clock and by the stop that its report raises.
    """

    def __init__(
        self,
        report: Report,
        *,
        after_steps: float = 0.0,
        check_steps: float = 0.0,
        checkpoint_every_s: float = CHECKPOINT_EVERY_S,
        together: Together = ALONE,
    ) -> None:
        self.report = report
        self.together = together
        self.checkpoint_every_s = checkpoint_every_s
        self._after_steps, self._check_steps = after_steps, check_steps
        self._countdown = Countdown(0)
        self.stopped: Stopped | None = None
        self._told = self._logged = self._saved = self._stepped = time.monotonic()
        self._first_step = 0

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        """Starts the clocks."""
        self._told = self._logged = self._saved = time.monotonic()
        self._first_step = state.global_step
        passes_left = math.ceil(args.num_train_epochs - float(state.epoch or 0)) if self._check_steps else 0
        self._countdown = Countdown(
            state.max_steps,
            pauses=passes_left,
            pause_steps=self._check_steps,
            after_steps=self._after_steps,
            done=state.global_step,
        )
        return control

    def on_step_end(
        self, _args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        """Reports progress; decides whether to log, to save, to stop."""
        failpoint("run.step")
        self._stepped = now = time.monotonic()
        self._countdown.step(state.global_step, now)
        first = state.global_step - self._first_step <= FIRST_STEPS
        last = state.global_step >= state.max_steps
        if first or last or now - self._logged >= LOG_EVERY_S:
            control.should_log = True
            self._logged = now
        if first or last or now - self._told >= TELL_EVERY_S:
            self._told = now
            self._hear(self._progress(state))
        ends_pass = float(state.epoch or 0).is_integer()
        if self.stopped and not ends_pass:
            control.should_save = control.should_training_stop = True
        elif now - self._saved >= self.checkpoint_every_s and not ends_pass:
            control.should_save = True
        return self._agree(control)

    def on_epoch_end(
        self, _args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        """After the evaluation at an epoch's end: saves if it is time, and stops if asked to."""
        passed = float(state.epoch or 0).is_integer()
        finished = state.global_step >= state.max_steps
        control.should_evaluate = control.should_evaluate and passed
        if self.stopped:
            control.should_training_stop = True
            control.should_save = passed
        elif time.monotonic() - self._saved >= (FINAL_AFTER_S if finished else self.checkpoint_every_s):
            control.should_save = True
        return self._agree(control)

    def on_evaluate(
        self, _args: TrainingArguments, _state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        """Notes how long the check on validation rows took."""
        self._countdown.pause(time.monotonic() - self._stepped)
        return control

    def on_save(
        self, _args: TrainingArguments, _state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        """Restarts the clock of checkpoints."""
        self._saved = time.monotonic()
        return control

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **_: Any,
    ) -> TrainerControl:
        """Reports the metrics worth drawing. Raises UserError for a loss that is NaN or infinite (divergence)."""
        for name, value in (logs or {}).items():
            if title := _title(name):
                self._hear(Measured(name=title, value=value, step=state.global_step, epoch=state.epoch))
        if not math.isfinite((logs or {}).get("loss", 0.0)):
            raise UserError(
                f"The loss became {logs and logs['loss']} at step {state.global_step}: training ran away.",
                f"Lower the learning rate (now {args.learning_rate:g}), set a gradient limit, or choose fp32.",
            )
        return control

    def _agree(self, control: TrainerControl) -> TrainerControl:
        """Broadcasts rank 0's decisions to every process."""
        if self.together.size > 1:
            decided = (control.should_log, control.should_save, control.should_training_stop, self.stopped is not None)
            control.should_log, control.should_save, control.should_training_stop, stopped = self.together.agreed(
                decided
            )
            self.stopped = (self.stopped or Stopped()) if stopped else None
        return control

    def _hear(self, event: Progress | Measured) -> None:
        try:
            self.report(event)
        except Stopped as stopped:
            self.stopped = stopped

    def _progress(self, state: TrainerState) -> Progress:
        left = self._countdown.left()
        return Progress(done=state.global_step, total=state.max_steps, epoch=state.epoch, seconds_left=left)


_TITLES = {"loss": "train/loss", "learning_rate": "train/learning_rate", "grad_norm": "train/gradient_norm"}


def _title(name: str) -> str | None:
    """Metric name of a logged number; None where it is not worth drawing."""
    return f"validation/{name.removeprefix('eval_')}" if name.startswith("eval_") else _TITLES.get(name)
