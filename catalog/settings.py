"""Where the store lies and which profile is used: environment variables `TOWNLINE_…`."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """Settings shared by every part of Townline."""

    model_config = SettingsConfigDict(env_prefix="TOWNLINE_", frozen=True)

    profile: Path = Field(
        default=Path("config/north-carolina"),
        description="folder with state.yml, layers/, indicators/ and maps/",
    )
    store: Path = Field(default=Path("store"), description="root of the public store")
    private: Path = Field(default=Path("private"), description="root of the store for restricted inputs")
    mirror: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(),
        description="folders with copies of the sources, read instead of the network; the first that has a file "
        "wins; several are joined as in PATH",
    )

    @field_validator("mirror", mode="before")
    @classmethod
    def _folders(cls, value: object) -> object:
        """The folders of a text such as PATH; a single path is one folder."""
        if isinstance(value, str):
            return tuple(Path(part) for part in value.split(os.pathsep) if part)
        return (value,) if isinstance(value, Path) else value
