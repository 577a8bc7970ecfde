"""Registers of people and what is released of them: `config/<state>/registers/*.yml`.

A register is a restricted layer with one row per person. Its releases are tables of counts, each published as a
layer in which disclosure control hides what the policy asks for, beside all that was released before.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from catalog.configuration import Strict, load_folder
from catalog.grammar import ColumnName, LayerId
from catalog.manifests import Profile
from catalog.manifests.layer import PlaceType
from catalog.vocabulary import CodeOf


class PlaceDomain(Strict):
    """The places that a dimension's codes are ids of, and the coarser places that they are summed to."""

    type: PlaceType
    vintage: Annotated[str, Field(pattern=r"^\d{4}$")]
    within: Annotated[
        tuple[PlaceType, ...], Field(description="place types by which tables may be made")
    ] = ()


class RegisterDimension(Strict):
    """A column of the register by which people are counted; its domain is what readers know to be possible."""

    name: ColumnName
    column: ColumnName
    title: str
    title_es: str
    codes: tuple[str, ...] = ()
    places: PlaceDomain | None = None

    @model_validator(mode="after")
    def _one_domain(self) -> "RegisterDimension":
        if bool(self.codes) == (self.places is not None):
            raise ValueError("either codes or places are needed")
        return self

    @property
    def levels(self) -> tuple[str, ...]:
        """The names of the levels: the dimension's own, the finest, and the coarser place types."""
        return (self.name, *(self.places.within if self.places else ()))


class ReleasedTable(Strict):
    """One table: per dimension the levels it shows, with totals."""

    name: ColumnName
    by: Annotated[dict[ColumnName, tuple[str, ...]], Field(min_length=1)]


class RegisterRelease(Strict):
    """Tables published together, as one layer."""

    id: LayerId
    title: str
    title_es: str
    description: Annotated[str, Field(min_length=20)]
    theme: Annotated[str, CodeOf("themes")]
    keywords: tuple[str, ...] = ()
    tables: Annotated[tuple[ReleasedTable, ...], Field(min_length=1)]


class Register(Strict):
    """A restricted layer of people, the policy that protects it and its releases in their order."""

    id: LayerId
    layer: LayerId
    policy: Annotated[str, Field(description="name of a suppression policy; see docs/methods.md")]
    when_revealing: Annotated[
        Literal["suppress", "refuse"],
        Field(description="what happens to a release that would give a cell away beside earlier ones"),
    ] = "refuse"
    exact: Annotated[
        bool,
        Field(
            description="compute every interval in full; without, a minimum width is proved, which is faster"
        ),
    ] = True
    period: Annotated[
        str,
        Field(
            description="what the register is of, such as 2024; releases of other periods are not compared"
        ),
    ] = ""
    corrections: Annotated[
        Literal["refuse", "accepted"],
        Field(
            description="whether a changed register of the same period may be released again, though readers then "
            "see how many people were corrected"
        ),
    ] = "refuse"
    dimensions: Annotated[tuple[RegisterDimension, ...], Field(min_length=1)]
    releases: Annotated[tuple[RegisterRelease, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _tables_use_known_levels(self) -> "Register":
        known = {dimension.name: dimension.levels for dimension in self.dimensions}
        for release in self.releases:
            for table in release.tables:
                for name, levels in table.by.items():
                    if name not in known:
                        raise ValueError(
                            f"table {table.name}: no dimension {name!r} (dimensions: {', '.join(known)})"
                        )
                    wrong = sorted(set(levels) - set(known[name]))
                    if wrong:
                        allowed = ", ".join(known[name])
                        raise ValueError(
                            f"table {table.name}: {name} has no level {', '.join(wrong)} ({allowed})"
                        )
        return self


def load_registers(profile: Profile) -> dict[str, Register]:
    """The registers of a profile by their id; none where there is no folder.

    Raises:
        ConfigurationError: all mistakes of all files together.

    """
    folder = profile.folder / "registers"
    return load_folder(folder, Register) if folder.is_dir() else {}
