"""Download of source distributions from the package index, for those that are data only: fetched, and never built.

pip runs a package's build to learn about a source archive, so it is not asked to fetch one. unearth reads the index's
pages (PEP 503 and PEP 691) and folders of files as pip does, and stops there. Where to look is what pip is told. Run as
a program (`python -m core.source_archives`), this module is the process that fetches.
"""

import ast
import logging
import os
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from core.errors import UserError

if TYPE_CHECKING:
    from unearth import Link, PackageFinder
    from unearth.fetchers import Fetcher

log = logging.getLogger(__name__)

DEFAULT_INDEX = "https://pypi.org/simple/"
SECTIONS = ("global", "download", ":env:")
"""Later ones count more, as in pip."""
MORE_THAN_SAID = 2.0
"""Size limit of a download, in times the size that was said, and a megabyte."""
ANSWER_WITHIN_S = 15.0
ROOT = Path(__file__).resolve().parent.parent


class Outcome(IntEnum):
    """Exit status of the process that looks for a file."""

    NOT_THERE = 10
    SILENT = 11
    TOO_LARGE = 12


class NoIndexAnswers(Exception):
    """No index answered."""


class TooSlow(Exception):
    """Download timeout: the file did not arrive in time."""


class TooLarge(Exception):
    """The file is far larger than was said."""


@dataclass(frozen=True)
class PipSettings:
    """Pip's configuration: its indexes, and how it connects to them."""

    indexes: tuple[str, ...] = (DEFAULT_INDEX,)
    find_links: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    certificates: str | None = None
    client_certificate: str | None = None
    proxy: str | None = field(default=None, repr=False)


def download(package: str, version: str, file: str, folder: Path, *, megabytes: float, timeout_s: float) -> Path | None:
    """Downloads the archive's file to `folder`, unverified; None where no place has it.

    A process of its own fetches it, as pip would be one: it ends when the time is over, whatever it waits for. Raises
    NoIndexAnswers when no place has it and some did not answer, TooSlow, and TooLarge.
    """
    command = [sys.executable, "-m", "core.source_archives", package, version, file, str(folder), str(megabytes)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))}
    try:
        done = subprocess.run(command, capture_output=True, timeout=timeout_s, check=False, env=environment)
    except subprocess.TimeoutExpired:
        raise TooSlow from None
    match done.returncode:
        case 0:
            return folder / file
        case Outcome.NOT_THERE:
            return None
        case Outcome.TOO_LARGE:
            raise TooLarge
        case Outcome.SILENT:
            raise NoIndexAnswers
    log.error("the process that fetches source archives ended with %d: %s", done.returncode, done.stderr[-2_000:])
    raise UserError(f"{package}=={version} could not be fetched.", "The log says more.")


def look(package: str, version: str, file: str, folder: Path, megabytes: float) -> int:
    """Fetches the file from the first place that has it; returns the process's exit status."""
    from httpx2 import HTTPError
    from unearth.errors import UnpackError

    outcome = Outcome.NOT_THERE
    for finder in _finders(pip_settings()):
        try:
            link = _found(finder, package, version, file)
            if link is not None:
                return _fetched(finder, link, folder / file, megabytes)
        except (UnpackError, OSError, HTTPError):
            outcome = Outcome.SILENT
    return outcome


def pip_settings() -> PipSettings:
    """Pip's configuration by its files and its environment. Raises UserError where pip cannot say."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "config", "list"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise UserError("pip cannot say where packages come from.", "Check pip's settings: pip config debug")
    return settings_told(done.stdout)


def settings_told(listed: str) -> PipSettings:
    """Parses the configuration that `pip config list` printed."""
    found: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for line in listed.splitlines():
        if told := re.fullmatch(r"(global|download|:env:)\.([\w-]+)=(.+)", line.strip()):
            found[told[1]][told[2]] = str(ast.literal_eval(told[3]))
    told_all = {name: value for section in SECTIONS for name, value in found[section].items()}
    many = {name: tuple(told_all.get(name, "").split()) for name in ("extra-index-url", "find-links", "trusted-host")}
    has_none = told_all.get("no-index", "").casefold() in {"1", "true", "yes", "on", "t", "y"}
    indexes = (told_all.get("index-url", DEFAULT_INDEX), *many["extra-index-url"])
    return PipSettings(
        indexes=() if has_none else indexes,
        find_links=many["find-links"],
        trusted_hosts=many["trusted-host"],
        certificates=told_all.get("cert"),
        client_certificate=told_all.get("client-cert"),
        proxy=told_all.get("proxy"),
    )


def _finders(told: PipSettings) -> Iterator["PackageFinder"]:
    """Package finders, one a place, so that a silent one hides no other: folders first, then the indexes as told."""
    from unearth import PackageFinder
    from unearth.auth import MultiDomainBasicAuth
    from unearth.fetchers import PyPIClient

    trusted = ssl.create_default_context(cafile=told.certificates)
    if told.client_certificate:
        trusted.load_cert_chain(told.client_certificate)
    client = PyPIClient(
        trusted_hosts=told.trusted_hosts,
        verify=trusted,
        proxy=told.proxy,
        timeout=ANSWER_WITHIN_S,
        follow_redirects=True,
    )
    client.auth = MultiDomainBasicAuth(prompting=False, index_urls=told.indexes)
    with client:
        finder = partial(
            PackageFinder, cast("Fetcher", client), trusted_hosts=told.trusted_hosts, ignore_compatibility=True
        )
        for place in told.find_links:
            if "://" in place or Path(place).exists():
                yield finder(find_links=(place,), no_binary=(":all:",))
        for place in told.indexes:
            yield finder(index_urls=(place,), no_binary=(":all:",))


def _found(finder: "PackageFinder", package: str, version: str, file: str) -> "Link | None":
    """Link to this very file, among all that the place has of the package."""
    for one in finder.find_matches(f"{package}=={version}", allow_yanked=True, allow_prereleases=True):
        if one.link.filename == file and not one.link.is_vcs:
            return one.link
    return None


def _fetched(finder: "PackageFinder", link: "Link", target: Path, megabytes: float) -> int:
    most = (MORE_THAN_SAID * megabytes + 1) * 1024 * 1024

    def watch(link: "Link", completed: int, total: int | None) -> None:  # noqa: ARG001 (named so by unearth)
        if max(completed, total or 0) > most:
            raise TooLarge

    try:
        got = finder.download(link, target.parent, hashes={}, download_reporter=watch)
    except TooLarge:
        return Outcome.TOO_LARGE
    if got == target:
        return 0
    if got.stat().st_size > most:
        return Outcome.TOO_LARGE
    shutil.copyfile(got, target)
    return 0


if __name__ == "__main__":
    name, number, file_name, to, size = sys.argv[1:]
    sys.exit(look(name, number, file_name, Path(to), float(size)))
