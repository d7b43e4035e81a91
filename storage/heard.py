"""Event ingestion: stores a run's events up to its limits; where it reaches one, its own log says so, once."""

from sqlalchemy import func, select
from sqlmodel import Session, col

from core.events import CheckpointSaved, DeviceChosen, Event, LogEvent, Measured, Progress, StageBegan
from storage import clock, metrics
from storage.limits import Limits
from storage.tables import LogRow, MetricRow, MetricSummaryRow, RunRow

LONGEST_LINE = 2_000
LONGEST_NAME = 200
"""Longest log line and longest metric name, in characters."""


def keep(session: Session, run: RunRow, events: list[Event], limits: Limits) -> None:
    """Stores the events, in the caller's transaction."""
    _measured(session, run, [event for event in events if isinstance(event, Measured)], limits)
    for event in events:
        match event:
            case StageBegan(stage=stage, text=text):
                run.stage, run.stage_text, run.done, run.total = stage, text, 0, 0
                run.seconds_left = None
                _add_line(session, run, text)
            case Progress():
                run.done, run.total, run.epoch = event.done, event.total, event.epoch
                run.seconds_left = event.seconds_left
            case LogEvent(text=text, level=level):
                _add_bounded_line(session, run, text, level, limits)
            case CheckpointSaved(step=step):
                _add_line(session, run, f"Saved a checkpoint at step {step}.")
            case DeviceChosen(device=device):
                run.device = device
            case Measured():
                pass


def _add_bounded_line(session: Session, run: RunRow, text: str, level: str, limits: Limits) -> None:
    if run.log_lines < limits.log_lines:
        run.log_lines += 1
        _add_line(session, run, text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 1] + "…", level)
    else:
        _note_limit(
            session, run, "lines", f"It has said {limits.log_lines:,} lines. No more of them are kept; it goes on."
        )


def _measured(session: Session, run: RunRow, events: list[Measured], limits: Limits) -> None:
    """Stores the points that fit the limit. The aggregates (last, least, greatest) are of all of them."""
    if not events:
        return
    named = _within_names(session, run, events, limits)
    room = max(limits.metric_points - run.metric_points, 0)
    if len(named) > room and "points" not in run.cut:  # a step measured again was counted twice: count what is there
        there = select(func.count()).select_from(MetricRow).where(col(MetricRow.run_id) == run.id)
        run.metric_points = session.scalars(there).one()
        room = max(limits.metric_points - run.metric_points, 0)
    if len(named) > room:
        text = f"It has measured {limits.metric_points:,} points. Curves end here; last, least and greatest go on."
        _note_limit(session, run, "points", text)
    run.metric_points += min(len(named), room)
    metrics.put(session, run.id, named, points=room)


def _within_names(session: Session, run: RunRow, events: list[Measured], limits: Limits) -> list[Measured]:
    known = set(session.scalars(select(col(MetricSummaryRow.name)).where(col(MetricSummaryRow.run_id) == run.id)))
    kept = []
    for event in events:
        if event.name in known:
            kept.append(event)
        elif len(known) < limits.metric_names and len(event.name) <= LONGEST_NAME:
            known.add(event.name)
            kept.append(event)
        else:
            text = f"It measures more than {limits.metric_names:,} different things, or names too long to keep."
            _note_limit(session, run, "names", f"{text} Those it began with are kept; it goes on.")
    return kept


def _note_limit(session: Session, run: RunRow, limit: str, text: str) -> None:
    if limit not in run.cut:
        run.cut = f"{run.cut} {limit}".strip()
        _add_line(session, run, text, "warning")


def _add_line(session: Session, run: RunRow, text: str, level: str = "info") -> None:
    session.add(LogRow(run_id=run.id, at=clock.wall(), level=level, text=text))
