"""Start of the dashboard: what any page needs is loaded before the first visitor is let in, by one thread.

Python lets a thread load a module of a package that another thread is still loading. Packages of ours that import each
other then met half-loaded ones, and the first visitor an error.
"""

import gc
import logging
import pkgutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from importlib import import_module
from typing import Any

import anyio
import anyio.to_thread

import dashboard
from core.errors import UserError

log = logging.getLogger(__name__)

OTHERS = ("dashboard.__main__", "dashboard.command_line", "dashboard.commands", "dashboard.server.shell")
"""Modules of the command line, and the script that Streamlit runs for each visitor."""


@asynccontextmanager
async def warmed(_app: Any) -> AsyncIterator[None]:
    """Lifespan of the application: loads before it serves, and then looks after the store.

    What fails is logged: an exception that left here later would end Streamlit's runtime and not its server, which
    would answer every visitor with 503 from then on.
    """
    await anyio.to_thread.run_sync(load)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(anyio.to_thread.run_sync, _tidy)
        yield


def load() -> None:
    """Imports all of the dashboard's modules but the command line's, and what takes long of other libraries."""
    for module in pkgutil.walk_packages(dashboard.__path__, "dashboard."):
        if not module.name.startswith(OTHERS):
            with _logged():
                import_module(module.name)
    with _logged():
        import_module("scipy.stats")
    with _logged():
        import_module("dashboard.charts").warm()


def _tidy() -> None:
    from dashboard.access import store

    with _logged(), suppress(UserError):  # every page says it, and what to do
        store.house().tidy()
    gc.collect()
    gc.freeze()  # Streamlit collects after each run of a page, and need not look at what is loaded for good


@contextmanager
def _logged() -> Iterator[None]:
    try:
        yield
    except Exception:
        log.exception("Not all that is done at the start could be done.")
