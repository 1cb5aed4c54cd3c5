"""HTTP/1.1 over one connection that stays open: just enough of it, so that the load costs the machine little beside the service."""

import json
import socket


class Gone(Exception):
    """The connection broke, or nothing came in time: nobody was told what became of the request."""


class Wire:
    def __init__(self, address, timeout=40.0):
        self.address, self.timeout, self.stream, self.rest = address, timeout, None, b""

    def close(self):
        if self.stream:
            self.stream.close()
        self.stream, self.rest = None, b""

    def send(self, method, path, body=None, headers=()):
        """The status and the JSON of the reply. A connection that broke is opened anew by the next call."""
        self.begin(method, path, body, headers)
        return self.end()

    def begin(self, method, path, body=None, headers=()):
        """Sends a request whose reply is waited for by `end`."""
        try:
            if self.stream is None:
                self.stream = socket.create_connection(self.address, self.timeout)
                self.stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            lines = [f"{method} {path} HTTP/1.1", "host: drill", *headers]
            if body is not None:
                lines += ["content-type: application/json", f"content-length: {len(body)}"]
            self.stream.sendall("\r\n".join([*lines, "", ""]).encode() + (body or b""))
        except OSError as broken:
            self.close()
            raise Gone(str(broken)) from broken

    def end(self):
        try:
            return self.reply()
        except (OSError, ValueError) as broken:
            self.close()
            raise Gone(str(broken)) from broken

    def reply(self):
        while (end := self.rest.find(b"\r\n\r\n")) < 0:
            self.more()
        head = self.rest[:end].decode("latin-1").lower().split("\r\n")
        length = next(int(line.split(":", 1)[1]) for line in head if line.startswith("content-length:"))
        while len(self.rest) < end + 4 + length:
            self.more()
        body, self.rest = self.rest[end + 4 : end + 4 + length], self.rest[end + 4 + length :]
        return int(head[0].split(" ")[1]), json.loads(body)

    def more(self):
        read = self.stream.recv(65536)
        if not read:
            raise OSError("the connection ended")
        self.rest += read
