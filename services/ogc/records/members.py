"""What a catalog says of itself and pygeoapi does not say of it."""

from typing import Any

MEMBERS: dict[str, Any] = {
    "type": "Collection",
    "language": {"code": "en", "name": "English"},
    "defaultSortOrder": [{"field": "title", "direction": "asc"}],
}
