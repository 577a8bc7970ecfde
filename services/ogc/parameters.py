"""Query parameters: which each resource knows and what they may be; anything else is refused, never ignored.

Checking gives the parameters cleaned, so that pygeoapi sees only values that it can use.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import isfinite
from types import MappingProxyType

from services.errors import BadParameter
from services.ogc.coverages import scaling, subset
from services.ogc.cql2 import BadExpression, instants
from services.ogc.paging import AFTER, VERSION

LARGEST = 2**63 - 1
CQL2_TEXT, CQL2_JSON = "cql2-text", "cql2-json"
FILTER = ("filter", "filter-lang", "filter-crs")
ITEMS = ("limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "resulttype", "sortby", "properties",
         "skipGeometry", *FILTER, VERSION, AFTER)  # fmt: skip
COVERAGE = ("bbox", "bbox-crs", "properties")
RESERVED = frozenset({*ITEMS, "f", "lang", "q"})
"""Names that mean something else in OGC API Features: a column of such a name cannot be filtered by."""

_NUMBER = re.compile(r"^[0-9]{1,19}$")
_OPEN = {"", ".."}


@dataclass(frozen=True)
class Resource:
    """What a resource understands: formats, systems, columns to choose, to sort by and to filter by.

    Of the parameters, pygeoapi is handed `handed`, or all; the others are for our own provider.
    """

    formats: tuple[str, ...] = ("json", "html")
    checks: tuple[str, ...] = ()
    crs: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    filters: frozenset[str] = field(default=frozenset())
    sortable: tuple[str, ...] = ()
    handed: frozenset[str] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All parameters, in order."""
        language = ("lang",) if "html" in self.formats else ()
        return ("f", *language, *self.checks, *sorted(self.filters - RESERVED))


_EXCLUSIVE = ((AFTER, "offset"), (subset.NAME, "bbox"), *combinations(scaling.NAMES, 2))
_NEEDING = (("bbox-crs", "bbox"), ("filter-lang", "filter"), ("filter-crs", "filter"))


def checked(given: Iterable[tuple[str, str]], resource: Resource) -> Mapping[str, str]:
    """The cleaned parameters of a request.

    Raises:
        BadParameter: one is unknown, repeated, not allowed, or excludes another; it says what is allowed.

    """
    cleaned: dict[str, str] = {}
    for name, text in given:
        if name in cleaned:
            raise BadParameter(name, "given more than once")
        cleaned[name] = _checked(name, text, resource)
    for first, second in _EXCLUSIVE:
        if first in cleaned and second in cleaned:
            raise BadParameter(first, f"cannot be given together with {second!r}")
    for first, second in _NEEDING:
        if first in cleaned and second not in cleaned:
            raise BadParameter(first, f"needs {second!r}")
    return MappingProxyType(cleaned)


def _checked(name: str, text: str, resource: Resource) -> str:
    if name not in resource.names:
        raise BadParameter(name, f"not known here; known: {', '.join(resource.names)}")
    if name not in _CHECKS:
        return text
    return _CHECKS[name](name, text.strip(), resource)


def _one_of(name: str, text: str, allowed: Sequence[str]) -> str:
    if text not in allowed:
        raise BadParameter(name, f"must be one of {', '.join(allowed)}; given: {text!r}")
    return text


def _whole_number(name: str, text: str, smallest: int) -> str:
    if not _NUMBER.match(text) or not smallest <= int(text) <= LARGEST:
        raise BadParameter(name, f"must be a whole number from {smallest}; given: {text!r}")
    return str(int(text))


def _bbox(name: str, text: str) -> str:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (4, 6) or not all(map(isfinite, numbers)):
        raise BadParameter(name, f"must be 4 or 6 numbers joined by commas; given: {text!r}")
    return ",".join(map(repr, numbers))


def _names(name: str, text: str, allowed: Sequence[str]) -> str:
    chosen = [part.strip() for part in text.split(",")]
    for part in chosen:
        if part not in allowed:
            raise BadParameter(name, f"{part!r} is not one of {', '.join(allowed)}")
    return ",".join(dict.fromkeys(chosen))


def _order(name: str, text: str, allowed: Sequence[str]) -> str:
    rules = [part.strip() for part in text.split(",")]
    _names(name, ",".join(rule.lstrip("+-") for rule in rules), allowed)
    if any(rule[:2] in ("++", "--", "+-", "-+") for rule in rules):
        raise BadParameter(name, f"one sign for each column, + or -; given: {text!r}")
    return ",".join(rules)


def _factor(name: str, text: str) -> str:
    try:
        return repr(scaling.factor(text))
    except ValueError:
        raise BadParameter(name, f"must be a number above 0; given: {text!r}") from None


def _by_axis(name: str, text: str) -> str:
    is_size = name == scaling.SIZES
    try:
        found = scaling.by_axis(text, whole=is_size)
    except ValueError:
        kind = "whole numbers of cells" if is_size else "numbers above 0"
        raise BadParameter(name, f"must be {kind} of axes, such as x(2),y(2); given: {text!r}") from None
    return ",".join(f"{axis}({number!r})" for axis, number in found.items())


def _subset(name: str, text: str) -> str:
    try:
        subset.subset(text)
    except ValueError:
        raise BadParameter(
            name,
            "must be spans of axes, Lat and Lon in degrees or x and y in the system of the raster, such as"
            f" Lat(41:41.5),Lon(-73:*), each from low to high; given: {text!r}",
        ) from None
    return text


def _interval(name: str, text: str) -> str:
    ends = text.split("/")
    try:
        known = [instants.instant(end) for end in ends if len(ends) == 1 or end not in _OPEN]
    except BadExpression as error:
        raise BadParameter(
            name, f"{error}; two of them may be joined by /, and .. leaves an end open"
        ) from None
    moments = [moment.text for moment in known]
    if len(ends) > 2 or not moments or moments != sorted(moments):
        raise BadParameter(
            name, f"must be one moment, or an earlier and a later one joined by /; given: {text!r}"
        )
    return text


_CHECKS: dict[str, Callable[[str, str, Resource], str]] = {
    "f": lambda name, text, resource: _one_of(name, text, resource.formats),
    "lang": lambda name, text, _: _one_of(name, text, ("en", "es")),
    "limit": lambda name, text, _: _whole_number(name, text, 1),
    "offset": lambda name, text, _: _whole_number(name, text, 0),
    VERSION: lambda name, text, _: _whole_number(name, text, 1),
    AFTER: lambda name, text, _: _whole_number(name, text, 0),
    "bbox": lambda name, text, _: _bbox(name, text),
    "bbox-crs": lambda name, text, resource: _one_of(name, text, resource.crs),
    "crs": lambda name, text, resource: _one_of(name, text, resource.crs),
    "datetime": lambda name, text, _: _interval(name, text),
    subset.NAME: lambda name, text, _: _subset(name, text),
    scaling.FACTOR: lambda name, text, _: _factor(name, text),
    scaling.FACTORS: lambda name, text, _: _by_axis(name, text),
    scaling.SIZES: lambda name, text, _: _by_axis(name, text),
    "resulttype": lambda name, text, _: _one_of(name, text, ("results", "hits")),
    "skipGeometry": lambda name, text, _: _one_of(name, text, ("true", "false")),
    "properties": lambda name, text, resource: _names(name, text, resource.columns),
    "sortby": lambda name, text, resource: _order(name, text, resource.sortable),
    "filter-lang": lambda name, text, _: _one_of(name, text, (CQL2_TEXT, CQL2_JSON)),
    "filter-crs": lambda name, text, resource: _one_of(name, text, resource.crs),
}
