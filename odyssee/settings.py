"""Settings: `ODYSSEE_*` from the environment, each with a default that needs nothing installed.

The words under each are the page `docs/reglages.md`, which operators read: they are French.
"""

import ipaddress
import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?")
"""As browsers write it: lower case, no path (RFC 6454, section 6.2)."""
MIN_KEY = 32
"""Characters of the secret key: `openssl rand -hex 32` gives 64."""


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

    secret_key: SecretStr = SecretStr("")
    """Clé qui protège les comptes, 32 caractères ou plus ; vide : le fichier `cle-serveur`."""

    public_url: str = "http://localhost:8000"
    """Adresse où les visiteurs trouvent ce serveur, sans barre à la fin."""

    worker: Literal["thread", "none"] = "thread"
    """`thread` : `serve` prend aussi les travaux ; `none` : `odyssee worker` tourne à côté."""

    signer: Literal["local", "external"] = "local"
    """`local` : ce processus signe ; `external` : `odyssee worker --sign` signe à côté."""

    keys_dir: str = ""
    """Dossier des clés de signature ; vide : `cles` sous HOME."""

    server: str = ""
    """Sur une borne : adresse du serveur de l’office."""

    kiosk_reserve_mb: int = Field(default=250, ge=0)
    """Sur une borne : mégaoctets du disque qui restent toujours libres."""

    kiosk_languages: str = ""
    """Sur une borne : langues des récits gardés, séparées par des virgules ; vide : celles du
    profil que donne l’office, sinon toutes."""

    kiosk_layers: str = ""
    """Sur une borne : ce qui est gardé outre les textes et les tracés, parmi `audio`, `pictures`
    et `map` (`core` : rien) ; vide : selon le profil que donne l’office, sinon tout."""

    kiosk_renditions: Literal["all", "standard"] = "all"
    """Sur une borne : `all` garde chaque format ; `standard`, un son et une image de chaque."""

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

    media_max_mb: int = Field(default=200, ge=1, le=200)
    """Taille d’un fichier envoyé au bureau, en mégaoctets, au plus."""

    office_max_mb: int = Field(default=10_000, ge=1)
    """Place des originaux d’un office, en mégaoctets, au plus."""

    upload_hours: int = Field(default=24, ge=1, le=720)
    """Heures après lesquelles un envoi interrompu ne peut plus reprendre."""

    media_grace_days: int = Field(default=30, ge=0)
    """Jours pendant lesquels un fichier dont rien n’a plus besoin est encore gardé."""

    access_log: bool = True
    """Journal : méthode, chemin sans question, statut et durée ; jamais une position."""

    admin: Literal["on", "off"] = "on"
    """`on` : ouvre aussi le bureau (`/admin/v1`, `/bureau`) et parle aux bornes (`/kiosk/v1`)."""

    admin_origins: str = ""
    """Autres sites dont les scripts peuvent appeler `/admin/v1`, séparés par des espaces."""

    trusted_proxies: str = ""
    """Adresses ou réseaux des serveurs frontaux dont `X-Forwarded-For` et `-Proto` sont crus."""

    geotrek_sources: str = ""
    """Geotrek dont les POI et randonnées s’importent : `nom=https://…`, séparés par des espaces."""

    tourinsoft_sources: str = ""
    """Flux Tourinsoft : `nom=https://…` ; `#etalab-2.0` à la suite dit la licence des fiches."""

    import_private: Literal["refuse", "allow"] = "refuse"
    """`allow` : ces adresses peuvent être celles d’un réseau privé ; pour des essais seulement."""

    @field_validator("admin_origins")
    @classmethod
    def _exact_origins(cls, value: str) -> str:
        if not all(_ORIGIN.fullmatch(origin) for origin in value.split()):
            raise ValueError("each must be https://host or https://host:port, and nothing after")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        try:
            for network in value.split():
                ipaddress.ip_network(network)
        except ValueError:
            raise ValueError("each must be an address or a network such as 10.0.0.0/8") from None
        return value

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < MIN_KEY:
            raise ValueError(f"must have {MIN_KEY} characters or more")
        return value

    @property
    def effective_database_url(self) -> str:
        """The address of the database, SQLite under HOME by default."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'odyssee.db'}"

    @property
    def effective_store_url(self) -> str:
        """The address of the published store, a folder under HOME by default."""
        return self.store_url or (self.home.resolve() / "published").as_uri()

    @property
    def effective_keys_dir(self) -> Path:
        """The folder of the signing keys, under HOME by default."""
        return Path(self.keys_dir) if self.keys_dir else self.home.resolve() / "cles"

    @property
    def effective_files_url(self) -> str:
        """The address of the private store, a folder under HOME by default."""
        return self.files_url or (self.home.resolve() / "files").as_uri()
