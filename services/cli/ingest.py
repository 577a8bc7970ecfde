"""`townline ingest`."""

from typing import Annotated

import typer

from catalog import index
from catalog.manifests import LayerManifest
from layers.ingest import Outcome, Run, ingest_layer
from layers.sources import local_files
from services.cli.context import plain_errors, townline
from services.cli.rules import Rule, pointers, write_rule
from services.cli.runs import Job, outcomes_of, report


def ingest(
    context: typer.Context,
    layers: Annotated[
        list[str] | None, typer.Argument(help="Layers to ingest; all when none is named.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Publish a new version even when nothing changed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the receipts as JSON lines.")] = False,
    rule: Rule = None,
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
    with plain_errors():
        sources = [source for manifest in manifests for source in manifest.sources]
        write_rule(
            run,
            rule,
            pointers((manifest.id for manifest in manifests), run.store, run.private),
            declared=[f"layers/{manifest.id}.yml" for manifest in manifests],
            files=[path for source in sources for path in local_files(source, run.settings.mirror)],
            without=run.profile.layers,
        )


def _job(manifest: LayerManifest) -> Job:
    def job(run: Run) -> list[Outcome]:
        return [ingest_layer(run, manifest)]

    return manifest.id, job
