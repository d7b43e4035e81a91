"""A small, real OpenID Connect provider on loopback: discovery, a form, PKCE, codes used once, signed tokens.

It checks what a provider checks, so that a client that gets something wrong is refused here as it would be anywhere.
"""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.dashboard.server import free_port

PEOPLE: dict[str, dict[str, Any]] = {
    "ada": {"email": "ada@example.org", "email_verified": True, "name": "Ada"},
    "ben": {"email": "ben@example.org", "email_verified": True, "name": "Ben"},
    "cleo": {"email": "cleo@example.org", "email_verified": True, "name": "Cleo"},
    "dora": {"email": "dora@example.org", "email_verified": True, "name": "Dora"},
    "mallory": {"email": "ada@example.org", "email_verified": False, "name": "Ada"},
}
"""By subject. Mallory claims Ada's address, which the provider has not verified."""


class Provider:
    """Its address, its one client, and what it has given out."""

    def __init__(self, redirect_uri: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.client_id, self.client_secret = "tuneboard-tests", secrets.token_hex(16)
        self.redirect_uri = redirect_uri
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.codes: dict[str, dict[str, str]] = {}
        self.refused: list[str] = []
        self.asked_to_end: list[dict[str, str]] = []

    def environment(self, **more: str) -> dict[str, str]:
        """The settings of a dashboard whose people sign in here; Ada is its admin."""
        return {
            "TUNEBOARD_OIDC_METADATA_URL": f"{self.url}/.well-known/openid-configuration",
            "TUNEBOARD_OIDC_CLIENT_ID": self.client_id,
            "TUNEBOARD_OIDC_CLIENT_SECRET": self.client_secret,
            "TUNEBOARD_PUBLIC_URL": self.redirect_uri.removesuffix("/oauth2callback"),
            "TUNEBOARD_ADMINS": "Ada@example.org",
            **more,
        }

    def application(self) -> Starlette:
        """The routes."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.metadata),
                Route("/keys", self.keys),
                Route("/authorize", self.form, methods=["GET"]),
                Route("/authorize", self.vouch, methods=["POST"]),
                Route("/token", self.token, methods=["POST"]),
                Route("/end", self.end),
            ]
        )

    async def metadata(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "end_session_endpoint": f"{self.url}/end",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            }
        )

    async def keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def form(self, request: Request) -> Response:
        """Who are you? A button for each; a real provider would ask for a password."""
        query = request.query_params
        if query.get("client_id") != self.client_id or query.get("redirect_uri") != self.redirect_uri:
            return self._refuse("unknown client or address")
        if query.get("code_challenge_method") != "S256" or not query.get("nonce") or not query.get("state"):
            return self._refuse("no PKCE, nonce or state")
        buttons = "".join(f'<button name="sub" value="{one}">I am {one}</button>' for one in PEOPLE)
        return HTMLResponse(f'<form method="post" action="/authorize?{query}">{buttons}</form>')

    async def vouch(self, request: Request) -> Response:
        query = request.query_params
        subject = parse_qs((await request.body()).decode())["sub"][0]
        code = secrets.token_urlsafe(24)
        self.codes[code] = {"sub": subject, "nonce": query["nonce"], "challenge": query["code_challenge"]}
        return RedirectResponse(f"{self.redirect_uri}?{urlencode({'code': code, 'state': query['state']})}", 303)

    async def token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if self._client(request, form) != (self.client_id, self.client_secret):
            return self._refuse("wrong client secret", 401)
        known = self.codes.pop(form.get("code", ""), None)
        if known is None or form.get("redirect_uri") != self.redirect_uri:
            return self._refuse("unknown code")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != known["challenge"]:
            return self._refuse("wrong verifier")
        now = int(time.time())
        claims = {"iss": self.url, "aud": self.client_id, "iat": now, "exp": now + 300, "nonce": known["nonce"]}
        told = jwt.encode(
            {"alg": "RS256", "kid": "one"}, {**claims, "sub": known["sub"], **PEOPLE[known["sub"]]}, self.key
        )
        return JSONResponse(
            {"access_token": secrets.token_hex(8), "token_type": "Bearer", "expires_in": 300, "id_token": told}
        )

    async def end(self, request: Request) -> Response:
        self.asked_to_end.append(dict(request.query_params))
        return RedirectResponse(request.query_params["post_logout_redirect_uri"], 303)

    @staticmethod
    def _client(request: Request, form: dict[str, str]) -> tuple[str, str]:
        basic = request.headers.get("authorization", "").removeprefix("Basic ")
        if basic:
            name, _, secret = base64.b64decode(basic).decode().partition(":")
            return name, secret
        return form.get("client_id", ""), form.get("client_secret", "")

    def _refuse(self, why: str, status: int = 400) -> Response:
        self.refused.append(why)
        return JSONResponse({"error": "invalid_request", "error_description": why}, status)


@contextmanager
def provider(redirect_uri: str) -> Iterator[Provider]:
    """A provider that listens, for the client that comes back to `redirect_uri`."""
    made = Provider(redirect_uri)
    config = uvicorn.Config(made.application(), host="127.0.0.1", port=made.port, log_level="warning", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("The provider did not start.")
        time.sleep(0.02)
    try:
        yield made
    finally:
        server.should_exit = True
        thread.join(timeout=20)
