"""How the web services run: environment variables `TOWNLINE_SERVE_…`."""

from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

CrsCode = Annotated[str, Field(pattern=r"^EPSG:[0-9]+$")]


class ServiceSettings(BaseSettings):
    """Settings of the web application and of the server that runs it."""

    model_config = SettingsConfigDict(env_prefix="TOWNLINE_SERVE_", frozen=True)

    url: str = Field(
        default="http://127.0.0.1:8000",
        pattern=r"^https?://[^\s?#]+$",
        description="address under which people reach the application; every link starts with it",
    )
    config: Path = Field(
        default=Path("config/pygeoapi-config.yml"),
        description="pygeoapi's configuration without its resources, which come from the catalog",
    )
    maps: Path | None = Field(
        default=None, description="folder with built map pages; default: maps, beside the store"
    )
    docs: Path = Field(
        default=Path("docs"),
        description="folder with methods.md, which the methods page shows where there is one",
    )
    crs: tuple[CrsCode, ...] = Field(
        default=("EPSG:4326", "EPSG:3857", "EPSG:4269"),
        description="systems that features are offered in, besides OGC:CRS84 and the state's own",
    )
    refresh: float = Field(
        default=1.0, ge=0, le=60, description="seconds after which a worker looks for new versions again"
    )
    max_cells: int = Field(
        default=16_000_000, ge=1, description="most cells of a coverage in one answer; more is refused (413)"
    )
    max_json_cells: int = Field(
        default=500_000, ge=1, description="most cells of a coverage as CoverageJSON in one answer"
    )
    max_seconds: float = Field(
        default=20,
        gt=0,
        le=600,
        description="seconds that the query behind one answer may take; more is refused (413)",
    )
    max_export_rows: int = Field(
        default=250_000,
        ge=1,
        description="most rows of a query as CSV, FlatGeobuf, GeoPackage; more is refused (413)",
    )
    max_exports: int = Field(
        default=2, ge=1, le=64, description="such files that one process makes at once; more must wait (429)"
    )
    workers: int = Field(default=2, ge=1, le=64, description="processes that answer requests")
    threads: int = Field(default=8, ge=1, le=256, description="requests that one process answers at once")
    timeout: int = Field(
        default=60, ge=1, le=3600, description="seconds after which a worker that hangs is replaced"
    )
    client_timeout: int = Field(
        default=30,
        ge=1,
        le=600,
        description="seconds without a byte after which a client that is slow to ask or to take is let go",
    )
    keep_alive: int = Field(
        default=15,
        ge=1,
        le=600,
        description="seconds that an idle connection is kept open for the next request",
    )
    access_log: str = Field(
        default="-", description="file of the access log; - is standard output, nothing is none"
    )
