"""What whoever runs the server decides, from environment variables that begin with TUNEBOARD_."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import ConfigError

_ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:\d+)?")


def _origins(value: str) -> str:
    """'none', 'self', or origins such as https://intranet.example, in the words of a Content-Security-Policy."""
    words = [word.strip("'\"") for word in value.split()]
    if words in (["none"], ["self"]):
        return f"'{words[0]}'"
    wrong = [word for word in words if word != "self" and not _ORIGIN.fullmatch(word)]
    if wrong or not words:
        raise ValueError(f"'{(wrong or [value])[0]}' is no origin such as https://intranet.example")
    return " ".join("'self'" if word == "self" else word for word in words)


def _address(value: str) -> str:
    value = value.rstrip("/")
    if value and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", value):
        raise ValueError(f"'{value}' is no address such as https://tuneboard.example")
    return value


class Settings(BaseSettings):
    """The server's settings."""

    model_config = SettingsConfigDict(env_prefix="TUNEBOARD_", frozen=True, extra="ignore", validate_default=True)

    frame_ancestors: Annotated[str, AfterValidator(_origins)] = "none"
    """Which sites may show a shared page in a frame of theirs: none, self, or origins divided by spaces."""
    public_url: Annotated[str, AfterValidator(_address)] = ""
    """The address under which others reach this server; links to shares begin with it."""
    ray_address: Annotated[str, AfterValidator(_address)] = "http://127.0.0.1:8265"
    """Where the head of a Ray cluster listens, for workers that hand their runs to it."""
    ray_cpus: Annotated[float, Field(ge=0)] = 1.0
    """CPU cores that each process of a run asks the cluster for."""
    ray_gpus: Annotated[float | None, Field(ge=0)] = None
    """GPUs that each process of a run asks the cluster for; unset: one where the cluster has any."""
    ray_python: str = ""
    """The Python with Tuneboard on the cluster's nodes; empty: under the same path as here."""


def settings() -> Settings:
    """The settings in force. Raises ConfigError for a value that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"TUNEBOARD_{first['loc'][0]}".upper()
        raise ConfigError(
            f"{name}: {str(first['msg']).removeprefix('Value error, ')}.", "Change it and start again."
        ) from None
