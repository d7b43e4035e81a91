"""ASGI application: Streamlit, our routes, and the middleware around them.

It knows nothing of what the pages show; `shell.py` beside it draws them.
"""

import gc
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import anyio
import streamlit as st
from starlette.middleware import Middleware

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:  # a checkout that was never installed works too
    sys.path.insert(0, str(ROOT))

from core.errors import UserError  # noqa: E402
from dashboard.access import routes as sign_in  # noqa: E402
from dashboard.access.gate import Gate  # noqa: E402
from dashboard.access.security import SecurityHeaders  # noqa: E402
from dashboard.access.setup import auth_secrets  # noqa: E402
from dashboard.access.uploads import Uploads  # noqa: E402
from dashboard.faults import show_bug  # noqa: E402
from dashboard.language import routes as languages  # noqa: E402
from dashboard.server.pages import Pages  # noqa: E402
from dashboard.shares.routes import ROUTES  # noqa: E402

log = logging.getLogger(__name__)


@asynccontextmanager
async def warmed(_app: Any) -> AsyncIterator[None]:
    """Lifespan of the application: loads what every page needs before the first visitor waits for it.

    What fails there is logged: an exception that left it would end Streamlit's runtime and not its server, which would
    answer every visitor with 503 from then on.
    """
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(anyio.to_thread.run_sync, _load)
        yield


def _load() -> None:
    try:
        from dashboard import charts
        from dashboard.access import store

        charts.warm()
        import_module("scipy.stats")
        with suppress(UserError):  # every page says it, and what to do
            store.house().tidy()
    except Exception:
        log.exception("The dashboard serves, but not all that is done at its start was done.")
    gc.collect()
    gc.freeze()  # Streamlit collects after each run of a page, and need not look at what is loaded for good


app = st.App(
    Path(__file__).with_name("shell.py"),
    secrets=auth_secrets(),
    routes=[*ROUTES, *sign_in.ROUTES, *languages.ROUTES],
    middleware=[Middleware(SecurityHeaders), Middleware(Gate), Middleware(Uploads), Middleware(Pages)],
    on_script_error=show_bug,
    lifespan=warmed,
)
