"""One indicator: what it says, for whom, and how it is made."""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from catalog.configuration import Strict
from catalog.grammar import ColumnName, LayerId
from catalog.indicators.cells import Bins, Group, Layout, LongCells, Term, TidyCells
from catalog.indicators.change import ChangeRule
from catalog.indicators.disparity import DisparityRule
from catalog.indicators.lines import NoLines
from catalog.indicators.policy import Policy
from catalog.indicators.source import DerivedPlaces, LevelColumn, SourceRule
from catalog.indicators.spatial import SpatialRule
from catalog.manifests.layer import PlaceType, check_translated
from catalog.tabulation import Dimension
from catalog.vocabulary import TOTAL, CodeOf

Kind = Literal["count", "share", "rate", "ratio", "median", "mean"]
FINISHED = ("median", "mean")
"""Kinds whose values neither add up nor divide."""
_WITH_DENOMINATOR = ("share", "rate", "ratio")
TIDY_COLUMNS = (
    "place_type",
    "vintage",
    "geoid",
    "name",
    "indicator",
    "period",
    "estimate",
    "moe",
    "numerator",
    "numerator_moe",
    "denominator",
    "denominator_moe",
    "lower",
    "upper",
    "status",
    "reliability",
    "moe_source",
    "method",
    "split_share",
)
"""Names of the tidy table that no dimension can have."""


class Indicator(Strict):
    """Title, meaning, dimensions, source, cells, places and rules of one indicator."""

    id: LayerId
    title: str
    title_es: str
    definition: Annotated[str, Field(min_length=20)]
    definition_es: Annotated[str, Field(min_length=20)]
    universe: str
    universe_es: str
    theme: Annotated[str, CodeOf("themes")]
    keywords: tuple[str, ...] = ()
    kind: Kind
    per: Annotated[
        Literal[1, 100, 1000, 10_000, 100_000], Field(description="scale of a share or rate; 100 is percent")
    ] = 1
    unit: str
    unit_es: Annotated[str | None, Field(description="where pages and reports have no word for the unit")] = (
        None
    )
    decimals: Annotated[int, Field(ge=0, le=6, description="digits after the point when shown")]
    direction: Literal["higher_is_better", "lower_is_better", "neutral"]
    dimensions: tuple[Dimension, ...] = ()
    reference: Annotated[
        dict[ColumnName, str], Field(description="code per dimension of the group others are compared with")
    ] = {}
    source: SourceRule
    cells: Layout
    places: Annotated[
        tuple[PlaceType, ...], Field(min_length=1, description="types of the source that are published")
    ]
    derived: tuple[DerivedPlaces, ...] = ()
    policy: Policy = Policy()
    disparity: Annotated[
        DisparityRule | None, Field(description="layers that compare groups; none makes none")
    ] = None
    change: Annotated[
        ChangeRule | None, Field(description="layers that compare two periods; none makes none")
    ] = None
    spatial: Annotated[
        SpatialRule | None, Field(description="hot and cold spots as a column; none makes none")
    ] = None
    caveats: tuple[str, ...] = ()
    caveats_es: Annotated[
        tuple[str, ...], Field(description="the same in Spanish, in the same order; none leaves them English")
    ] = ()

    @model_validator(mode="after")
    def _caveats_are_translated_together(self) -> "Indicator":
        check_translated(self.caveats, self.caveats_es)
        return self

    @model_validator(mode="after")
    def _dimensions_are_named_once(self) -> "Indicator":
        names = [dimension.name for dimension in self.dimensions]
        twice = sorted({name for name in names if names.count(name) > 1})
        taken = sorted(set(names) & set(TIDY_COLUMNS))
        if twice or taken:
            raise ValueError(f"names of dimensions taken already: {', '.join(twice + taken)}")
        return self

    @model_validator(mode="after")
    def _codes_are_of_their_dimension(self) -> "Indicator":
        chosen = [("reference", self.reference)]
        if isinstance(self.cells, TidyCells):
            self._check_names("cells.codes", self.cells.codes)
        elif self.cells.groups:
            chosen += [(f"groups[{i}]", group.codes) for i, group in enumerate(self.cells.groups)]
        for where, codes in chosen:
            self._check_names(where, codes)
            for name, code in codes.items():
                allowed = self.dimension(name).allowed
                if code not in allowed:
                    raise ValueError(f"{where}: {code!r} is not a code of {name}: {', '.join(allowed)}")
        return self

    @model_validator(mode="after")
    def _parts_fit_the_kind(self) -> "Indicator":
        needed = self.kind in _WITH_DENOMINATOR
        if isinstance(self.cells, TidyCells):
            wrong = needed and self.cells.value is None and self.cells.denominator is None
        else:
            wrong = any(bool(group.denominator) != needed for group in self.groups)
        if wrong:
            raise ValueError(f"the kind {self.kind} {'needs' if needed else 'has no'} denominator")
        if not needed and self.per != 1:
            raise ValueError(f"the kind {self.kind} has no scale: per is 1")
        return self

    @model_validator(mode="after")
    def _bins_fit_their_edges(self) -> "Indicator":
        edges = self.bins.edges if self.bins else ()
        if edges and self.kind != "median":
            raise ValueError(f"bins make medians, not the kind {self.kind}")
        for group in self.groups:
            if len(group.bins) != len(edges):
                raise ValueError(f"a group has {len(group.bins)} bins and cells.bins has {len(edges)} edges")
        return self

    @model_validator(mode="after")
    def _groups_differ(self) -> "Indicator":
        if isinstance(self.cells, TidyCells):
            return self
        seen = [(group.period, tuple(sorted(self.full(group.codes).items()))) for group in self.groups]
        if len(set(seen)) < len(seen):
            raise ValueError("several groups have the same codes and period")
        return self

    @model_validator(mode="after")
    def _places_are_known(self) -> "Indicator":
        level = self.source.place.type
        if not isinstance(level, LevelColumn) and self.places != (level,):
            raise ValueError(f"the source has places of type {level} and no other")
        if self.derived and isinstance(self.cells, TidyCells) and not self._adds_up(self.cells):
            raise ValueError(
                f"finished values of kind {self.kind} cannot be added up: derived needs their parts"
            )
        lost = sorted({rule.parts for rule in self.derived} - set(self.places))
        if lost:
            raise ValueError(f"derived places are made of types that are not published: {', '.join(lost)}")
        return self

    @model_validator(mode="after")
    def _groups_can_be_compared(self) -> "Indicator":
        if self.disparity is None:
            return self
        if self.direction == "neutral" or self.kind == "count":
            raise ValueError("disparity needs a direction that is not neutral and a kind that is not count")
        wanted = self.disparity.by or tuple(self.reference)
        without = sorted(set(wanted) - set(self.reference))
        if without or not wanted:
            raise ValueError(f"disparity needs a reference for: {', '.join(without) or 'some dimension'}")
        self._check_names("disparity.order", dict.fromkeys(self.disparity.order, ""))
        for name, codes in self.disparity.order.items():
            if sorted(codes) != sorted(self.dimension(name).codes):
                raise ValueError(
                    f"disparity.order of {name} names {', '.join(codes)}; allowed: each of "
                    f"{', '.join(self.dimension(name).codes)} once"
                )
        return self

    def _adds_up(self, cells: TidyCells) -> bool:
        """Whether places can be made of places: counts, a share with its numerator and denominator, a median.

        A median becomes that of a place which is one whole other place, and is not published for any other.
        """
        return self.kind in ("count", *FINISHED) or cells.value is None

    def _check_names(self, where: str, codes: dict[str, str]) -> None:
        unknown = sorted(set(codes) - {dimension.name for dimension in self.dimensions})
        if unknown:
            known = ", ".join(dimension.name for dimension in self.dimensions) or "none"
            raise ValueError(f"{where} names unknown dimensions: {', '.join(unknown)} (dimensions: {known})")

    @property
    def bins(self) -> Bins | None:
        """The bins of the distribution whose median is the value, where it is made from one."""
        return None if isinstance(self.cells, TidyCells) else self.cells.bins

    @property
    def place_types(self) -> tuple[str, ...]:
        """The place types that are published: those of the source, then those that are made from them."""
        return tuple(dict.fromkeys((*self.places, *(one.type for one in self.derived))))

    def compared_types(self, chosen: tuple[str, ...]) -> tuple[str, ...]:
        """The place types that a rule names; where it names none, all that are published but the nation."""
        return chosen or tuple(kind for kind in self.place_types if kind != "nation")

    def dimension(self, name: str) -> Dimension:
        """The dimension of a name."""
        return next(dimension for dimension in self.dimensions if dimension.name == name)

    def full(self, codes: dict[str, str]) -> dict[str, str]:
        """A code for every dimension: `total` where none is given."""
        return {dimension.name: codes.get(dimension.name, TOTAL) for dimension in self.dimensions}

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The groups of long and wide cells, generated ones made.

        Raises:
            ValueError: a table does not hold a group.

        """
        if isinstance(self.cells, TidyCells):
            return ()
        if not isinstance(self.cells, LongCells) or self.cells.generate is None:
            return self.cells.groups
        try:
            return tuple(
                Group(
                    codes=codes,
                    numerator=tuple(Term(line) for line in above),
                    denominator=tuple(Term(line) for line in below),
                )
                for codes, above, below in self.cells.generate.lines(self.dimensions)
            )
        except NoLines as error:
            raise ValueError(str(error)) from error
