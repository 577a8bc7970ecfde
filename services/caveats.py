"""Caveats in Spanish: records carry the English ones, declarations both."""

from collections.abc import Iterable

from catalog.indicators import Indicator
from catalog.manifests import LayerManifest


def caveats_in_spanish(declared: Iterable[LayerManifest | Indicator]) -> dict[str, str]:
    """The Spanish caveats of layers and indicators by the English ones, where they are declared."""
    return {
        caveat: spanish
        for one in declared
        for caveat, spanish in zip(one.caveats, one.caveats_es, strict=False)  # all or none are translated
    }
