"""Where the site lies and which state it is for: what every link and description is made from."""

from dataclasses import dataclass

from catalog.configuration import State
from catalog.grammar import CATALOG
from services.settings import ServiceSettings


@dataclass(frozen=True)
class Site:
    """The public address of the application, the state and the coordinate reference systems on offer."""

    url: str
    state: State
    crs: tuple[str, ...]

    @property
    def ogc(self) -> str:
        """The address of the OGC API."""
        return f"{self.url}/ogc"

    def layer(self, layer: str) -> str:
        """The address of a layer's page."""
        return f"{self.url}/layers/{layer}"

    def collection(self, layer: str) -> str:
        """The address of a layer's OGC collection."""
        return f"{self.ogc}/collections/{layer}"

    @property
    def catalog(self) -> str:
        """The address of the collection of records."""
        return self.collection(CATALOG)

    def record(self, layer: str) -> str:
        """The address of a layer's record."""
        return f"{self.catalog}/items/{layer}"

    def qgis(self, layer: str) -> str:
        """The address of a layer's definition for QGIS."""
        return f"{self.url}/qgis/{layer}.qlr"

    def file(self, layer: str, version: int, name: str) -> str:
        """The address of a file of one version."""
        return f"{self.url}/files/{layer}/v{version}/{name}"


def make_site(service: ServiceSettings, state: State) -> Site:
    """The site of a state: OGC:CRS84 first, then the settings' systems, then the state's."""
    crs = dict.fromkeys(("OGC:CRS84", *service.crs, state.projected_crs, *state.other_crs))
    return Site(service.url.rstrip("/"), state, tuple(crs))
