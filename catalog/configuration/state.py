"""What a state's profile says of the state itself: `config/<state>/state.yml`."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from catalog.configuration.files import load_model
from catalog.configuration.model import Strict


class State(Strict):
    """A state's name, code, bounds and languages."""

    id: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")]
    name: str
    fips: Annotated[str, Field(pattern=r"^[0-9]{2}$", description="federal code of two digits")]
    bounds: Annotated[
        tuple[float, float, float, float],
        Field(description="west, south, east, north in degrees; no layer may leave it"),
    ]
    projected_crs: Annotated[str, Field(pattern=r"^EPSG:[0-9]+$", description="for distances and areas")]
    other_crs: Annotated[
        tuple[Annotated[str, Field(pattern=r"^EPSG:[0-9]+$")], ...],
        Field(description="further systems that the services offer"),
    ] = ()
    languages: tuple[str, ...] = ("en",)

    @model_validator(mode="after")
    def _bounds_in_order(self) -> "State":
        west, south, east, north = self.bounds
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise ValueError("bounds must be west, south, east, north in degrees")
        return self


def load_state(profile: Path) -> State:
    """The state of a profile folder such as `config/connecticut`."""
    return load_model(profile / "state.yml", State)
