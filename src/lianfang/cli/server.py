"""The server of ``lianfang serve``: waitress, which leaves the answer to a request that is too big to the product itself."""

from __future__ import annotations

import socket
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import RequestEntityTooLarge

from lianfang.cli.texts import Texts

THREADS = 8
FORWARDED = {"x-forwarded-for", "x-forwarded-proto"}
MOST_READ = 1024 * 1024 * 1024
"""Of a body that is too big, up to this many bytes are read, and but for what was typed kept nowhere: a browser reads no answer while it
still sends."""


class Parser(HTTPRequestParser):
    """Reads a body that is too big to its end before the request counts as complete."""

    error: Any = None
    unread = 0
    texts: Texts | None = None

    def received(self, data: bytes) -> int:
        """Take in some of the request; how many bytes of it were taken."""
        if self.unread:
            assert self.texts is not None
            taken = min(len(data), self.unread)
            self.texts.take(data[:taken])
            self.unread -= taken
            self.completed = not self.unread
            return taken
        taken = int(super().received(data))  # type: ignore[no-untyped-call]
        if isinstance(self.error, RequestEntityTooLarge) and not self.body_bytes_received and self.content_length <= MOST_READ:
            self.texts = Texts(self.headers.get("CONTENT_TYPE", ""))
            self.unread = self.content_length
            self.completed = False
        return taken


class TooBig(WSGITask):
    """Asks the application all the same, with what was typed and without the files: by its length it sees that the request is too big,
    and says so."""

    def execute(self) -> None:
        """Answer, and end the connection."""
        length = max(self.request.content_length, self.request.body_bytes_received)
        self.request.headers["CONTENT_LENGTH"] = str(length)
        self.set_close_on_finish()
        super().execute()  # type: ignore[no-untyped-call]

    def get_environment(self) -> dict[str, Any]:
        """The request as the application is given it: of its body the texts, under a name that says so, or nothing."""
        environ: dict[str, Any] = super().get_environment()  # type: ignore[no-untyped-call]
        texts = self.request.texts.body if self.request.texts is not None else b""
        environ.update({"wsgi.input": BytesIO(texts), settings.LIANFANG_TEXTS: bool(texts)})
        return environ


def _error(channel: Any, request: Any) -> Any:
    kind = TooBig if isinstance(request.error, RequestEntityTooLarge) else ErrorTask
    return kind(channel, request)


class Channel(HTTPChannel):
    """A connection."""

    parser_class = Parser
    error_task_class: Any = staticmethod(_error)


def server_on(held: socket.socket, **more: Any) -> Any:
    """The server on a socket. It listens from now on: whoever reads the address can use it. Who asks, and whether through HTTPS, is what
    the office's own proxy says; from anybody else such headers are dropped."""
    application = import_string(settings.WSGI_APPLICATION)
    most = settings.LIANFANG_MOST_BODY
    proxy = {"trusted_proxy": settings.LIANFANG_PROXY, "trusted_proxy_headers": FORWARDED} if settings.LIANFANG_PROXY else {}
    server = create_server(  # type: ignore[no-untyped-call]
        application, sockets=[held], threads=THREADS, max_request_body_size=most, ident=None, **proxy, **more
    )
    server.channel_class = Channel
    return server
