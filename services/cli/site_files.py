"""The site written as files, and the rule that says what from."""

from datetime import UTC, datetime
from pathlib import Path

from services.cli.rules import write_rule
from services.cli.run import Townline
from services.holdings import read_holdings
from services.ogc.config import base_config
from services.settings import ServiceSettings
from services.site import make_site
from services.site_export import Export, Exported, write_site
from services.web.faces import identity_of, make_faces
from services.web.render import TEMPLATES
from services.web.views.methods import DOCUMENT


def site_files(run: Townline, service: ServiceSettings, out: Path, rule: Path | None) -> Exported:
    """How many files the site has, and how large they are."""
    faces = make_faces(run.settings, service)
    shelf = faces.shelf(read_holdings(faces.store))
    served = make_site(service, faces.declared.profile.state)
    identity = identity_of(base_config(service.config, served, TEMPLATES), shelf)
    known = served if "url" in service.model_fields_set else None
    done = write_site(Export(shelf, identity, datetime.now(UTC), known), out)
    declared = sorted(path for path in run.settings.profile.rglob("*") if path.is_file())
    maps = [shelf.maps / f"{name}.{kind}" for name in shelf.declared.maps for kind in ("html", "png")]
    files = [*declared, *maps, service.config, shelf.docs / DOCUMENT]
    write_rule(run, rule, [out / "index.html"], files=files, layers=shelf.holdings.layers)
    return done
