"""A report as it is laid out: words ready to be read, and charts as fractions of their scale. No markup."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """One row of a chart: positions on its scale from 0 (left) to 1 (right), and the same in words.

    firm: whether the value is reliable; lower and upper are None where no interval is published.
    """

    estimate: float
    lower: float | None
    upper: float | None
    region: float | None
    state: float | None
    firm: bool
    alt: str


@dataclass(frozen=True)
class Row:
    """One row of a table; `strong` marks everyone among groups."""

    label: str
    cells: tuple[str, ...]
    strong: bool = False
    interval: Interval | None = None


@dataclass(frozen=True)
class Table:
    """Rows under their heads; the chart's column has its own head and the two ends of its scale.

    first: head of the labels; heads: those of the cells; chart: None where there is no chart; judged: whether
    the last cells are words that compare.
    """

    title: str
    about: str
    first: str
    heads: tuple[str, ...]
    chart: str | None
    ends: tuple[str, str]
    rows: tuple[Row, ...]
    judged: bool


@dataclass(frozen=True)
class Passage:
    """A run of text; foreign: its language when it is not the report's."""

    text: str
    foreign: str | None = None


type Passages = tuple[Passage, ...]


@dataclass(frozen=True)
class Note:
    """A term and what is said of it."""

    term: str
    text: Passages


@dataclass(frozen=True)
class Picture:
    """An SVG picture with its text alternative and caption."""

    svg: str
    alt: str
    caption: str


@dataclass(frozen=True)
class Sheet:
    """A place's profile."""

    name: str
    subtitle: str
    ids: str
    dated: str
    picture: Picture | None
    summary: tuple[Note, ...]
    overview: tuple[Table, ...]
    groups: tuple[Table, ...]
    absent: Note | None
    key: dict[str, str]
    reading: tuple[Note, ...]
    about: tuple[Note, ...]
    sources: tuple[Passages, ...]
    caveats: tuple[Note, ...]


@dataclass(frozen=True)
class Book:
    """The profiles of many places in one file, with a table of contents."""

    title: str
    subtitle: str
    about: str
    dated: str
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True)
class Panel:
    """One indicator of a comparison: an interval for every place, and the chart in words.

    row: the position of the indicator in the table.
    """

    row: int
    title: str
    ends: tuple[str, str]
    intervals: tuple[tuple[str, Interval | None], ...]
    alt: str


@dataclass(frozen=True)
class Brief:
    """A comparison of several places on one page; indicators that it has no room for are named at its end."""

    title: str
    subtitle: str
    dated: str
    picture: Picture | None
    table: Table
    panels: tuple[Panel, ...]
    key: dict[str, str]
    reading: tuple[Note, ...]
    sources: tuple[Passages, ...]
