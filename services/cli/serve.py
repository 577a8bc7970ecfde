"""`townline serve`."""

import errno
import socket
from typing import Annotated

import typer

from catalog.errors import TownlineError
from services.cli.context import plain_errors, townline

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
_PAGES = (
    ("/", "the site: catalog, maps, stories, methods"),
    ("/ogc/", "OGC API; in QGIS: add an OGC API - Features connection with this address"),
    ("/health", "whether all is well, for monitoring"),
)


class CannotServe(TownlineError):
    """Nowhere to serve; the message says what to do."""


def serve(
    context: typer.Context,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Address to listen on; 0.0.0.0 lets other machines in.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, metavar="NUMBER", help="Port to listen on.")] = 8000,
) -> None:
    """Serve the catalog, the OGC API and the files until Ctrl-C.

    Example: townline --store build/north-carolina/store serve --port 8000
    """
    with plain_errors():
        run = townline(context)
        held = len(run.filled.layers())
        if not _handed_a_socket():
            _free(host, port)
        from services.cli.run import settings_of
        from services.settings import ServiceSettings

        settings_of(ServiceSettings)  # says what is wrong with them before anything starts
        from services.web import server

        reached = _EVERYWHERE.get(host, host)
        base = f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"
        run.console.print(
            f"Townline serves {held} layers of [bold]{run.settings.store}[/]. Open in a browser:",
            soft_wrap=True,
        )
        for path, what in _PAGES:
            run.console.print(f"  {base + path:<32} {what}", highlight=False, soft_wrap=True)
        if host in _EVERYWHERE:
            run.console.print(
                "Other machines reach it under this machine's name, as far as the network lets them."
            )
        run.console.print("Ctrl-C ends it.")
        server.serve(run.settings, host, port)


def _handed_a_socket() -> bool:
    """Whether systemd listens at the port and hands its socket over: gunicorn serves that one."""
    from gunicorn.systemd import listen_fds

    return bool(listen_fds(unset_environment=False))


def _free(host: str, port: int) -> None:
    """Nothing where one can listen there.

    Raises:
        CannotServe: the port is taken, or not allowed, or the address is none of this machine.

    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = _next(port)
            why = "another program, perhaps an older townline, listens there; end it or use "
            why += f"--port {other} (PORT={other} with make)"
        else:
            why = error.strerror or str(error)
        raise CannotServe(f"cannot listen on {host} port {port}: {why}") from error


def _next(port: int) -> int:
    return port + 1 if port < 65535 else 8000
