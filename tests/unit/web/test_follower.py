"""The follower of the pages: it follows a walk as the server does, from what that publishes."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from builders import HERBAGE, NOON, STEP_LON, a_legend, a_stop, a_zone, publish_into, reading_tools
from nodejs import node, run

from odyssee.actions import tracking
from odyssee.actions.tools import Tools
from odyssee.api.public.library import to_json
from odyssee.api.public.shapes import legend_shape
from odyssee.domain.errors import HereImplausible, ProgressUnreadable
from odyssee.domain.geo import LineString, LonLat, Polygon
from odyssee.domain.legends import Legend, Route
from odyssee.domain.proximity import Fix
from odyssee.domain.walks import Noise, Pause, synthetic_walk
from odyssee.files.memory import MemoryStore
from odyssee.web.assets import STATIC

Document = dict[str, Any]
RUNNER = Path(__file__).with_name("play_follower.mjs")
WALKS = 30
EVERYTHING = (
    *("enter", "exit", "dwell", "approach", "play", "completed", "off_trail", "back_on_trail"),
    *("skipped", "here_implausible"),
)
SLUG = "dame-de-riants"
TEN_S = 1_780_308_000
"""10:00 UTC on 1 June 2026, when walks begin."""


def place(east_steps: float, north_steps: float = 0.0) -> LonLat:
    lon = HERBAGE.lon + east_steps * STEP_LON
    return LonLat(round(lon, 7), round(HERBAGE.lat + north_steps * STEP_LON, 7))


LINE = tuple(place(*corner) for corner in [(-0.6, 0), (1, 0.03), (2, 0), (3, 0.02), (3.4, 0.3)])
TRIANGLE = tuple(place(*corner) for corner in [(0.8, -0.1), (1.2, -0.1), (1, 0.2), (0.8, -0.1)])
MEADOW = Polygon("Polygon", (TRIANGLE,))
HEDGE = LineString("LineString", (place(1.9, -0.1), place(2.1, 0.1)))


def a_trail(**changes: Any) -> Legend:
    """Four stops 200 m apart: a circle, a meadow that tells anew, a hedge, two circles."""
    zones = [
        (a_zone(place(0), dwell_s=5),),
        (a_zone(shape=MEADOW, radius_m=None, repeat="each_entry", cooldown_s=30),),
        (a_zone(shape=HEDGE, radius_m=20.5, priority=2),),
        (a_zone(place(3)), a_zone(place(3.1), id="z2", layer="aside")),
    ]
    stops = tuple(a_stop(f"etape-{n}", n - 1, zones=known) for n, known in enumerate(zones, 1))
    return replace(a_legend(), **({"stops": stops} | changes))


def published(legend: Legend, revision: int = 1, closures: tuple[Document, ...] = ()) -> Tools:
    store = MemoryStore()
    publish_into(store, legend, revision=revision, closures=closures)
    return reading_tools(store=store)


def told_of(tools: Tools, lang: str) -> Document:
    """`GET /v1/legends/{slug}`, as it is sent."""
    catalogue = tools.shelf.current()
    shape = legend_shape(catalogue, catalogue.get_legend(SLUG), lang, NOON.date())
    return dict(json.loads(to_json(shape)))


def a_flood(stop: str, since: str, until: str | None) -> Document:
    at = {"from": f"2026-06-01T{since}Z", "to": until and f"2026-06-01T{until}Z"}
    return {"legend": SLUG, "stop": stop, "kind": "flood", "text": {"fr": "Inondé."}} | at


def a_walk(dice: random.Random) -> list[Fix]:
    """Along the line, with rests, or astray; what the phone sees of it, to the millisecond."""
    fixes = synthetic_walk(
        dice.choice([LINE, (*LINE[:3], place(2.5, 0.8), *LINE[3:])]),
        published(a_trail()).shelf.current().get_legend(SLUG).projection,
        dice,
        noise=Noise(sigma_m=dice.choice([3.0, 8.0, 20.0]), outlier_share=dice.choice([0.0, 0.05])),
        sampling_s=dice.choice([1.0, 5.0, 20.0]),
        start_s=TEN_S + dice.random(),
        pauses=[Pause(200.0 * n, dice.uniform(0, 60)) for n in range(5)],
    )
    return [replace(fix, at_s=round(fix.at_s * 1000) / 1000) for fix in fixes]


@dataclass
class Story:
    """A walk told to the server, and what it answered; the follower is to answer the same."""

    tools: Tools
    lang: str = "fr"
    requests: list[Document] = field(default_factory=list)
    answers: list[Document] = field(default_factory=list)
    progress: str | None = None

    def __post_init__(self) -> None:
        self.legend = told_of(self.tools, self.lang)

    def go(self, *fixes: Fix, token: str | None = None, **said: Any) -> Document:
        self.requests.append({"fixes": [asdict(f) for f in fixes], "said": said, "token": token})
        self.answers.append(self._follow(fixes, token or self.progress, said))
        self.progress = self.answers[-1]["progress"]
        return self.answers[-1]

    def revise(self, tools: Tools, *fixes: Fix) -> None:
        self.tools = tools
        self.go(*fixes)
        self.requests[-1]["revised"] = told_of(tools, self.lang)

    def _follow(self, fixes: tuple[Fix, ...], progress: str | None, said: Document) -> Document:
        asked = {"lang": self.lang, **said}
        try:
            told, _ = tracking.follow(self.tools, SLUG, fixes, progress, **asked)
        except ProgressUnreadable:
            told, _ = tracking.follow(self.tools, SLUG, fixes, None, **asked)
        except HereImplausible as refused:
            return {"refused": refused.code, "progress": progress}
        known = asdict(told)
        return {name: known[name] for name in ("events", "next", "progress")}


def random_story(seed: int) -> Story:
    """Some trail, walked in parts; now and then a story is heard, or somebody says "I am here"."""
    dice = random.Random(seed)  # noqa: S311 - a walk that repeats, no secret
    order = dice.choice(["window", "strict", "free"])
    route = Route(status=dice.choice(["sketch", "walked"]), line=LINE)
    trail = a_trail(order=order, window=dice.choice([1, 2, 3]), route=route)
    floods = (a_flood("etape-2", "10:02:00", "10:06:00.5"), a_flood("etape-4", "10:05:00", None))
    story = Story(published(trail, closures=dice.choice([(), floods])), dice.choice(["fr", "en"]))
    fixes = a_walk(dice)
    while fixes:
        size = dice.choice([1, 1, 1, 7, 30])
        part, fixes = fixes[:size], fixes[size:]
        story.go(*part)
        stop = f"etape-{dice.randint(1, 4)}"
        if dice.random() < 0.1:
            story.go(heard=[stop, "nulle-part"])
        if dice.random() < 0.05:
            story.go(here=stop)
    return story


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Answers of the follower to stories, each run in one Node."""

    def answers(*stories: Story) -> list[list[Document]]:
        cases = [{"legend": story.legend, "requests": story.requests} for story in stories]
        path = tmp_path_factory.mktemp("stories") / "cases.json"
        path.write_text(json.dumps(cases), "utf-8")
        said = run([node(), RUNNER, (STATIC / "follower.js").as_uri(), path], RUNNER.parent)
        played: list[list[Document]] = json.loads(said)
        return played

    return answers


def same(answers: list[Document]) -> list[Document]:
    """As JSON has them, without the bearing: it decides nothing, its last digits may differ."""
    plain: list[Document] = json.loads(json.dumps(answers))
    for answer in plain:
        (answer.get("next") or {}).pop("bearing_deg", None)
    return plain


def happened(stories: list[Story]) -> Iterator[str]:
    for answer in (answer for story in stories for answer in story.answers):
        yield from [answer["refused"]] if "refused" in answer else []
        for event in answer.get("events", ()):
            yield event["type"]
            yield from ["skipped"] if event["skipped"] else []


def test_it_tells_the_same_events_and_keeps_the_same_token_as_the_server(play: Any) -> None:
    stories = [random_story(seed) for seed in range(WALKS)]
    for number, (story, played) in enumerate(zip(stories, play(*stories), strict=True)):
        assert same(played) == same(story.answers), f"seed {number}"
    counts = Counter(happened(stories))
    rare = {kind: counts[kind] for kind in EVERYTHING if counts[kind] < 3}
    assert not rare


def test_a_token_that_cannot_be_read_begins_the_walk_anew(play: Any) -> None:
    story = Story(published(a_trail()))
    fixes = a_walk(random.Random(1))  # noqa: S311 - as above
    story.go(*fixes[:40])
    token = story.answers[-1]["progress"]
    broken = token[:9] + ("A" if token[9] != "A" else "B") + token[10:]
    begun = story.go(*fixes[40:80], token=broken)
    assert begun["progress"] == Story(story.tools).go(*fixes[40:80])["progress"]
    assert same(play(story)[0]) == same(story.answers)


def test_the_server_may_take_its_turn(play: Any) -> None:
    story = Story(published(a_trail()))
    fixes = a_walk(random.Random(2))  # noqa: S311 - as above
    for start in range(0, len(fixes), 50):
        story.go(*fixes[start : start + 50], token=story.progress)
    assert same(play(story)[0]) == same(story.answers)


def test_a_new_revision_keeps_what_was_heard_and_goes_on_with_the_new_ground(play: Any) -> None:
    trail = a_trail()
    fixes = a_walk(random.Random(3))  # noqa: S311 - as above
    story = Story(published(trail))
    third = len(fixes) // 3
    story.go(*fixes[:third])
    moved = replace(trail.stops[2], slug="etape-neuve", zones=(a_zone(place(2.2), radius_m=50.0),))
    new = replace(trail, stops=(*trail.stops[:2], moved, trail.stops[3]))
    story.revise(published(new, revision=2), *fixes[third : 2 * third])
    story.go(*fixes[2 * third :])
    assert same(play(story)[0]) == same(story.answers)
    told = [event for answer in story.answers for event in answer["events"]]
    assert "etape-neuve" in {event["stop"] for event in told if event["type"] == "enter"}
    starts = Counter(event["stop"] for event in told if event["type"] == "play")
    assert starts["etape-1"] == 1


def test_a_stop_that_closes_while_somebody_walks_falls_silent(play: Any) -> None:
    trail = a_trail()
    fixes = a_walk(random.Random(4))  # noqa: S311 - as above
    story = Story(published(trail))
    early = sum(fix.at_s < TEN_S + 40 for fix in fixes)
    story.go(*fixes[:early])
    flood = a_flood("etape-1", "00:00:00", None)
    story.revise(published(trail, closures=(flood,)), *fixes[early:])
    assert same(play(story)[0]) == same(story.answers)
    told = [event for answer in story.answers for event in answer["events"]]
    entered = [event["stop"] for event in told if event["type"] == "enter"]
    assert entered
    assert "etape-1" not in entered
