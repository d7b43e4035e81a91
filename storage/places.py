"""File systems by URL (fsspec). S3 goes through pyarrow, which is installed anyway."""

import os
from typing import Any
from urllib.parse import urlsplit

from core.errors import ConfigError, UserError

FILES_URL = "TUNEBOARD_FILES_URL"
CONNECT_S, ANSWER_S, TRIES = 5.0, 30.0, 3


def file_system(url: str) -> tuple[Any, str]:
    """The fsspec file system of `url`, and the path in it. Raises ConfigError.

    S3 is not contacted yet; some drivers connect at once.
    """
    if "://" not in url or not _can_be_divided(url):
        raise ConfigError(f"{FILES_URL} is no URL such as s3://bucket/folder.", "Change it and start again.")
    shown = without_secrets(url)
    if url.startswith(("file:", "local:")) and "@" in urlsplit(url).netloc:
        raise ConfigError(
            f"{FILES_URL}: a folder of this machine has no user and no password.", "Write it as file:///path/of/it."
        )
    try:
        if url.startswith("s3://"):
            return _s3(url), url.removeprefix("s3://")
        import fsspec

        system, root = fsspec.core.url_to_fs(url, use_listings_cache=False)
    except ImportError as error:  # it names the package to install
        raise ConfigError(f"{FILES_URL}: {shown} needs a driver.", str(error).split("\n", maxsplit=1)[0]) from None
    except UserError:
        raise
    except Exception as error:  # drivers raise all sorts of things, some because they connect at once
        reason = type(error).__name__
        raise ConfigError(f"{FILES_URL}: {shown} cannot be opened ({reason}).", "Is it spelt right, and on?") from None
    return system, str(root)


def _can_be_divided(url: str) -> bool:
    try:
        urlsplit(url)
    except ValueError:  # a bracket that is not closed
        return False
    return True


def without_secrets(url: str) -> str:
    """URL without user, password and query, fit for a screen."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rsplit('@', 1)[-1]}{parts.path}".rstrip("/")


def _s3(url: str) -> Any:
    """S3 file system of pyarrow; keys, region and endpoint from the environment, as Amazon's own tools read them."""
    if "@" in urlsplit(url).netloc:
        raise ConfigError(
            f"{FILES_URL}: keys do not belong into the address.", "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        )
    from fsspec.implementations.arrow import ArrowFSWrapper
    from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem

    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    system = S3FileSystem(
        endpoint_override=endpoint,
        region=region or ("us-east-1" if endpoint else None),
        connect_timeout=CONNECT_S,
        request_timeout=ANSWER_S,
        allow_delayed_open=True,  # a small file is one request, not three
        retry_strategy=AwsStandardS3RetryStrategy(max_attempts=TRIES),
    )
    return ArrowFSWrapper(system, skip_instance_cache=True)
