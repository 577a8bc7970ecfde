"""The production server: gunicorn with threads. `townline serve` runs it.

It is meant to stand behind a proxy that speaks TLS and keeps answers; docs/operations.md says how.
"""

import logging
import socket
import struct
from http import HTTPStatus
from types import FrameType
from typing import Any

import flask
from gunicorn.app.base import BaseApplication
from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import TConn, ThreadWorker

from catalog.settings import Settings
from services.settings import ServiceSettings
from services.web.app import create_app
from services.web.errors import refusal

GRACE = 30
LONGEST_REQUEST_LINE = 8190  # the most that gunicorn allows; a filter stands in the address
_ANY_ADDRESS = ("0.0.0.0", "::", "")
_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_ACCESS_FORMAT = '%(h)s %({x-forwarded-for}i)s %(t)s "%(r)s" %(s)s %(B)s %(M)sms "%(f)s" "%(a)s"'
"""Address, address behind the proxy, time, request, status, bytes, milliseconds, referrer, program."""


class Worker(ThreadWorker):  # type: ignore[misc]
    """A worker whose threads let a client go that neither sends nor takes a byte for `client_timeout`.

    gunicorn waits for ever for the rest of a request, so that as many slow clients as threads would stop a
    worker.
    """

    client_timeout = ServiceSettings.model_fields["client_timeout"].default

    def enqueue_req(self, conn: TConn) -> None:
        """Hand a connection to the threads."""
        limit = struct.pack("ll", self.client_timeout, 0)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
        super().enqueue_req(conn)

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """Finish the requests under way and end, as on SIGTERM.

        gunicorn shuts the pool of threads down right here, in the signal handler. That waits for a lock which the
        interrupted code may hold (it is handing a connection to that pool): the worker then hangs until it is
        killed.
        """
        self.handle_exit(sig, frame)


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, settings: Settings, service: ServiceSettings, bind: str) -> None:
        self._settings, self._service = settings, service
        self._options: dict[str, Any] = {
            "bind": bind,
            "worker_class": type("Worker", (Worker,), {"client_timeout": service.client_timeout}),
            "workers": service.workers,
            "threads": service.threads,
            "timeout": service.timeout,
            "keepalive": service.keep_alive,
            "limit_request_line": LONGEST_REQUEST_LINE,
            # no header of a request says where the application is or under which scheme: the settings do
            "forwarded_allow_ips": "",
            "forwarder_headers": "",
            "graceful_timeout": GRACE,
            "accesslog": service.access_log or None,
            "access_log_format": _ACCESS_FORMAT,
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> flask.Flask:
        """The application, made in each worker so that nothing open is shared between processes."""
        logging.basicConfig(level=logging.WARNING, format=_LOG_FORMAT)
        return application(self._settings, self._service)


def application(settings: Settings, service: ServiceSettings) -> flask.Flask:
    """The application, with an answer to what gunicorn finds wrong while a body is read."""
    app = create_app(settings, service)
    app.register_error_handler(ParseException, _unreadable)
    return app


def _unreadable(_: Exception) -> flask.Response:
    """The answer to a body whose parts are not as announced, found out only while it is read."""
    return refusal(HTTPStatus.BAD_REQUEST, "the body is not divided as HTTP demands")


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Answer requests until the process is told to end (Ctrl-C or SIGTERM); requests under way are finished.

    Links start with the address given, unless the settings of the services name another one.
    """
    service = ServiceSettings()
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if "url" not in service.model_fields_set:
        reached = f"127.0.0.1:{port}" if host in _ANY_ADDRESS else bind
        service = service.model_copy(update={"url": f"http://{reached}"})
    create_app(settings, service)
    _Server(settings, service, bind).run()
