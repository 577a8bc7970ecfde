"""Places of a type in the order of an indicator."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import cached_property

from catalog.vocabulary import vocabulary
from services.ogc.processes.inputs import Input, Json
from services.ogc.processes.process import Process
from services.rankings import Choice, ranking

MOST_PLACES = 10_000
_DESCENDING = "descending"


class RankPlaces(Process):
    """Places of a type ranked by an indicator of one group and period."""

    identifier = "rank-places"
    title = "Rank places"
    description = (
        "Places of one type in the order of an indicator: rank with ties, estimate, margin of error at 90%, "
        "limits, the ranks that sampling error allows, and a note where neighbours in rank do not differ "
        "significantly."
    )
    output = "ranking"
    output_description = "The places in order, and those without a value with the reason."
    output_type = "object"

    @cached_property
    def inputs(self) -> Mapping[str, Input]:
        """The inputs by name."""
        text = {"type": "string", "minLength": 1, "maxLength": 64}
        return {
            "indicator": Input(
                "Indicator",
                "What the places are ranked by.",
                {"type": "string", "enum": list(self.figures.tables)},
                required=True,
            ),
            "place_type": Input(
                "Type of place",
                "Which places are ranked.",
                {"type": "string", "enum": list(vocabulary("place-types").codes)},
                required=True,
            ),
            "group": Input(
                "Group",
                'Dimension and code, such as {"race": "black"}; everyone where a dimension is left out.',
                {"type": "object", "additionalProperties": text, "maxProperties": 8},
            ),
            "period": Input("Period", "Period of the values; the newest when none is given.", text),
            "vintage": Input(
                "Vintage",
                "Year of the places' ids; the newest when none is given.",
                {"type": "string", "pattern": "^[0-9]{4}$"},
            ),
            "order": Input(
                "Order",
                "Whether the highest or the lowest value comes first.",
                {"type": "string", "enum": [_DESCENDING, "ascending"], "default": _DESCENDING},
            ),
            "limit": Input(
                "Limit",
                "How many places are shown at most.",
                {"type": "integer", "minimum": 1, "maximum": MOST_PLACES, "default": MOST_PLACES},
            ),
        }

    def run(self, values: Json) -> Json:
        """The ranking.

        Raises:
            NothingToRank: the table has no such values.

        """
        version = self.figures.tables[values["indicator"]]
        choice = Choice(
            values["place_type"],
            values.get("group", {}),
            values.get("period"),
            values.get("vintage"),
            falling=values.get("order", _DESCENDING) == _DESCENDING,
        )
        found = asdict(ranking(version, choice))
        places, limit = found.pop("places"), values.get("limit", MOST_PLACES)
        column = version.record.column("estimate")
        return {
            "indicator": values["indicator"],
            "title": column.title if column else version.record.title,
            "unit": column.unit if column else None,
            "layer": version.layer,
            "version": version.number,
            **found,
            "ranked": len(places),
            "places": places[:limit],
        }
