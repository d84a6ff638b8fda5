"""Settings, from the environment (`PAAS_…`) and nowhere else."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """How one server process is set up."""

    model_config = SettingsConfigDict(env_prefix="PAAS_", frozen=True)

    tenant: str = "default"
    home: Path = Path("var")
    """Folder of the embedded databases."""
    database_url: str | None = None
    """`sqlite:///path` or `postgresql+psycopg://…`; a SQLite file under `home` when not given."""
    database_schema: str | None = None
    """Schema of the tenant on PostgreSQL; `tenant_<name>` when not given."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    zone: str = "Asia/Shanghai"
    max_body_bytes: int = Field(default=8 * 1024 * 1024, ge=1024)
    max_upload_bytes: int = Field(default=2 * 1024 * 1024 * 1024, ge=1024)
    """The largest file that is taken in; it is streamed to disk."""
    client: Path | None = None
    """Folder of the built web client; the packaged or checked-out one when not given."""
    log_level: str = "info"
    history_days: int | None = Field(default=None, ge=1)
    """Days for which changes of records are kept; for good when not given."""
    events_days: int = Field(default=7, ge=1)
    """Days for which the change feed reaches back."""
    bin_days: int | None = Field(default=30, ge=1)
    """Days for which deleted records stay in the recycle bin; for good when empty."""
    streams: int = Field(default=100, ge=0)
    """Subscribers that may listen to the change feed at the same time."""
    workers: int = Field(default=2, ge=0, le=64)
    """Threads of the server's process that run jobs; none where `paas worker` runs them."""
    spool: Path | None = None
    """Folder of files handed in and out; one under `home` when not given."""

    @property
    def url(self) -> str:
        """Return the tenant's database URL."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{(self.home / self.tenant).absolute()}.db"

    @property
    def spool_folder(self) -> Path:
        """Return the folder of files handed in and out, the tenant's own."""
        return (self.spool or self.home / "spool").absolute() / self.tenant

    @property
    def schema_name(self) -> str | None:
        """Return the tenant's schema, or None where the database has none."""
        if self.url.startswith("sqlite"):
            return None
        return self.database_schema or f"tenant_{self.tenant}"
