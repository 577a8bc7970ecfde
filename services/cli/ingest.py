"""`townline ingest`."""

from typing import Annotated

import typer

from services.cli.context import plain_errors, townline
from services.cli.options import Force, Receipts, Rule


def ingest(
    context: typer.Context,
    layers: Annotated[
        list[str] | None, typer.Argument(help="Layers to ingest; all of the profile when none is named.")
    ] = None,
    force: Force = False,
    as_json: Receipts = False,
    rule: Rule = None,
) -> None:
    """Bring layers up to date from their sources.

    A layer that fails is quarantined and the others go on; its published version stays, and the command ends with 1.

    Example: townline --mirror ../mirror ingest towns hospitals
    """
    from catalog import index
    from layers.sources import local_files
    from services.cli.rules import pointers, write_rule
    from services.cli.runs import ingesting, outcomes_of, report

    with plain_errors():
        run = townline(context)
        manifests = [run.profile.layer(name) for name in layers or run.profile.layers]
        jobs = [(manifest.id, ingesting(manifest)) for manifest in manifests]
        outcomes = outcomes_of(run, "ingest", jobs, force=force)
        index.rebuild(run.store)
        report(run, outcomes, as_json=as_json)
        sources = [source for manifest in manifests for source in manifest.sources]
        write_rule(
            run,
            rule,
            pointers((manifest.id for manifest in manifests), run.store, run.private),
            declared=[f"layers/{manifest.id}.yml" for manifest in manifests],
            files=[path for source in sources for path in local_files(source, run.settings.mirror)],
            without=run.profile.layers,
        )
