"""Settings: `ODYSSEE_*` from the environment, each with a default that needs nothing installed.

The words under each are the page `docs/reglages.md`, which operators read: they are French.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a person may set; read by the wiring only."""

    model_config = SettingsConfigDict(env_prefix="ODYSSEE_", use_attribute_docstrings=True)

    home: Path = Path("var")
    """Dossier de tout l’état : base SQLite, publications, originaux, clés."""

    database_url: str = ""
    """Base des brouillons : `sqlite:///…` ou `postgresql+psycopg://…` ; vide : SQLite sous HOME."""

    store_url: str = ""
    """Publications : `file:///…` ou `s3://seau/prefixe` ; vide : un dossier sous HOME."""

    files_url: str = ""
    """Originaux et médias en attente, jamais servis ; vide : un dossier sous HOME."""

    s3_endpoint: str = ""
    """Adresse du serveur S3 des publications ; vide : celui d’Amazon."""

    s3_access_key: str = ""
    """Identifiant de clé pour les publications."""

    s3_secret_key: SecretStr = SecretStr("")
    """Clé secrète pour les publications."""

    files_s3_endpoint: str = ""
    """Adresse du serveur S3 des originaux ; vide : celui des publications."""

    files_s3_access_key: str = ""
    """Identifiant de clé pour les originaux ; vide : celui des publications."""

    files_s3_secret_key: SecretStr = SecretStr("")
    """Clé secrète pour les originaux ; vide : celle des publications."""

    s3_region: str = "us-east-1"
    """Région annoncée aux serveurs S3."""

    public_url: str = "http://localhost:8000"
    """Adresse où les visiteurs trouvent ce serveur, sans barre à la fin."""

    worker: Literal["thread", "none"] = "thread"
    """`thread` : `serve` prend aussi les travaux ; `none` : `odyssee worker` tourne à côté."""

    refresh_s: float = Field(default=0.5, gt=0, le=60)
    """Toutes les combien de secondes un serveur cherche une nouvelle publication."""

    encoders: int = Field(default=0, ge=0, le=64)
    """Processus qui encodent les médias en même temps ; 0 : un par cœur."""

    voice_command: str = ""
    """Commande d’une voix apportée (docs/how-to/apporter-une-voix.md) ; vide : celle du système."""

    voice_name: str = "voix"
    """Nom de cette voix, à changer avec elle : chaque récit est alors redit."""

    voice_rate_hz: int = Field(default=22_050, ge=8_000, le=48_000)
    """Échantillons par seconde des WAV que cette voix écrit."""

    voice_languages: str = "fr"
    """Langues que cette voix parle, séparées par des virgules."""

    access_log: bool = True
    """Journal : méthode, chemin sans question, statut et durée ; jamais une position."""

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
