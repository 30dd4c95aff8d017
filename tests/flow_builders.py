"""Builders for whole flows: a small content folder with real pictures, a desk on real hands."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from builders import HERBAGE, NOON, a_legend

from odyssee.actions.tools import Curation, Shelf, Tools
from odyssee.content.writer import write_folder
from odyssee.db.session import Database
from odyssee.domain.geo import LonLat, Polygon
from odyssee.domain.legends import Commune, Legend
from odyssee.domain.stops import NarrationFile
from odyssee.domain.territory import Territory
from odyssee.files.local import LocalStore
from odyssee.files.server_key import ServerKey
from odyssee.trust.signer import Signer

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300" width="400" height="300">'
    '<rect width="400" height="300" fill="#f4ead6"/><circle cx="{x}" cy="150" r="90"/></svg>'
)


def a_territory() -> Territory:
    lon, lat = HERBAGE
    ring = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    return Territory(
        format=1,
        name={"fr": "Perche d’Eure-et-Loir", "en": "Perche of Eure-et-Loir"},
        languages=("fr", "en"),
        default_language="fr",
        outline_status="schematic",
        outline=Polygon(
            "Polygon",
            (tuple(LonLat(round(lon + x, 4), round(lat + y, 4)) for x, y in ring),),
        ),
        communes=(Commune(name="Vichères", insee="28407"),),
    )


def write_content(root: Path, *legends: Legend) -> Path:
    """A content folder under `root`, with a picture for each place that asks for one."""
    folder = root / "contenus"
    write_folder(folder, a_territory(), list(legends))
    for legend in legends:
        media = root / "medias" / legend.slug
        media.mkdir(parents=True, exist_ok=True)
        assert legend.cover is not None
        files = [legend.cover.file] + [p.file for s in legend.stops for p in s.illustrations]
        for number, file in enumerate(files):
            (media / file).write_text(PICTURE.format(x=100 + 20 * number))
    return folder


def short_legend(slug: str = "dame-de-riants") -> Legend:
    """Two stops, a few words each, French only at the second."""
    legend = a_legend(slug, 2)
    second = legend.stops[1]
    return replace(
        legend,
        stops=(legend.stops[0], replace(second, texts={"fr": second.texts["fr"]})),
    )


def recorded_legend(**said: str) -> Legend:
    """As `short_legend`, the first stop with a recording in French, `conte-fr.wav`."""
    legend = short_legend()
    recording = NarrationFile(file="conte-fr.wav", **said)
    first = replace(legend.stops[0], narration={"fr": recording})
    return replace(legend, stops=(first, legend.stops[1]))


def a_desk(home: Path, database: Database) -> Tools:
    return Tools(
        published=LocalStore(home / "published"),
        shelf=Shelf(),
        clock=lambda: NOON,
        public_url="https://perche.example",
        curation=Curation(
            db=database,
            files=LocalStore(home / "files"),
            key=ServerKey(lambda: b"the key of a server in a test..."),
            encoders=1,
            signer=Signer(home / "cles", makes_keys=True),
        ),
    )


def open_desk(root: Path) -> Tools:
    """A desk whose state lies in `root/var`, on SQLite."""
    database = Database(f"sqlite:///{root / 'var' / 'odyssee.db'}")
    database.upgrade()
    return a_desk(root / "var", database)


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Whether the condition comes true in time; it is asked again and again."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False
