"""Debian packages as sources of data: fetched with apt-get, checked against a hash, read, never installed.

Needs no root. Where there is no apt-get, or it does not know the package, a sentence says so.
"""

import io
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Annotated, Literal

from pydantic import StringConstraints

from core.archives import MEMBER_LIMIT_BYTES, kept_file
from core.config import Frozen
from core.durable import flush, sha256_of
from core.errors import UserError

MAGIC = b"!<arch>\n"
HEAD = 60
"""Bytes of a member's header in the ar format: name, time, owner, group, mode, size, end."""


class DebianPackage(Frozen):
    """A package of Debian's archive, known by its hash."""

    package: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.+-]*$")]
    version: Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9.+~:-]*$")]
    file: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-zA-Z0-9._+~-]*\.deb$")]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    megabytes: float
    kind: Literal["deb"] = "deb"

    @property
    def name(self) -> str:
        """The package and version as apt writes them."""
        return f"{self.package}={self.version}"


def fetch_package(package: DebianPackage, cache: Path, *, timeout_s: float = 900) -> Path:
    """Downloads the package by apt-get, or finds it in the cache, and verifies its SHA-256.

    Raises UserError when there is no apt-get, when it does not bring the package, or when another file came.
    """
    path = kept_file(package.sha256, package.file, cache)
    if path.is_file() and sha256_of(path) == package.sha256:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".fetching-") as folder:
        got = _download(package, Path(folder), timeout_s)
        if sha256_of(got) != package.sha256:
            raise UserError(
                f"The package {package.name} that apt brought is not the one expected.",
                "It was thrown away unread. Try again later, or from another network.",
            )
        flush(got)
        got.replace(path)
    return path


def _download(package: DebianPackage, folder: Path, timeout_s: float) -> Path:
    if shutil.which("apt-get") is None:
        raise UserError(
            f"It lies in the Debian package {package.package}, and this machine has no apt-get to fetch it with.",
            "Run Tuneboard on Debian or Ubuntu for this scenario, or bring the pictures yourself in a ZIP archive.",
        )
    try:
        done = subprocess.run(
            ["apt-get", "download", package.name],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UserError(f"{package.name} did not arrive within {timeout_s:.0f} s.", "Try again later.") from None
    arrived = sorted(folder.glob("*.deb"))
    if done.returncode == 0 and arrived:
        return arrived[0]
    said = [line for line in done.stderr.splitlines() if line.startswith("E:")]
    reason = re.sub(r"^E:\s*", "", said[-1]).rstrip(".") if said else "apt-get brought nothing"
    raise UserError(
        f"It lies in the Debian package {package.package}, which apt-get could not fetch: {reason}.",
        "Run apt-get update, or bring the pictures yourself in a ZIP archive.",
    )


def read_member(package: Path, member: str) -> bytes:
    """Reads one file of a package, such as usr/share/x.gz. Raises UserError where it is not there."""
    try:
        with tarfile.open(fileobj=io.BytesIO(_files(package)), mode="r:*") as data:
            for entry in data:
                if entry.name.removeprefix("./") == member and entry.isfile() and entry.size <= MEMBER_LIMIT_BYTES:
                    file = data.extractfile(entry)
                    return file.read() if file else b""
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise UserError(f"The package {package.name} is damaged.") from error
    raise UserError(f"The package {package.name} has no file '{member}' in it.")


def _files(package: Path) -> bytes:
    """Compressed data.tar of a package, one of its three members (ar format)."""
    with package.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise UserError(f"{package.name} is not a Debian package.")
        while len(head := file.read(HEAD)) == HEAD:
            name, size = head[:16].decode("ascii", "replace").strip().rstrip("/"), head[48:58]
            if not size.strip().isdigit() or int(size) > MEMBER_LIMIT_BYTES:
                break
            content = file.read(int(size))
            file.read(int(size) % 2)
            if name.startswith("data.tar."):
                return content
    raise UserError(f"The package {package.name} is damaged.")
