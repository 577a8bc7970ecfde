"""Downloads over HTTP: streamed, limited, tried again where that can help."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from typing import BinaryIO
from urllib.parse import unquote

import httpx

from catalog.errors import DataError
from layers.sources.errors import EmptyFile, NotData, ShortFile, TooLarge, Unavailable
from layers.sources.settings import SourceSettings

CHUNK = 1 << 20
_TRY_AGAIN = {202, 408, 425, 429, 500, 502, 503, 504}
_HTML = (b"<!doctype html", b"<html")
_SECRET = ("token", "key", "secret", "password", "signature", "sig")


@dataclass(frozen=True)
class Downloaded:
    """What a server said of a file."""

    name: str
    modified_at: datetime | None


class _Transient(Exception):
    """A failure that another try may mend."""

    def __init__(self, error: DataError, wait: float | None = None) -> None:
        self.error, self.wait = error, wait
        super().__init__(str(error))


def download(
    url: str,
    target: BinaryIO,
    *,
    settings: SourceSettings,
    client: httpx.Client | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Downloaded:
    """What the server said of the file whose bytes were written to the target.

    Connection errors, broken downloads and the statuses 202, 408, 425, 429 and 5xx are tried again, after
    the time that the server asks for (`Retry-After`) or after 1, 2, 4 … seconds.

    Raises:
        Unavailable: the server refuses, does not answer, or asks for a longer wait than the settings allow.
        NotData: it sent HTML.
        TooLarge: more bytes than the settings allow.
        ShortFile: fewer bytes than announced, in every try.
        EmptyFile: no bytes.

    """
    if client is None:
        with new_client(settings) as own:
            return download(url, target, settings=settings, client=own, sleep=sleep)
    for attempt in range(1, settings.attempts + 1):
        try:
            return _attempt(url, target, client, settings)
        except _Transient as failure:
            wait = 2.0 ** (attempt - 1) if failure.wait is None else failure.wait
            if wait > settings.longest_wait_seconds:
                raise _given_up(
                    failure.error,
                    f"it asks to wait {wait:.0f} s, the longest allowed wait is "
                    f"{settings.longest_wait_seconds:.0f} s",
                ) from failure
            if attempt == settings.attempts:
                raise _given_up(failure.error, f"given up after {attempt} tries") from failure
        sleep(wait)
    raise AssertionError("at least one attempt is made")  # pragma: no cover


def new_client(settings: SourceSettings) -> httpx.Client:
    """A client with the settings' timeouts that follows redirects."""
    timeout = httpx.Timeout(settings.read_seconds, connect=settings.connect_seconds)
    return httpx.Client(follow_redirects=True, timeout=timeout, headers={"User-Agent": "townline"})


def shown(url: str) -> str:
    """An address without its credentials and without values that may be secrets."""
    address = httpx.URL(url).copy_with(userinfo=b"")
    given = address.params.multi_items()
    kept = [(name, "redacted" if name.lower().endswith(_SECRET) else value) for name, value in given]
    return str(address if kept == given else address.copy_with(params=kept))


def _given_up(error: DataError, why: str) -> DataError:
    return type(error)(f"{error.message}; {why}", file=error.file)


def _attempt(url: str, target: BinaryIO, client: httpx.Client, settings: SourceSettings) -> Downloaded:
    target.seek(0)
    target.truncate()
    try:
        with client.stream("GET", url) as response:
            _check_status(url, response, settings)
            _write(url, response, target, settings)
            return Downloaded(_name(response), _date(response.headers.get("Last-Modified")))
    except (httpx.UnsupportedProtocol, httpx.TooManyRedirects, httpx.DecodingError) as error:
        raise Unavailable(str(error), file=shown(url)) from error
    except httpx.TransportError as error:
        raise _Transient(Unavailable(f"{type(error).__name__}: {error}", file=shown(url))) from error


def _check_status(url: str, response: httpx.Response, settings: SourceSettings) -> None:
    status = response.status_code
    message = f"the server answers {status} {response.reason_phrase}".rstrip()
    if status in _TRY_AGAIN or status >= 500:
        raise _Transient(Unavailable(message, file=shown(url)), _wait(response.headers.get("Retry-After")))
    if status != 200:
        raise Unavailable(message, file=shown(url))
    if response.headers.get("Content-Type", "").lower().startswith("text/html"):
        raise NotData("the server sent an HTML page and not data", file=shown(url))
    if _announced(response) > settings.max_download_bytes:
        raise _too_large(url, settings)


def _write(url: str, response: httpx.Response, target: BinaryIO, settings: SourceSettings) -> None:
    size = 0
    for chunk in response.iter_bytes(CHUNK):
        if not size and chunk[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_HTML):
            raise NotData("the server sent an HTML page and not data", file=shown(url))
        size += len(chunk)
        if size > settings.max_download_bytes:
            raise _too_large(url, settings)
        target.write(chunk)
    announced, received = _announced(response), response.num_bytes_downloaded
    if received < announced:
        raise _Transient(ShortFile(f"{received} of {announced} announced bytes arrived", file=shown(url)))
    if not size:
        raise EmptyFile("the server sent no bytes", file=shown(url))


def _too_large(url: str, settings: SourceSettings) -> TooLarge:
    return TooLarge(
        f"more than the allowed {settings.max_download_bytes} bytes (TOWNLINE_SOURCE_MAX_DOWNLOAD_BYTES)",
        file=shown(url),
    )


def _announced(response: httpx.Response) -> int:
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() else 0


def _wait(header: str | None) -> float | None:
    """The seconds of a Retry-After header, which holds a number or a date."""
    if not header:
        return None
    if header.strip().isdecimal():
        return float(header)
    date = _date(header)
    return max(0.0, (date - datetime.now(UTC)).total_seconds()) if date else None


def _date(header: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(header) if header else None
    except ValueError:
        return None  # a server's malformed date says nothing
    return date.replace(tzinfo=UTC) if date and date.tzinfo is None else date


def _name(response: httpx.Response) -> str:
    message = Message()
    message["Content-Disposition"] = response.headers.get("Content-Disposition", "")
    name = message.get_filename() or unquote(response.url.path.rstrip("/"))
    return PurePosixPath(name.replace("\\", "/")).name or response.url.host
