"""The ids that a layer has elsewhere."""

import re
from dataclasses import dataclass

from catalog.records import Record

_ADDRESS = re.compile(r"^https?://(?P<host>[^/:?#]+)(?P<path>[^?#]*)")
_ASSET = re.compile(r"/(?P<id>[a-z0-9]{4}-[a-z0-9]{4}|[0-9a-f]{32})(?=[/._]|$)")
"""What portals call their assets: `abcd-1234` on Socrata, 32 hexadecimal digits on ArcGIS."""


@dataclass(frozen=True)
class ExternalId:
    """An id, and the authority that gave it where it does not name one itself."""

    value: str
    scheme: str | None = None


def external_ids(record: Record) -> tuple[ExternalId, ...]:
    """The address of a layer's source, and the ids of portals' assets that stand in it."""
    if record.source_url is None:
        return ()
    found = [ExternalId(record.source_url)]
    if address := _ADDRESS.match(record.source_url):
        found += [ExternalId(asset["id"], address["host"]) for asset in _ASSET.finditer(address["path"])]
    return tuple(found)
