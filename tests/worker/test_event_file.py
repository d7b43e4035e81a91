"""Events survive on disk and are read once, whole, in order."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from core.events import LogEvent, Measured
from worker.event_file import EventWriter, read_events


def test_what_was_written_is_read_in_order_and_only_once(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    writer = EventWriter(path)
    writer.write(Measured(name="loss", value=float("inf"), step=1))
    first, end = read_events(path, 0)
    writer.write(LogEvent(text="two\nlines"))
    second, _ = read_events(path, end)
    assert first == [Measured(name="loss", value=float("inf"), step=1)]
    assert second == [LogEvent(text="two\nlines")]


def test_a_half_written_line_waits_for_its_end(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"kind":"log","te')
    assert read_events(path, 0) == ([], 0)
    with path.open("ab") as file:
        file.write(b'xt":"whole"}\n')
    assert read_events(path, 0)[0] == [LogEvent(text="whole")]


def test_no_file_yet_means_no_events(tmp_path: Path) -> None:
    assert read_events(tmp_path / "none", 0) == ([], 0)


@given(st.binary(max_size=300))
def test_garbage_is_passed_over_and_never_read_twice(garbage: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.jsonl"
        path.write_bytes(garbage.replace(b"\n", b"") + b"\n")
        EventWriter(path).write(LogEvent(text="after"))
        events, end = read_events(path, 0)
    assert events[-1:] == [LogEvent(text="after")]
    assert end == len(garbage.replace(b"\n", b"")) + 1 + len(b'{"kind":"log","text":"after","level":"info"}\n')
