"""A wire to PostgreSQL that can be cut: before a commit, after it but before its answer, or for a while."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

COMMIT = b"COMMIT"


class CuttingProxy:
    """Listens on a loopback port and hands everything on to another one, until it is told to cut."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.cut_at_commit: str | None = None
        """'before': the commit never arrives. 'after': it does, and its answer never comes back. Once, then None."""
        self.is_down = False
        self.cuts = 0
        self._waits_in_vain: socket.socket | None = None
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Breaks every connection, as a pulled plug does."""
        self.cuts += 1
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def close(self) -> None:
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.is_down:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self._to))
            self._open += [client, server]
            threading.Thread(target=self._carry, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._carry, args=(server, client, False), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, is_asking: bool) -> None:
        with suppress(OSError):
            while content := source.recv(65536):
                if is_asking and self.cut_at_commit and COMMIT in content:
                    when, self.cut_at_commit = self.cut_at_commit, None
                    if when == "before":
                        return self.cut()
                    self._waits_in_vain = source
                elif target is self._waits_in_vain:
                    return self.cut()
                target.sendall(content)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        return None


@contextmanager
def cutting_proxy(port: int) -> Iterator[CuttingProxy]:
    """A wire that is gone after the block."""
    proxy = CuttingProxy(port)
    try:
        yield proxy
    finally:
        proxy.close()
