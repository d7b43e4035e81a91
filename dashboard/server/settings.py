"""Settings of the server, from environment variables that begin with TUNEBOARD_."""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import ConfigError

_ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:\d+)?")


def _origins(value: str) -> str:
    """CSP source list of 'none', 'self', or origins such as https://intranet.example. Raises ValueError."""
    words = [word.strip("'\"") for word in value.split()]
    if words in (["none"], ["self"]):
        return f"'{words[0]}'"
    wrong = [word for word in words if word != "self" and not _ORIGIN.fullmatch(word)]
    if wrong or not words:
        raise ValueError(f"'{(wrong or [value])[0]}' is no origin such as https://intranet.example")
    return " ".join("'self'" if word == "self" else word for word in words)


def _address(value: str) -> str:
    value = value.rstrip("/")
    if value and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", value, re.IGNORECASE):
        raise ValueError(f"'{value}' is no address such as https://tuneboard.example")
    url = urlsplit(value)
    usual = {"https": ":443", "http": ":80"}.get(url.scheme.lower(), "")
    as_browsers_say = url.netloc.lower().removesuffix(usual) if usual else url.netloc
    return url._replace(scheme=url.scheme.lower(), netloc=as_browsers_say).geturl()


def _words(value: str) -> str:
    """Word list, divided by commas or spaces, with one space between each."""
    return " ".join(value.replace(",", " ").split())


def _hosts(value: str) -> str:
    words = _words(value).lower()
    wrong = [word for word in words.split() if not re.fullmatch(r"[a-z0-9.-]+|\[[0-9a-f:]+\]", word)]
    if wrong:
        raise ValueError(f"'{wrong[0]}' is no host name such as tuneboard.example")
    return words.replace("[", "").replace("]", "")


LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Settings(BaseSettings):
    """Settings of the server, validated."""

    model_config = SettingsConfigDict(env_prefix="TUNEBOARD_", frozen=True, extra="ignore", validate_default=True)

    frame_ancestors: Annotated[str, AfterValidator(_origins)] = "none"
    """CSP frame-ancestors of shared pages: none, self, or origins divided by spaces."""
    public_url: Annotated[str, AfterValidator(_address)] = ""
    """Base URL by which others reach this server; links to shares begin with it."""
    ray_address: Annotated[str, AfterValidator(_address)] = "http://127.0.0.1:8265"
    """URL of a Ray cluster's head, for workers that submit their runs to it."""
    ray_cpus: Annotated[float, Field(ge=0)] = 1.0
    """CPU cores that each process of a run asks the cluster for."""
    ray_gpus: Annotated[float | None, Field(ge=0)] = None
    """GPUs that each process of a run asks the cluster for; unset: one where the cluster has any."""
    ray_python: str = ""
    """Path of the Python with Tuneboard on the cluster's nodes; empty: the same path as here."""
    allowed_hosts: Annotated[str, AfterValidator(_hosts)] = ""
    """Host header allow list, besides this machine's own names and the public one, divided by spaces or commas."""
    oidc_metadata_url: Annotated[str, AfterValidator(_address)] = ""
    """OpenID Connect discovery URL: the identity provider's with /.well-known/openid-configuration."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    admins: Annotated[str, AfterValidator(_words)] = ""
    """Admins: e-mail addresses that the provider has verified, or its subjects (`sub`), divided by spaces or commas."""
    newcomers: Literal["none", "viewer", "editor"] = "none"
    """Role of somebody who signs in for the first time; none: nothing is allowed until an admin lets her in."""
    sign_in_hours: float = Field(12, gt=0, le=24 * 30)
    """Lifetime of a sign-in, in hours."""

    @property
    def has_sign_in(self) -> bool:
        """Whether sign-in (OpenID Connect) is configured. Without it the server is local."""
        return bool(self.oidc_client_id or self.oidc_metadata_url or self.oidc_client_secret.get_secret_value())

    @property
    def origin(self) -> str:
        """Origin of the public URL, scheme and host, as browsers name it; empty where there is none."""
        url = urlsplit(self.public_url)
        return f"{url.scheme}://{url.netloc}".lower() if url.netloc else ""

    @model_validator(mode="after")
    def _whole(self) -> "Settings":
        """Validator: sign-in is configured wholly or not at all, and never over plain HTTP except on the loopback."""
        if not self.has_sign_in:
            return self
        needed = ("oidc_metadata_url", "oidc_client_id", "public_url", "admins")
        missing = [name for name in needed if not getattr(self, name)]
        missing += [] if self.oidc_client_secret.get_secret_value() else ["oidc_client_secret"]
        if missing:
            names = ", ".join(f"TUNEBOARD_{name.upper()}" for name in missing)
            raise ValueError(f"sign-in also needs {names}")
        for name in ("public_url", "oidc_metadata_url"):
            url = urlsplit(getattr(self, name))
            if url.scheme != "https" and url.hostname not in LOOPBACK:
                raise ValueError(f"TUNEBOARD_{name.upper()} has to begin with https: who signs in sends secrets there")
        if urlsplit(self.public_url).path:
            raise ValueError("with sign-in, TUNEBOARD_PUBLIC_URL is a host of its own, without a path")
        return self


def settings() -> Settings:
    """The settings in force. Raises ConfigError for a value that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"TUNEBOARD_{first['loc'][0]}".upper() if first["loc"] else "Sign-in"
        raise ConfigError(
            f"{name}: {str(first['msg']).removeprefix('Value error, ')}.", "Change it and start again."
        ) from None
