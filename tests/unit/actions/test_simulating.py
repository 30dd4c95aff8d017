"""Simulating a legend: the same seed the same report, drafts and traces as well as publications."""

from dataclasses import replace

import pytest
from builders import NOON, a_legend, a_stop, media_of, reading_tools

from odyssee.actions.simulating import preview, simulate
from odyssee.domain.catalogue import PublishedLegend
from odyssee.domain.errors import InputInvalid, NotPublishable
from odyssee.domain.legends import Legend, Route
from odyssee.domain.proximity import Fix
from odyssee.domain.publication import Draft
from odyssee.domain.synthetic_walks import Synthetic, check_synthetic
from odyssee.domain.traces import Trace, trace_of
from odyssee.domain.walk_report_document import report_document

SLUG = "dame-de-riants"


@pytest.fixture(scope="module")
def published() -> PublishedLegend:
    return reading_tools(a_legend()).shelf.current().get_legend(SLUG)


def a_draft(legend: Legend, *, with_media: bool = True) -> Draft:
    media, _ = media_of(legend)
    return Draft(
        legend=legend,
        media=media if with_media else {},
        version=1,
        etag="v1",
        updated_at=NOON,
    )


def test_an_ordinary_phone_hears_every_story_once(published: PublishedLegend) -> None:
    report = simulate(published, Synthetic(walks=20))
    assert [stop.heard_share for stop in report.stops] == [1.0, 1.0, 1.0]
    assert (report.false_enters, report.duplicates, report.enters) == (0, 0, 60)
    assert report.overlaps == ()


def test_the_same_seed_gives_the_same_report_and_another_one_another(
    published: PublishedLegend,
) -> None:
    once, again, other = (
        report_document(simulate(published, Synthetic(walks=5, seed=seed))) for seed in (3, 3, 4)
    )
    assert once == again
    assert once != other | {"seed": 3}


def test_processes_share_the_walks_without_changing_them(published: PublishedLegend) -> None:
    asked = Synthetic(walks=30, sampling_s=10, dropouts=0.2)
    alone, shared = (simulate(published, asked, jobs=jobs) for jobs in (1, 2))
    assert report_document(alone) == report_document(shared)


def test_the_first_walk_is_the_same_however_many_follow(published: PublishedLegend) -> None:
    one, many = (simulate(published, Synthetic(walks=walks)) for walks in (1, 4))
    assert one.first == many.first


def test_each_walk_is_counted_as_progress(published: PublishedLegend) -> None:
    told: list[str] = []

    class Watching:
        def begin(self, what: str, total: int) -> None:
            told.append(f"{what} {total}")

        def step(self, name: str) -> None:
            told.append(name)

        def end(self) -> None:
            told.append("end")

    simulate(published, Synthetic(walks=3, sampling_s=5), progress=Watching())
    assert told == ["walks 3", "", "", "", "end"]


def test_a_draft_is_walked_as_its_publication_is(published: PublishedLegend) -> None:
    seen = preview(a_draft(a_legend()))
    of_draft, of_pack = (
        report_document(simulate(legend, Synthetic(walks=3))) for legend in (seen, published)
    )
    assert of_draft == of_pack


def test_a_story_without_a_sound_lasts_as_long_as_its_words() -> None:
    words = " ".join(["Écoutez"] * 240)
    legend = a_legend()
    stops = tuple(
        replace(stop, texts={"fr": replace(stop.texts["fr"], text=words)}) for stop in legend.stops
    )
    seen = preview(a_draft(replace(legend, stops=stops), with_media=False))
    narration = seen.content("fr")["stops"][0]["narration"]
    assert narration["duration_s"] == pytest.approx(100)
    assert simulate(seen, Synthetic()).stops[0].heard_share == 1.0


def test_a_story_longer_than_the_way_to_the_next_stop_is_caught_up() -> None:
    words = " ".join(["Écoutez"] * 600)
    near = [a_stop(f"etape-{n}", n) for n in range(2)]
    stops = tuple(replace(s, texts={"fr": replace(s.texts["fr"], text=words)}) for s in near)
    legend = a_legend(stops=2)
    legend = replace(legend, stops=stops)
    seen = preview(a_draft(legend, with_media=False))
    report = simulate(seen, Synthetic(rests=False))
    (overlap,) = report.overlaps
    assert (overlap.stop, overlap.next) == ("etape-0", "etape-1")
    assert 100 < overlap.to_next_s < 140
    assert overlap.story_s == pytest.approx(250)


def test_a_draft_that_cannot_be_walked_tells_its_errors() -> None:
    with pytest.raises(NotPublishable) as refused:
        preview(a_draft(replace(a_legend(), stops=())))
    assert refused.value.problems
    still = Route(status="sketch", line=(a_legend().stops[0].location,) * 2)
    with pytest.raises(InputInvalid):
        simulate(preview(a_draft(replace(a_legend(), route=still))), Synthetic())


def test_the_trail_the_other_way_round_skips_the_first_stops(published: PublishedLegend) -> None:
    report = simulate(published, Synthetic(sigma_m=5, direction="reverse"))
    assert [stop.skipped_share for stop in report.stops] == [1.0, 1.0, 0.0]


def test_on_a_bicycle_a_story_starts_further_behind_the_edge(published: PublishedLegend) -> None:
    ridden, walked = (
        simulate(published, Synthetic(walks=10, bicycle=bicycle)) for bicycle in (True, False)
    )
    assert (ridden.stops[1].offset_m or 0.0) > 1.5 * (walked.stops[1].offset_m or 0.0)


def test_a_phone_that_says_nothing_at_first_is_no_trouble(published: PublishedLegend) -> None:
    report = simulate(published, Synthetic(walks=3, sampling_s=60, dropouts=0.9))
    assert report.walks == 3


def test_values_out_of_bounds_are_all_told(published: PublishedLegend) -> None:
    bad = Synthetic(sigma_m=float("nan"), walks=0, sampling_s=0)
    assert [p.where for p in check_synthetic(bad)] == [
        "synthetic/sigma_m",
        "synthetic/sampling_s",
        "synthetic/walks",
    ]
    with pytest.raises(InputInvalid):
        simulate(published, bad)


def a_trace(published: PublishedLegend) -> Trace:
    return Trace(simulate(published, Synthetic(seed=5)).first.fixes)


def test_a_recorded_walk_is_replayed_as_it_is(published: PublishedLegend) -> None:
    made = simulate(published, Synthetic(seed=5))
    report = simulate(published, a_trace(published))
    assert report.is_recorded
    assert report.walks == 1
    assert [told.event for told in report.first.told] == [told.event for told in made.first.told]


def test_a_trace_in_any_order_is_the_same_walk(published: PublishedLegend) -> None:
    trace = a_trace(published)
    shuffled = trace_of([*reversed(trace.fixes), *trace.fixes[:10]])
    assert shuffled.fixes == trace.fixes
    assert shuffled.repeated == 10


def test_a_trace_of_nowhere_is_refused_and_one_of_elsewhere_reports_nothing(
    published: PublishedLegend,
) -> None:
    coarse = Trace(tuple(Fix(float(n), 0.9, 48.3, 5_000.0) for n in range(3)))
    with pytest.raises(InputInvalid):
        simulate(published, coarse)
    elsewhere = Trace(tuple(Fix(float(n), 2.35, 48.85) for n in range(3)))
    report = simulate(published, elsewhere)
    assert not any(stop.is_passed or stop.heard_share for stop in report.stops)
