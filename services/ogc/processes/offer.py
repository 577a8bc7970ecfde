"""Which processes are offered: those that have something to work on."""

from collections.abc import Mapping

from services.ogc.processes.figures import Figures
from services.ogc.processes.inputs import Json
from services.ogc.processes.process import Process
from services.ogc.processes.profile import ProfilePlace
from services.ogc.processes.ranking import RankPlaces


def process_resources(figures: Figures) -> dict[str, Json]:
    """The entries of pygeoapi's `resources` for the processes."""
    offered: list[type[Process]] = []
    if figures.declared is not None and figures.declared.indicators:
        offered.append(ProfilePlace)
    if figures.tables:
        offered.append(RankPlaces)
    return {kind.identifier: _resource(kind, figures) for kind in offered}


def processes_of(resources: Mapping[str, Json]) -> list[Process]:
    """The processes among pygeoapi's `resources`."""
    known = {kind.identifier: kind for kind in (ProfilePlace, RankPlaces)}
    return [known[name](one["processor"]) for name, one in resources.items() if one["type"] == "process"]


def _resource(kind: type[Process], figures: Figures) -> Json:
    name = f"{kind.__module__}.{kind.__qualname__}"
    return {"type": "process", "processor": {"name": name, "figures": figures}}
