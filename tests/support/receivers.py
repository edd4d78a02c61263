"""Real receivers for what the system sends: an SMTP server and an HTTP server on this machine."""

import base64
import http.server
import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any


@dataclass
class Mailbox:
    """What an SMTP server has taken, and how it behaves."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    credentials: list[str] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)
    refuse: bytes | None = None  # the answer to RCPT, such as b"550 no such user"
    is_silent: bool = False  # accepts connections and says nothing
    certificate: Path | None = None  # offers STARTTLS
    _over: threading.Event = field(default_factory=threading.Event)


class _Smtp(socketserver.StreamRequestHandler):
    box: Mailbox

    def handle(self) -> None:
        self.box = self.server.box  # type: ignore[attr-defined]
        self.encrypted = False
        if self.box.is_silent:
            self.box._over.wait(10)
            return
        self.say(b"220 here")
        while line := self.rfile.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"QUIT":
                self.say(b"221 bye")
                return
            getattr(self, "on_" + verb.decode("ascii", "replace").lower(), self.on_other)(line)

    def say(self, answer: bytes) -> None:
        self.wfile.write(answer + b"\r\n")

    def on_other(self, line: bytes) -> None:
        self.say(b"250 ok")

    def on_ehlo(self, line: bytes) -> None:
        offers = [b"250-localhost", b"250-AUTH PLAIN"]
        if self.box.certificate and not self.encrypted:
            offers.append(b"250-STARTTLS")
        self.say(b"\r\n".join([*offers, b"250 8BITMIME"]))

    def on_starttls(self, line: bytes) -> None:
        self.say(b"220 go ahead")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(str(self.box.certificate))
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.encrypted = True

    def on_auth(self, line: bytes) -> None:
        self.box.credentials.append(base64.b64decode(line.split()[2]).decode())
        self.say(b"235 welcome")

    def on_rcpt(self, line: bytes) -> None:
        if self.box.refuse:
            self.say(self.box.refuse)
            return
        self.box.recipients.append(line.partition(b"<")[2].partition(b">")[0].decode())
        self.say(b"250 ok")

    def on_data(self, line: bytes) -> None:
        self.say(b"354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.box.messages.append(message_from_bytes(b"".join(lines), policy=policy.default))  # type: ignore[arg-type]
        self.box.was_encrypted.append(self.encrypted)
        self.say(b"250 taken")

    def finish(self) -> None:
        for stream in (self.wfile, self.rfile, self.connection):
            with suppress(OSError):
                stream.close()


class _SmtpServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle, such as over a certificate, is part of a test."""


@contextmanager
def smtp_server(**behaviour: Any) -> Iterator[Mailbox]:
    box = Mailbox(**behaviour)
    with _SmtpServer(("127.0.0.1", 0), _Smtp) as server:
        server.box = box  # type: ignore[attr-defined]
        box.port = server.server_address[1]
        yield from _serving(server, box)


@dataclass
class Hits:
    """What an HTTP server has been sent, and what it answers."""

    port: int = 0
    bodies: list[bytes] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    status: int = 200
    answer: bytes = b'{"errcode":0}'
    location: str = ""
    is_silent: bool = False
    _over: threading.Event = field(default_factory=threading.Event)


class _Http(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        hits: Hits = self.server.box  # type: ignore[attr-defined]
        hits.paths.append(self.path)
        hits.headers.append(dict(self.headers))
        hits.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        if hits.is_silent:
            hits._over.wait(10)
            return
        self.send_response(hits.status)
        if hits.location:
            self.send_header("Location", hits.location)
        self.send_header("Content-Length", str(len(hits.answer)))
        self.end_headers()
        self.wfile.write(hits.answer)

    def do_GET(self) -> None:
        self.server.box.paths.append("GET " + self.path)  # type: ignore[attr-defined]

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _HttpServer(http.server.ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """As above."""


@contextmanager
def http_server(certificate: Path | None = None, **behaviour: Any) -> Iterator[Hits]:
    hits = Hits(**behaviour)
    with _HttpServer(("127.0.0.1", 0), _Http) as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(str(certificate))
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        server.box = hits  # type: ignore[attr-defined]
        hits.port = server.server_address[1]
        yield from _serving(server, hits)


def _serving(server: socketserver.BaseServer, box: Any) -> Iterator[Any]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield box
    finally:
        box._over.set()
        server.shutdown()
        thread.join()
