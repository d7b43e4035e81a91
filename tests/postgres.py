"""A real PostgreSQL for the tests: Debian's (or any other's) binaries, a temporary folder, loopback only."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

WHY_NOT = "no PostgreSQL server (initdb) on this machine"
STARTS_S = 60
GUARD = (
    'cat > /dev/null; if [ -f "$0/postmaster.pid" ]; then kill -QUIT "$(head -n 1 "$0/postmaster.pid")"; fi; '
    'rm -rf "$1"'
)
"""Waits for the end of whoever started the server, and ends the server where nobody did: a killed test leaves none."""


def binaries() -> Path | None:
    """The folder with initdb and postgres, the newest first; None where there is none."""
    on_path = shutil.which("initdb")
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
    folders = [*known, *([Path(on_path).parent] if on_path else []), Path("/opt/homebrew/bin"), Path("/usr/local/bin")]
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


class Server:
    """A server of its own on a free port of loopback. Only its superuser may enter, with a password."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        found = binaries()
        assert found is not None, WHY_NOT
        self._binaries, self.data = found, folder / "data"
        self._as = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
        self.port = _free_port()
        self._folder = folder
        folder.chmod(0o755)  # the server's own user must pass
        self.data.mkdir()
        if self._as:
            shutil.chown(self.data, **self._as)
        word = folder / "word"
        word.write_text("open-sesame\n")
        word.chmod(0o644)
        how = ["--auth=scram-sha-256", "--username=owner", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"]
        self._run("initdb", *how, "--no-sync", f"--pwfile={word}")
        fixed = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": "", "fsync": "off"}
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in {**fixed, **settings}.items())
        self.start()

    def start(self) -> None:
        self._run("pg_ctl", "--wait", f"--timeout={STARTS_S}", f"--log={self.data / 'server.log'}", "start")

    def stop(self, how: str = "immediate") -> None:
        self._run("pg_ctl", "--wait", f"--timeout={STARTS_S}", f"--mode={how}", "stop")

    def url(self, database: str = "postgres", port: int | None = None) -> str:
        return f"postgresql://owner:open-sesame@127.0.0.1:{port or self.port}/{database}"

    def connect(self, database: str = "postgres") -> "psycopg.Connection[Any]":
        return psycopg.connect(self.url(database), autocommit=True)

    def new_database(self, like: str = "template0") -> str:
        """The name of a fresh database."""
        name = f"t{time.monotonic_ns()}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        return name

    def drop(self, database: str) -> None:
        with self.connect() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def _run(self, program: str, *words: str) -> None:
        command = [str(self._binaries / program), f"--pgdata={self.data}", *words]
        ended = subprocess.run(
            command, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120, **self._as
        )
        assert ended.returncode == 0, ended.stderr.decode()


@contextmanager
def server(**settings: Any) -> Iterator[Server]:
    """A server that is gone after the block."""
    with tempfile.TemporaryDirectory(prefix="tuneboard-postgres-") as folder:
        one = Server(Path(folder), **settings)
        guard = subprocess.Popen(
            ["sh", "-c", GUARD, str(one.data), folder], stdin=subprocess.PIPE, start_new_session=True
        )
        try:
            yield one
        finally:
            one.stop()
            guard.communicate(timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
