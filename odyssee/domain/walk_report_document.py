"""A report of walks as JSON: the shape that the curation API and `odyssee simulate` answer with."""

from typing import Any

from odyssee.domain.walk_report import OverlapReport, Report, StopReport, Told

JsonDocument = dict[str, Any]


def report_document(report: Report) -> JsonDocument:
    """The report under the keys of the contract; metres and seconds to one decimal.

    `events` tells the first walk. Keys are only ever added.
    """
    return {
        "walks": report.walks,
        "seed": report.seed,
        "recorded": report.is_recorded,
        "stops": [_stop(stop) for stop in report.stops],
        "enters": report.enters,
        "false_enters": report.false_enters,
        "duplicates": report.duplicates,
        "overlaps": [_overlap(overlap) for overlap in report.overlaps],
        "events": [_event(told) for told in report.first.told],
    }


def _stop(stop: StopReport) -> JsonDocument:
    return {
        "stop": stop.stop,
        "heard_share": _share(stop.heard_share),
        "early_m": _tenth(stop.early_m),
        "late_m": _tenth(stop.late_m),
        "offset_m": _tenth(stop.offset_m),
        "delay_s": _tenth(stop.delay_s),
        "enter_distance_m": _tenth(stop.enter_distance_m),
        "passed": stop.is_passed,
        "missed_share": _share(stop.missed_share),
        "skipped_share": _share(stop.skipped_share),
        "queued_share": _share(stop.queued_share),
        "false_enters": stop.false_enters,
        "duplicates": stop.duplicates,
    }


def _overlap(overlap: OverlapReport) -> JsonDocument:
    return {
        "stop": overlap.stop,
        "next": overlap.next,
        "share": _share(overlap.share),
        "story_s": _tenth(overlap.story_s),
        "to_next_s": _tenth(overlap.to_next_s),
        "spoken_over_s": _tenth(overlap.spoken_over_s),
    }


def _event(told: Told) -> JsonDocument:
    return {
        "elapsed_s": _tenth(told.elapsed_s),
        "type": told.event.type,
        "stop": told.event.stop,
        "zone": told.event.zone,
        "distance_m": _tenth(told.distance_m),
        "true_distance_m": _tenth(told.true_distance_m),
        "skipped": list(told.event.skipped),
        "after": told.event.after,
    }


def _share(value: float) -> float:
    return round(value, 4)


def _tenth(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
