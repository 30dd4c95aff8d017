"""Settings: `ODYSSEE_*` from the environment, each with a default that needs nothing installed."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a person may set; read by the wiring only."""

    model_config = SettingsConfigDict(env_prefix="ODYSSEE_", use_attribute_docstrings=True)

    home: Path = Path("var")
    """Folder of all state: the SQLite database, the stores, the keys."""

    database_url: str = ""
    """Curation database: `sqlite:///…` or `postgresql+psycopg://…`; empty: SQLite under HOME."""

    store_url: str = ""
    """Published store: `file:///…` or `s3://bucket/prefix`; empty: a folder under HOME."""

    files_url: str = ""
    """Private store of originals and renditions; empty: a folder under HOME."""

    s3_endpoint: str = ""
    """Address of the S3 server of the published store; empty: Amazon's."""

    s3_access_key: str = ""
    """Access key of the published store."""

    s3_secret_key: SecretStr = SecretStr("")
    """Secret key of the published store."""

    files_s3_endpoint: str = ""
    """Address of the S3 server of the private store; empty: as the published store's."""

    files_s3_access_key: str = ""
    """Access key of the private store."""

    files_s3_secret_key: SecretStr = SecretStr("")
    """Secret key of the private store."""

    s3_region: str = "us-east-1"
    """Region told to the S3 servers."""

    public_url: str = "http://localhost:8000"
    """Where visitors find this server, without a slash at its end."""

    worker: Literal["thread", "none"] = "thread"
    """`thread`: `serve` also takes the jobs; `none`: `odyssee worker` runs beside it."""

    refresh_s: float = Field(default=0.5, gt=0, le=60)
    """How often a server looks for a new publication, in seconds."""

    encoders: int = Field(default=0, ge=0, le=64)
    """Processes that encode media side by side; 0: one a core."""

    access_log: bool = True
    """Log method, path without query, status and time of each request; never a position."""

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @property
    def effective_database_url(self) -> str:
        """The address of the database, SQLite under HOME by default."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'odyssee.db'}"

    @property
    def effective_store_url(self) -> str:
        """The address of the published store, a folder under HOME by default."""
        return self.store_url or (self.home.resolve() / "published").as_uri()

    @property
    def effective_files_url(self) -> str:
        """The address of the private store, a folder under HOME by default."""
        return self.files_url or (self.home.resolve() / "files").as_uri()
