"""Where the store lies and which profile is used: environment variables `TOWNLINE_…`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings shared by every part of Townline."""

    model_config = SettingsConfigDict(env_prefix="TOWNLINE_", frozen=True)

    profile: Path = Field(
        default=Path("config/north-carolina"),
        description="folder with state.yml, layers/, indicators/ and maps/",
    )
    store: Path = Field(default=Path("store"), description="root of the public store")
    private: Path = Field(default=Path("private"), description="root of the store for restricted inputs")
    mirror: Path | None = Field(
        default=None, description="folder with copies of the sources, read instead of the network"
    )
