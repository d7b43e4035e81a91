"""A door to a real server that can be rude: it cuts a connection in the middle of an upload, or lets nobody in."""

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

DENIED = (
    b"HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\nConnection: close\r\nContent-Length: 71\r\n\r\n"
    b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
)


class Door:
    """Passes bytes on between a client and the server at `address`."""

    def __init__(self, address: str) -> None:
        self._server = (urlsplit(address).hostname, urlsplit(address).port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.cut_after: int | None = None
        """Bytes from the client after which its connections are cut."""
        self.denies = False
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        if self.denies:
            client.recv(65536)
            client.sendall(DENIED)
            client.close()
            return
        server = socket.create_connection(self._server)
        threading.Thread(target=self._pass_on, args=(server, client, False), daemon=True).start()
        self._pass_on(client, server, True)

    def _pass_on(self, source: socket.socket, target: socket.socket, is_upload: bool) -> None:
        passed = 0
        with suppress(OSError):
            while data := source.recv(65536):
                passed += len(data)
                if is_upload and self.cut_after is not None and passed > self.cut_after:
                    break
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
