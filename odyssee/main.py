"""The wiring: settings become hands, hands become tools, tools become a server."""

import asyncio
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from odyssee.actions.reading import refresh
from odyssee.actions.tools import Curation, Progress, Shelf, Tools
from odyssee.domain.errors import Damaged, Misconfigured, OdysseeError, Unavailable
from odyssee.domain.kiosks import profile_for
from odyssee.domain.partners import Partner, partners_from
from odyssee.domain.syncing import Profile
from odyssee.domain.uploads import UploadLimits
from odyssee.files.opening import open_store
from odyssee.files.server_key import FILE, ServerKey, read_key
from odyssee.files.store import FileStore
from odyssee.media.brought_voice import BroughtVoice
from odyssee.settings import Settings

if TYPE_CHECKING:
    # HTTP is loaded by what serves it, and by no command that imports or publishes.
    from fastapi import FastAPI
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from odyssee.actions.syncing import Syncing
    from odyssee.files.kiosk_folder import KioskFolder
    from odyssee.files.kiosk_identity import KioskIdentity
    from odyssee.files.sources import Source
    from odyssee.files.stick import Stick
    from odyssee.trust.signer import Signer

_log = logging.getLogger("odyssee.server")


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC)


def build_tools(settings: Settings, *, curation: bool, signs: bool | None = None) -> Tools:
    """Build the hands that the settings name; those of curation only when asked for.

    `signs` makes this process the signer, whatever the settings say, or leaves it without keys.
    """
    return Tools(
        published=_published(settings),
        shelf=Shelf(),
        clock=now,
        public_url=settings.public_url,
        curation=build_curation(settings, signs=signs) if curation else None,
    )


def build_curation(settings: Settings, *, signs: bool | None = None) -> Curation:
    """The database, the private store, and the keys where this process signs."""
    # SQL is loaded here and not above: a server that only reads stays small.
    from odyssee.db.session import Database  # noqa: PLC0415 - the reason above

    signs = settings.signer == "local" if signs is None else signs
    with _blaming("ODYSSEE_HOME"):
        settings.home.mkdir(parents=True, exist_ok=True)
    with _blaming("ODYSSEE_DATABASE_URL"):
        db = Database(settings.effective_database_url)
    return Curation(
        db=db,
        files=_private(settings),
        key=ServerKey(lambda: _read_key(settings)),
        encoders=settings.encoders or os.cpu_count() or 1,
        signer=build_signer(settings) if signs else None,
        voice=build_voice(settings),
        limits=_limits(settings),
        partners=_partners(settings),
        asks_private=settings.import_private == "allow",
        scratch=settings.home / "scratch",
    )


def build_signer(settings: Settings) -> "Signer":
    """The keys of this machine; a signer of its own never makes any."""
    # cryptography and tuf are loaded here and not above: a server that reads only has no keys.
    from odyssee.trust.signer import Signer  # noqa: PLC0415 - the reason above

    return Signer(settings.effective_keys_dir, makes_keys=settings.signer == "local")


def build_kiosk(settings: Settings) -> "KioskFolder":
    """The folder of a kiosk, below HOME."""
    from odyssee.files.kiosk_folder import KioskFolder  # noqa: PLC0415 - on a kiosk only

    return KioskFolder(settings.home.resolve() / "borne")


def build_identity(settings: Settings) -> "KioskIdentity":
    """Who this kiosk is."""
    from odyssee.files.kiosk_identity import KioskIdentity  # noqa: PLC0415 - on a kiosk only

    return KioskIdentity(settings.home.resolve() / "borne")


def build_stick(folder: Path) -> "Stick":
    """A stick between a kiosk and its office."""
    from odyssee.files.stick import Stick  # noqa: PLC0415 - on a kiosk only

    return Stick(folder)


def build_sync(
    settings: Settings,
    source: str | Path,
    root: bytes | None,
    max_kbps: int | None,
    progress: Progress,
) -> "Syncing":
    """A synchronisation from a server's address or a folder."""
    # On a kiosk only: tuf and urllib3 take half a second to load.
    from odyssee.actions.retrying import Pace  # noqa: PLC0415 - the reason above
    from odyssee.actions.syncing import Syncing  # noqa: PLC0415 - the reason above

    return Syncing(
        folder=build_kiosk(settings),
        source=build_source(source),
        profile=profile_of(settings),
        now=now(),
        root=root,
        reserve_bytes=settings.kiosk_reserve_mb * 1_000_000,
        pace=Pace((max_kbps or 0) * 125.0),
        progress=progress,
    )


def build_source(source: str | Path) -> "Source":
    """A server's address, or a folder, as what a kiosk fetches from."""
    from odyssee.files.sources import FolderSource, HttpSource  # noqa: PLC0415 - on a kiosk only

    return FolderSource(source) if isinstance(source, Path) else HttpSource(source)


def profile_of(settings: Settings) -> Profile:
    """What this kiosk keeps: as its own settings say, and where they are silent, the office."""
    try:
        membership = build_identity(settings).membership()
    except (Damaged, Unavailable):  # what is served does not hang on it
        membership = None
    return profile_for(
        frozenset(settings.kiosk_languages.replace(",", " ").split()),
        frozenset(settings.kiosk_layers.replace(",", " ").split()),
        None if membership is None else membership.profile,
        every_rendition=settings.kiosk_renditions == "all",
    )


def build_voice(settings: Settings) -> BroughtVoice | None:
    """The voice that somebody brought, if the settings name one; it is not run."""
    if not settings.voice_command:
        return None
    languages = frozenset(settings.voice_languages.replace(",", " ").split())
    return BroughtVoice(
        settings.voice_command, settings.voice_name, settings.voice_rate_hz, languages
    )


def _partners(settings: Settings) -> tuple[Partner, ...]:
    with _blaming("ODYSSEE_GEOTREK_SOURCES"):
        geotreks = partners_from("geotrek", settings.geotrek_sources)
    with _blaming("ODYSSEE_TOURINSOFT_SOURCES"):
        return geotreks + partners_from("tourinsoft", settings.tourinsoft_sources)


def _limits(settings: Settings) -> UploadLimits:
    return UploadLimits(
        max_file_bytes=settings.media_max_mb * 1_000_000,
        office_bytes=settings.office_max_mb * 1_000_000,
        expires_after=timedelta(hours=settings.upload_hours),
        grace=timedelta(days=settings.media_grace_days),
    )


def _read_key(settings: Settings) -> bytes:
    given = settings.secret_key.get_secret_value()
    return given.encode() if given else read_key(settings.home / FILE)


@contextmanager
def _blaming(setting: str) -> Iterator[None]:
    """Tell which setting is at fault when a hand cannot be built."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise Misconfigured(str(error), setting=setting) from error


def _published(settings: Settings) -> FileStore:
    with _blaming("ODYSSEE_STORE_URL"):
        return open_store(settings.effective_store_url, **_s3(settings))


def _private(settings: Settings) -> FileStore:
    """Its own S3 server and keys where they are set, else those of the published store."""
    own = {
        "endpoint_url": settings.files_s3_endpoint,
        "access_key": settings.files_s3_access_key,
        "secret_key": settings.files_s3_secret_key.get_secret_value(),
    }
    given = {name: value for name, value in own.items() if value}
    with _blaming("ODYSSEE_FILES_URL"):
        return open_store(settings.effective_files_url, **(_s3(settings) | given))


def _s3(settings: Settings) -> dict[str, Any]:
    return {
        "endpoint_url": settings.s3_endpoint or None,
        "access_key": settings.s3_access_key or None,
        "secret_key": settings.s3_secret_key.get_secret_value() or None,
        "region": settings.s3_region,
    }


class Readiness:
    """Since when the shelf has been read from the store."""

    def __init__(self) -> None:
        self._since: str | None = None
        self._told = ""

    def tell(self, trouble: str) -> None:
        """Log a trouble once, however often it comes back."""
        if trouble != self._told:
            _log.warning("%s", trouble)
        self._told = trouble

    def mark(self) -> None:
        """The store was read; the first time counts."""
        self._told = ""
        if self._since is None:
            self._since = now().isoformat(timespec="seconds").replace("+00:00", "Z")

    def since(self) -> str | None:
        """The instant of the first reading; null before."""
        return self._since


class Desk:
    """The tools of curation for the admin routes, whatever the server does besides.

    A server that only reads builds them when somebody first comes to the desk.
    """

    def __init__(self, settings: Settings, tools: Tools) -> None:
        self._settings = settings
        self._tools = tools
        self._lock = threading.Lock()
        self._is_current = False

    def __call__(self) -> Tools:
        """The tools, over a database of this program's form.

        Raises:
            Unavailable: the database is away, or has another form.
            Misconfigured: a setting of curation cannot be used.
        """
        if self._is_current:
            return self._tools
        with self._lock:
            if self._tools.curation is None:
                self._tools = replace(self._tools, curation=build_curation(self._settings))
            if not self._tools.desk.db.is_current():
                raise Unavailable("the database waits for `odyssee db upgrade`")
            self._is_current = True
        return self._tools


def build_server(settings: Settings, *, worker: bool, counts: Path | None = None) -> "ASGIApp":
    """The application with what runs beside it: the watcher of publications, the worker.

    On a kiosk, `counts` is the file to which what visitors tell is added.
    """
    # Loaded here, so that commands do without: a third of a second.
    from odyssee.api.accesslog import AccessLog  # noqa: PLC0415 - the reason above
    from odyssee.api.app import build_app  # noqa: PLC0415 - the reason above
    from odyssee.web.pages import build_pages  # noqa: PLC0415 - the reason above

    tools = build_tools(settings, curation=worker)
    ready = Readiness()
    log = AccessLog(sys.stderr) if settings.access_log else None

    @asynccontextmanager
    async def lifespan(_app: "FastAPI") -> AsyncIterator[None]:
        _refresh_safely(tools, ready)
        watcher = asyncio.create_task(_watch(tools, ready, settings.refresh_s))
        stop = threading.Event()
        thread = _start_worker(tools, stop) if worker else None
        yield
        watcher.cancel()
        with suppress(asyncio.CancelledError):
            await watcher
        stop.set()
        if thread is not None:
            await asyncio.to_thread(thread.join)
        if log is not None:
            log.flush()

    def status_of(slug: str, stop: str | None) -> int:
        catalogue = tools.shelf.current()
        legend = catalogue.legends.get(slug)
        if legend is None:
            return 410 if slug in catalogue.unpublished else 404
        return 200 if stop is None or legend.has_stop(stop) else 404

    desk = Desk(settings, tools) if settings.admin == "on" else None
    return build_app(
        tools,
        ready.since,
        lifespan,
        [
            *build_pages(status_of, settings.public_url, bureau=desk is not None, desk=desk),
            *_counting(tools, counts),
        ],
        log,
        desk,
        admin_origins=frozenset(settings.admin_origins.split()),
    )


def _counting(tools: Tools, counts: Path | None) -> "list[BaseRoute]":
    """How a kiosk takes visits into its own counts; on a server that is the desk's."""
    if counts is None:
        return []
    from odyssee.actions.counting import count_here  # noqa: PLC0415 - on a kiosk only
    from odyssee.api.public.visits import build_visits  # noqa: PLC0415 - on a kiosk only

    return build_visits(lambda visits: count_here(tools, counts, visits)).routes


def _start_worker(tools: Tools, stop: threading.Event) -> threading.Thread:
    from odyssee.worker import work  # noqa: PLC0415 - loads SQL; only a server with a worker does

    thread = threading.Thread(target=work, args=(tools, stop), name="worker", daemon=True)
    thread.start()
    return thread


async def _watch(tools: Tools, ready: Readiness, every_s: float) -> None:
    while True:
        await asyncio.sleep(every_s)
        await asyncio.to_thread(_refresh_safely, tools, ready)


def _refresh_safely(tools: Tools, ready: Readiness) -> None:
    """Look for a new publication; whatever is wrong with it, what is served stays served."""
    try:
        changed = refresh(tools)
    except OdysseeError as error:
        ready.tell(f"publication not taken: {error.code}: {error}")
        return
    except Exception as error:  # noqa: BLE001 - the watcher must outlive any publication
        ready.tell(f"publication not readable: {type(error).__name__}")
        return
    ready.mark()
    if changed:
        _log.info("serving revision %d", tools.shelf.current().revision)


def build_description() -> "FastAPI":
    """The application without stores, for its OpenAPI document."""
    # As in `build_server`.
    from odyssee.api.app import build_fastapi  # noqa: PLC0415 - the reason above
    from odyssee.api.public.library import Library  # noqa: PLC0415 - the reason above

    settings = Settings(store_url="memory://")
    tools = build_tools(settings, curation=False)
    library = Library(settings.public_url, now, lambda: None)
    return build_fastapi(tools, library, lambda: None, desk=lambda: tools)
