"""`townline profile`."""

from typing import Annotated

import typer

from services.cli.context import plain_errors, townline
from services.cli.options import AsJson, InLanguage, Language, OneType, OnlyIndicators


def profile(
    context: typer.Context,
    place: Annotated[
        str, typer.Argument(help='Name, village or id of a place, such as "West Hartford" or 37007.')
    ],
    kind: OneType = None,
    indicator: OnlyIndicators = None,
    language: InLanguage = Language.ENGLISH,
    as_json: AsJson = False,
) -> None:
    """Print every indicator of a place with its margin of error, beside its region and the state.

    Example: townline profile Storrs --indicator low-income
    """
    import dataclasses
    import json

    from catalog.places import Places, load_places
    from services.cli.chosen import chosen_indicators, find_places
    from services.cli.profile_text import print_profile
    from services.profiles import profile_of

    with plain_errors():
        run = townline(context)
        places = Places(load_places(run.profile.folder), run.filled)
        (hit,) = find_places(places, [place], kind)
        chosen = chosen_indicators(run, indicator or [])
        found = profile_of(hit.place, chosen, places, run.store)
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(found) | {"found_as": hit.through}))
    else:
        print_profile(run, found, hit.through, chosen, language)
