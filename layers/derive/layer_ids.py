"""The ids of the layers that an indicator becomes."""

from catalog.indicators import Indicator


def table_id(indicator: Indicator) -> str:
    """The id of the layer with an indicator's tidy table."""
    return f"indicator-{indicator.id}"


def feature_id(indicator: Indicator, kind: str) -> str:
    """The id of the layer with an indicator's places of a type."""
    return f"{indicator.id}-{kind.replace('_', '-')}"
