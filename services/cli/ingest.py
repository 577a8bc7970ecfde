"""`townline ingest`."""

from typing import Annotated

import typer

from catalog import index
from catalog.manifests import LayerManifest
from layers.ingest import Outcome, Run, ingest_layer
from services.cli.context import plain_errors, townline
from services.cli.runs import Job, outcomes_of, report


def ingest(
    context: typer.Context,
    layers: Annotated[
        list[str] | None, typer.Argument(help="Layers to ingest; all when none is named.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Publish a new version even when nothing changed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the receipts as JSON lines.")] = False,
) -> None:
    """Bring layers up to date from their sources.

    A layer that fails is quarantined and the others go on; the published version stays.

    Example: townline --mirror ../mirror ingest towns hospitals
    """
    with plain_errors():
        run = townline(context)
        manifests = [run.profile.layer(name) for name in layers or run.profile.layers]
        outcomes = outcomes_of(run, "ingest", [_job(manifest) for manifest in manifests], force=force)
        index.rebuild(run.store)
    report(run, outcomes, as_json=as_json)


def _job(manifest: LayerManifest) -> Job:
    def job(run: Run) -> list[Outcome]:
        return [ingest_layer(run, manifest)]

    return manifest.id, job
