"""Limits on what is fetched and unpacked: environment variables `TOWNLINE_SOURCE_…`."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

GIB = 1 << 30


class SourceSettings(BaseSettings):
    """Limits that protect the machine from a source gone wrong."""

    model_config = SettingsConfigDict(env_prefix="TOWNLINE_SOURCE_", frozen=True)

    max_download_bytes: int = Field(default=8 * GIB, ge=1, description="largest download, in bytes")
    connect_seconds: float = Field(default=10, gt=0, description="longest wait for a connection")
    read_seconds: float = Field(default=60, gt=0, description="longest silence in the middle of a download")
    attempts: int = Field(default=4, ge=1, le=10, description="times a download is tried")
    longest_wait_seconds: float = Field(
        default=60, ge=0, description="longest wait before the next try that a server may ask for"
    )
    max_unpacked_bytes: int = Field(
        default=32 * GIB, ge=1, description="largest total size of the files of an archive, in bytes"
    )
    max_unpacked_ratio: float = Field(
        default=250, ge=1, description="largest ratio of unpacked to packed size of a file above 64 MiB"
    )
    max_archive_entries: int = Field(
        default=20_000, ge=1, description="largest number of files of an archive"
    )
