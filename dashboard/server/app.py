"""ASGI application: Streamlit, our routes, and the middleware around them.

It knows nothing of what the pages show; `shell.py` beside it draws them.
"""

import sys
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:  # a checkout that was never installed works too
    sys.path.insert(0, str(ROOT))

from dashboard.access import routes as sign_in  # noqa: E402
from dashboard.access.gate import Gate  # noqa: E402
from dashboard.access.security import SecurityHeaders  # noqa: E402
from dashboard.access.setup import auth_secrets  # noqa: E402
from dashboard.access.uploads import Uploads  # noqa: E402
from dashboard.faults import show_bug  # noqa: E402
from dashboard.language import routes as languages  # noqa: E402
from dashboard.server.pages import Pages  # noqa: E402
from dashboard.server.warm import warmed  # noqa: E402
from dashboard.shares.routes import ROUTES  # noqa: E402

app = st.App(
    Path(__file__).with_name("shell.py"),
    secrets=auth_secrets(),
    routes=[*ROUTES, *sign_in.ROUTES, *languages.ROUTES],
    middleware=[Middleware(SecurityHeaders), Middleware(Gate), Middleware(Uploads), Middleware(Pages)],
    on_script_error=show_bug,
    lifespan=warmed,
)
