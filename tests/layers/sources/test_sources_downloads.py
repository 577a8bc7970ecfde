import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from layers.sources import SourceSettings
from layers.sources.downloads import Downloaded, download, shown
from layers.sources.errors import EmptyFile, NotData, ShortFile, TooLarge, Unavailable

URL = "https://example.org/files/towns.csv?year=2020"
Answer = httpx.Response | Exception


class Server:
    """Gives one answer after the other and notes the waits between."""

    def __init__(self, *answers: Answer) -> None:
        self.answers, self.waits = list(answers), list[float]()
        self.target = io.BytesIO()

    def download(self, **settings: object) -> Downloaded:
        with httpx.Client(transport=httpx.MockTransport(self._answer), follow_redirects=True) as client:
            return download(
                URL,
                self.target,
                settings=SourceSettings.model_validate(settings),
                client=client,
                sleep=self.waits.append,
            )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        answer.request = request
        return answer


def data(**headers: str) -> httpx.Response:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return httpx.Response(200, content=iter_bytes(b"town\nAvon\n"), headers={"Content-Length": "10", **named})


def test_the_bytes_and_what_the_server_says_of_them() -> None:
    server = Server(data(last_modified="Wed, 01 May 2024 10:00:00 GMT"))
    assert server.download() == Downloaded("towns.csv", datetime(2024, 5, 1, 10, tzinfo=UTC))
    assert server.target.getvalue() == b"town\nAvon\n"


@pytest.mark.parametrize(
    "name", ['attachment; filename="export.csv"', "attachment; filename=../../export.csv"]
)
def test_the_name_that_the_server_gives(name: str) -> None:
    assert Server(data(content_disposition=name, last_modified="yesterday")).download() == Downloaded(
        "export.csv", None
    )


@pytest.mark.parametrize("failure", [httpx.Response(503), httpx.Response(429), httpx.ConnectError("refused")])
def test_passing_failures_are_tried_again(failure: Answer) -> None:
    server = Server(failure, httpx.ReadTimeout("slow"), data())
    server.download()
    assert server.target.getvalue() == b"town\nAvon\n"
    assert server.waits == [1, 2]


def test_the_server_says_how_long_to_wait() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=55), usegmt=True)
    server = Server(
        httpx.Response(429, headers={"Retry-After": "7"}),
        httpx.Response(503, headers={"Retry-After": later}),
        data(),
    )
    server.download()
    assert server.waits[0] == 7
    assert 10 < server.waits[1] <= 55  # and not 2, as without being told


def test_a_wait_that_is_too_long_is_not_waited() -> None:
    server = Server(httpx.Response(429, headers={"Retry-After": "3600"}))
    with pytest.raises(Unavailable, match="429 Too Many Requests; it asks to wait 3600 s"):
        server.download()
    assert server.waits == []


def test_after_the_last_try_the_error_says_what_happened() -> None:
    server = Server(*[httpx.Response(500) for _ in range(3)])
    with pytest.raises(Unavailable, match="500 Internal Server Error; given up after 3 tries"):
        server.download(attempts=3)
    assert server.waits == [1, 2]


def test_a_refusal_is_not_tried_again() -> None:
    with pytest.raises(Unavailable, match="404 Not Found"):
        Server(httpx.Response(404)).download()


@pytest.mark.parametrize(
    "page",
    [
        httpx.Response(200, html="<p>Maintenance</p>"),
        httpx.Response(200, content=b"\xef\xbb\xbf\r\n<!DOCTYPE HTML><title>Sign in</title>"),
    ],
)
def test_a_page_for_people_is_no_data(page: httpx.Response) -> None:
    with pytest.raises(NotData, match="HTML page"):
        Server(page).download()


def test_fewer_bytes_than_announced_are_tried_again_and_refused() -> None:
    def short() -> httpx.Response:
        return httpx.Response(200, content=iter_bytes(b"town\n"), headers={"Content-Length": "10"})

    server = Server(short(), short())
    with pytest.raises(ShortFile, match="5 of 10 announced bytes arrived; given up after 2 tries"):
        server.download(attempts=2)


def test_a_second_try_begins_anew() -> None:
    short = httpx.Response(200, content=iter_bytes(b"town\nAvon\nand more"), headers={"Content-Length": "30"})
    server = Server(short, data())
    server.download()
    assert server.target.getvalue() == b"town\nAvon\n"


@pytest.mark.parametrize(
    "answer",
    [
        lambda: httpx.Response(200, content=b"x" * 2000),
        lambda: httpx.Response(200, content=iter_bytes(b"x" * 600, b"x" * 600)),
    ],
)
def test_too_many_bytes_are_refused(answer: Callable[[], httpx.Response]) -> None:
    with pytest.raises(TooLarge, match="more than the allowed 1000 bytes"):
        Server(answer()).download(max_download_bytes=1000)


def test_no_bytes_are_refused() -> None:
    with pytest.raises(EmptyFile):
        Server(httpx.Response(200, content=b"")).download()


def test_addresses_are_shown_without_secrets() -> None:
    url = "https://me:secret@example.org/a%20b.csv?$$app_token=abc&API_KEY=def&year=2020"
    assert shown(url) == "https://example.org/a%20b.csv?%24%24app_token=redacted&API_KEY=redacted&year=2020"
    assert shown(URL) == URL


def iter_bytes(*chunks: bytes) -> Iterator[bytes]:
    yield from chunks
