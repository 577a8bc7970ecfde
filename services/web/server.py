"""The production server: gunicorn with threads.

`townline serve` runs it from here; the same in one line, with the settings in the environment:

    gunicorn -k gthread --workers 2 --threads 8 --bind 127.0.0.1:8000 'services.web.app:create_app()'
"""

import logging
from typing import Any

import flask
from gunicorn.app.base import BaseApplication

from catalog.settings import Settings
from services.settings import ServiceSettings
from services.web.app import create_app

GRACE = 10
_ANY_ADDRESS = ("0.0.0.0", "::", "")
_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, settings: Settings, service: ServiceSettings, bind: str) -> None:
        self._settings, self._service = settings, service
        self._options: dict[str, Any] = {
            "bind": bind,
            "worker_class": "gthread",
            "workers": service.workers,
            "threads": service.threads,
            "timeout": service.timeout,
            "graceful_timeout": GRACE,
            "accesslog": "-",
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> flask.Flask:
        """The application, made in each worker so that nothing open is shared between processes."""
        logging.basicConfig(level=logging.WARNING, format=_LOG_FORMAT)
        return create_app(self._settings, self._service)


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
