"""Runs the dashboard's server in this process until it is told to stop."""

import logging
import os
import socket
import sys
import time
import webbrowser
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from uvicorn.protocols.http import auto

from core.logs import log_to_stderr
from dashboard.access.setup import cookie_key
from dashboard.server.settings import settings as chosen
from storage import Limits
from worker.slow_clients import TimedProtocol

LOOPBACK = "127.0.0.1"
OPENED_S = 60.0


def settings(*, host: str, port: int) -> dict[str, Any]:
    """Streamlit's options for this start; the look and the rest stand in `.streamlit/config.toml`."""
    upload_mb = Limits.in_force().upload_mb
    return {
        "server.address": host,
        "server.port": port,
        "server.headless": True,  # we open the browser ourselves, and nothing asks for an e-mail address
        "server.fileWatcherType": "none",
        "server.maxUploadSize": upload_mb,
        "server.maxMessageSize": max(upload_mb, 200),
        "browser.gatherUsageStats": False,
        "browser.serverAddress": urlsplit(chosen().public_url).hostname or host,
        "logger.hideWelcomeMessage": True,
    }


def serve(host: str = LOOPBACK, port: int = 8501, *, open_browser: bool = False) -> None:
    """Serve the dashboard on `host`:`port`; returns when the server has stopped.

    Streamlit looks for `.streamlit/config.toml` beside `sys.argv[0]`, so that is set to our application first.
    """
    os.umask(0o077)
    log_to_stderr(logging.WARNING)
    application = Path(__file__).with_name("app.py")
    sys.argv = [str(application)]
    os.environ["STREAMLIT_SERVER_COOKIE_SECRET"] = cookie_key()  # it takes this one from nowhere else
    auto.AutoHTTPProtocol = TimedProtocol  # Streamlit lets nobody choose uvicorn's protocol
    from dashboard.server.app import app

    if open_browser:
        Thread(target=_open_browser, args=(host, port), daemon=True).start()
    app.run(config=settings(host=host, port=port))


def _open_browser(host: str, port: int) -> None:
    """Opens the browser once the server takes connections."""
    end = time.monotonic() + OPENED_S
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection((host, port), timeout=1):
            break
        time.sleep(0.2)
    webbrowser.open(f"http://{host}:{port}/")
