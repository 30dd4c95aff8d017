"""Recorded phones: three walks in town with their true tracks, and a phone that lay still.

The files are MobilityNet's (BSD-3-Clause), in the shared data; what each holds
stands in `SOURCES.md` beside them. Stops are virtual: each 120 m along the
planned path, shifted in steps of 15 m so that eight layouts share one record.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from odyssee.domain.geo import LonLat, Projection, projection_at
from triggering.course import (
    Course,
    FloatArray,
    Readings,
    Track,
    Walk,
    along,
    beside,
    distances,
    milestones,
)

_NAME = "mobilitynet_{}.json"
TRACES = {
    "walk_back_from_bus_2, iPhone, each 1 s": _NAME.format("walk_back_from_bus_2_ios-2"),
    "walk_urban_university_11, Android, each 5 s": _NAME.format(
        "walk_urban_university_11_android-3"
    ),
    "walk_to_caltrain_0, iPhone, each 6.5 s": _NAME.format("walk_to_caltrain_0_ios-3"),
}
STILL = _NAME.format("stationary_ios-1")
APART_M = 120.0
LAYOUTS = 8
DECOY_ASIDE_M = 60.0
CLEAR_M = 50.0
"""A decoy that the bends of the path bring nearer than this is on the other side, or left out."""
STILL_BEARINGS = 8
LAGS_S = np.arange(-40.0, 40.5, 0.5)
GOOD_ACCURACY_M = 20.0


@dataclass(frozen=True)
class Record:
    """A trace in local metres."""

    line: FloatArray
    track: Track
    readings: Readings
    projection: Projection


def are_there(folder: Path) -> bool:
    """Whether the folder holds all four files."""
    return all((folder / name).is_file() for name in (*TRACES.values(), STILL))


@cache
def read(file: Path) -> Record:
    """Read a trace; a phone that lay still has a path and a track of one place."""
    document: dict[str, Any] = json.loads(file.read_text())
    fixes = np.array(document["fixes"], dtype=np.float64)
    fixes = fixes[np.argsort(fixes[:, 0], kind="stable")]
    origin = LonLat(float(np.median(fixes[:, 1])), float(np.median(fixes[:, 2])))
    projection = projection_at(origin)
    readings = Readings(
        at_s=fixes[:, 0],
        xy=_to_xy(fixes[:, 1:3], projection),
        accuracy_m=fixes[:, 3],
        speed_mps=fixes[:, 4],
        heading_deg=fixes[:, 5],
    )
    if "reference_track" not in document:
        good = readings.xy[readings.accuracy_m <= GOOD_ACCURACY_M]
        still = np.repeat(np.median(good, axis=0)[None, :], 2, axis=0)
        return Record(still, Track(readings.at_s[[0, -1]], still), readings, projection)
    reference = np.array(document["reference_track"], dtype=np.float64)
    track = Track(reference[:, 0], _to_xy(reference[:, 1:], projection))
    line = _to_xy(np.array(document["ground_truth_polyline"], dtype=np.float64), projection)
    return Record(line, track, readings, projection)


def _to_xy(lonlat: FloatArray, projection: Projection) -> FloatArray:
    m_per_deg = np.array([projection.m_per_deg_lon, projection.m_per_deg_lat])
    xy: FloatArray = (lonlat - np.array(projection.origin)) * m_per_deg
    return xy


def aligned(record: Record) -> Record:
    """The same with the true track's clock set by the fixes: moved to where they fit it best.

    One reference runs about 20 s behind its phone, although no phone knows where its
    walker will be; what looks early there is not the rule's doing.
    """
    misfit_m = [float(np.median(_apart(record, lag_s))) for lag_s in LAGS_S]
    lag_s = float(LAGS_S[int(np.argmin(misfit_m))])
    return replace(record, track=Track(record.track.at_s + lag_s, record.track.xy))


def _apart(record: Record, lag_s: float) -> FloatArray:
    then_s = record.readings.at_s - lag_s
    track = record.track
    x, y = (np.interp(then_s, track.at_s, axis) for axis in track.xy.T)
    apart: FloatArray = np.hypot(record.readings.xy[:, 0] - x, record.readings.xy[:, 1] - y)
    return apart


def layouts(record: Record, radius_m: float) -> Iterator[Course]:
    """Virtual stops on the planned path and decoys beside it, shifted eight times."""
    length_m = milestones(record.line)[-1]
    for shift in range(1, LAYOUTS + 1):
        stops_m = np.arange(shift * APART_M / LAYOUTS, length_m, APART_M)
        decoys = list(_decoys(record, stops_m[:-1] + APART_M / 2.0))
        passed_m = np.concatenate([stops_m, [at_m for at_m, _ in decoys]])
        centres = np.concatenate([along(record.line, stops_m), *(c[None, :] for _, c in decoys)])
        order = np.argsort(passed_m, kind="stable")
        yield Course(
            line=record.line,
            places=centres[order],
            is_decoy=order >= len(stops_m),
            radius_m=radius_m,
            projection=record.projection,
        )


def _decoys(record: Record, at_metres: FloatArray) -> Iterator[tuple[float, FloatArray]]:
    """Left and right by turns, where neither the plan nor the true track comes near."""
    planned = along(record.line, np.arange(0.0, milestones(record.line)[-1], 2.0))
    ways = np.concatenate([planned, record.track.xy])
    for number, at_m in enumerate(at_metres.tolist()):
        left = 1.0 if number % 2 == 0 else -1.0
        for side in (left, -left):
            centre = beside(record.line, at_m, side * DECOY_ASIDE_M)
            if distances(centre[None, :], ways).min() >= CLEAR_M:
                yield at_m, centre
                break


def walks(record: Record, radius_m: float, every_s: float, phases: int) -> Iterator[Walk]:
    """Every layout with every phase of thinning; `every_s` 0 leaves the fixes as recorded."""
    times = record.readings.at_s
    recorded_s = (float(times[0]), float(times[-1]))
    thinned = [record.readings]
    if every_s:
        thinned = [_thin(record.readings, every_s, n / phases) for n in range(phases)]
    for course in layouts(record, radius_m):
        for readings in thinned:
            yield Walk(course, record.track, readings, recorded_s)


def _thin(readings: Readings, every_s: float, phase: float) -> Readings:
    """The first fix of each span of so many seconds, the spans shifted by a share of one."""
    span = np.floor((readings.at_s - readings.at_s[0]) / every_s + phase)
    kept = np.ones(len(span), dtype=np.bool_)
    kept[1:] = span[1:] != span[:-1]
    return readings.only(kept)


def lying_still(record: Record, radius_m: float, away_m: float) -> Iterator[Walk]:
    """One zone around the phone, or zones beside it in eight directions, each by itself."""
    here = record.line[0]
    times = record.readings.at_s
    turns = np.arange(STILL_BEARINGS if away_m else 1) * 2.0 * np.pi / STILL_BEARINGS
    for turn in turns.tolist():
        centre = here + away_m * np.array([np.cos(turn), np.sin(turn)])
        course = Course(
            line=record.line,
            places=centre[None, :],
            is_decoy=np.array([away_m > 0.0]),
            radius_m=radius_m,
            projection=record.projection,
        )
        yield Walk(course, record.track, record.readings, (float(times[0]), float(times[-1])))
