"""A published folder store of six legends, ten stops each."""

from dataclasses import replace
from pathlib import Path

from builders import HERBAGE, STEP_LON, a_legend, a_legend_text, a_stop, a_stop_text, publish_into

from odyssee.domain.geo import LonLat, point
from odyssee.domain.legends import Legend, Route
from odyssee.domain.stops import Stop
from odyssee.domain.zones import Zone
from odyssee.files.local import LocalStore

SLUG = "dame-de-riants"
STOPS = 10
PARAGRAPH = (
    "Elle passait par l’Étang de l’Herbage-Œuvré, dit-on, à l’heure où la brume monte, et nul "
    "n’osait dire son nom avant que la cloche de Vichères eût sonné trois fois. "
)
NAMES = (SLUG, "loup-de-belleme", "cloche-engloutie", "fees-de-reno", "moine-rouge", "dragon")


def publish(home: Path) -> None:
    """Publish them into the store that `odyssee serve` finds under this home."""
    store = LocalStore(home / "published")
    publish_into(store, *(_legend(slug, number) for number, slug in enumerate(NAMES)))


def places(legend: int = 0) -> list[LonLat]:
    """Where the stops of a legend lie: 200 m apart, a legend 3 km north of the one before."""
    return [
        LonLat(round(HERBAGE.lon + n * STEP_LON, 6), round(HERBAGE.lat + legend * 0.027, 6))
        for n in range(STOPS)
    ]


def _legend(slug: str, number: int) -> Legend:
    texts = {
        "fr": a_legend_text(f"La Légende de l’Œuvré, {slug}", story=PARAGRAPH * 6),
        "en": a_legend_text(f"The Legend of the Meadow, {slug}", story=PARAGRAPH * 6),
    }
    stops = tuple(_stop(n, place) for n, place in enumerate(places(number)))
    route = Route(status="sketch", line=tuple(stop.location for stop in stops))
    return replace(a_legend(slug, texts=texts, route=route), stops=stops)


def _stop(number: int, place: LonLat) -> Stop:
    title = f"La porte murée, étape {number + 1}"
    texts = {lang: a_stop_text(title, text=f"{title}.\n\n{PARAGRAPH * 5}") for lang in ("fr", "en")}
    zone = Zone(id="z1", shape=point(place), radius_m=35.0)
    return a_stop(f"etape-{number + 1}", number, location=place, zones=(zone,), texts=texts)
