"""A page of finished features, passed through pygeoapi without being decoded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

import orjson

Feature = dict[str, Any]
Link = dict[str, str]


@dataclass(frozen=True)
class Stored:
    """JSON that is finished already."""

    json: bytes


@dataclass(frozen=True, eq=False)
class Page(Sequence[Feature]):
    """The features of one page: finished JSON, decoded only for whoever looks at single features.

    `links` are the links to the neighbouring pages; they stand instead of the ones that pygeoapi would make.
    """

    json: bytes
    size: int
    links: tuple[Link, ...] = field(default=())

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, index: int) -> Feature: ...
    @overload
    def __getitem__(self, index: slice) -> list[Feature]: ...
    def __getitem__(self, index: int | slice) -> Feature | list[Feature]:
        return self._decoded()[index]

    def __iter__(self) -> Iterator[Feature]:
        return iter(self._decoded())

    def _decoded(self) -> list[Feature]:
        decoded: list[Feature] = orjson.loads(b"[" + self.json + b"]")
        return decoded
