"""up, dashboard, worker and predictor: the processes."""

from typing import Annotated, Literal

import typer

from dashboard.commands.speaking import Home

Host = Annotated[str, typer.Option("--host", help="Where the dashboard listens; loopback unless sign-in is set up.")]
Port = Annotated[int, typer.Option("--port", help="The dashboard's port.")]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")]


def up(
    demo: Annotated[str | None, typer.Option("--demo", help="A scenario to train at once.")] = None,
    host: Host = "127.0.0.1",
    port: Port = 8501,
    no_browser: NoBrowser = False,
    home: Home = None,
) -> None:
    """Start the dashboard, a worker and the predictor together."""
    from dashboard.server.processes import run_together

    run_together(home, host=host, port=port, demo=demo, open_browser=not no_browser)


def dashboard(host: Host = "127.0.0.1", port: Port = 8501, no_browser: NoBrowser = True, home: Home = None) -> None:
    """Start the dashboard alone."""
    from dashboard.server.processes import end_with_parent, serve_dashboard

    end_with_parent()
    serve_dashboard(home, host=host, port=port, open_browser=not no_browser)


def worker(
    executor: Annotated[
        Literal["local", "ray"], typer.Option("--executor", help="Where runs are done: here, or on a Ray cluster.")
    ] = "local",
    at_once: Annotated[
        int, typer.Option("--at-once", min=1, max=64, help="How many runs at a time; more than one with ray only.")
    ] = 1,
    home: Home = None,
) -> None:
    """Start a worker alone."""
    from dashboard.server.processes import end_with_parent, serve_worker

    end_with_parent()
    serve_worker(home, executor=executor, at_once=at_once)


def predictor(
    port: Annotated[int, typer.Option("--port", help="Its port; 0 takes a free one.")] = 0, home: Home = None
) -> None:
    """Start the predictor alone."""
    from dashboard.server.processes import end_with_parent
    from worker.predictor import serve

    end_with_parent()
    serve(home, port)
