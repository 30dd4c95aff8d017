"""When a zone is entered and left, told as walks in metres."""

from types import SimpleNamespace

from odyssee.domain.proximity import follow

AN_EDGE = ("enter", "exit")


def test_pacing_on_the_edge_wakes_the_stop_once(tell: SimpleNamespace) -> None:
    metres = [*range(80, 5, -1), *[27, 33] * 10, *range(33, 90)]
    trail = tell.a_trail(tell.a_stop(radius_m=30))
    assert tell.kinds(follow(trail, tell.fixes_at(metres), None), *AN_EDGE) == ["enter", "exit"]


def test_a_walk_past_the_zone_wakes_nothing(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(tell.a_stop(y=60, radius_m=30))
    told = follow(trail, tell.fixes_at(tell.steps(-150, 150)), None)
    assert tell.kinds(told) == ["approach"]


def test_a_stop_is_announced_once_before_it_is_entered(tell: SimpleNamespace) -> None:
    told = follow(tell.a_trail(), tell.fixes_at(tell.steps(-400, 100)), None)
    assert tell.kinds(told) == ["approach", "enter", "completed", "play", "exit"]
    approach = told.events[0]
    assert approach.fix is not None
    told_at = -400 + 1.3 * approach.fix
    assert -30 - 150 - 2.45 * 8 / 1.51 < told_at <= -30 - 150  # surer of the place than one fix is


def test_an_event_names_stop_zone_time_and_the_fix_that_decided(tell: SimpleNamespace) -> None:
    fixes = tell.fixes_at(tell.steps(-60, 0))
    enter = next(e for e in follow(tell.a_trail(), fixes, None).events if e.type == "enter")
    assert (enter.stop, enter.zone, enter.manual) == ("porte-muree", "z1", False)
    assert enter.fix is not None
    assert enter.at_s == fixes[enter.fix].at_s


def test_the_fix_of_an_event_is_its_index_in_a_shuffled_request(tell: SimpleNamespace) -> None:
    fixes = tell.fixes_at(tell.steps(-60, 0))
    shuffled = fixes[1::2] + fixes[0::2]
    in_order = follow(tell.a_trail(), fixes, None)
    told = follow(tell.a_trail(), shuffled, None)
    assert [e.id for e in told.events] == [e.id for e in in_order.events]
    for event in told.events:
        assert event.fix is not None
        assert shuffled[event.fix].at_s == event.at_s


def test_a_worse_receiver_needs_more_evidence(tell: SimpleNamespace) -> None:
    def waited_s(accuracy_m: float) -> float:
        fixes = tell.fixes_at([0.0] * 30, accuracy_m=accuracy_m)
        events = follow(tell.a_trail(), fixes, None).events
        return next(e.at_s for e in events if e.type == "enter") - tell.start_s

    assert [waited_s(5), waited_s(15), waited_s(30), waited_s(60)] == [3.0, 5.0, 5.0, 11.0]


def test_a_gap_of_half_a_minute_is_walked_in_thought(tell: SimpleNamespace) -> None:
    told = follow(tell.a_trail(), tell.fixes_at([-40, -10, 10, 40], every_s=25), None)
    assert told.steps == 3 * 13
    assert "enter" in tell.kinds(told)


def test_after_a_long_gap_nobody_knows_the_way_between(tell: SimpleNamespace) -> None:
    told = follow(tell.a_trail(), tell.fixes_at([-100, 100], every_s=70), None)
    assert told.steps == 1
    assert "enter" not in tell.kinds(told)


def test_a_long_rest_inside_wakes_the_stop_once(tell: SimpleNamespace) -> None:
    quiet = [tell.a_fix(40 + 600 * n, 2.0) for n in range(1, 6)]
    fixes = [*tell.fixes_at(tell.steps(-60, 0)), *quiet]
    assert tell.kinds(follow(tell.a_trail(), fixes, None), *AN_EDGE) == ["enter"]


def test_dwelling_is_told_once_an_entry(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(tell.a_stop(dwell_s=60))
    told = follow(trail, tell.fixes_at([0.0] * 200), None)
    enter, dwell = (e for e in told.events if e.type in ("enter", "dwell"))
    assert dwell.at_s - enter.at_s == 60


def test_passing_through_is_no_dwelling(tell: SimpleNamespace) -> None:
    trail = tell.a_trail(tell.a_stop(dwell_s=120))
    assert "dwell" not in tell.kinds(follow(trail, tell.fixes_at(tell.steps(-80, 120)), None))


def test_the_zone_that_one_is_in_wins_ties(tell: SimpleNamespace) -> None:
    a, b = tell.a_stop("a", 0, radius_m=60), tell.a_stop("b", 20, radius_m=60)
    told = follow(tell.a_trail(a, b), tell.fixes_at(tell.steps(-120, 0)), None)
    assert tell.stops_of(told, "enter") == ["a"]


def test_a_zone_that_came_second_does_not_push_the_first_out_with_old_evidence(
    tell: SimpleNamespace,
) -> None:
    a, b = tell.a_stop("a", -10, radius_m=60), tell.a_stop("b", 6, radius_m=60)
    told = follow(
        tell.a_trail(a, b, order="free"), tell.fixes_at([0.0] * 60, accuracy_m=60.0), None
    )
    assert [(e.type, e.stop) for e in told.events if e.type in AN_EDGE] == [("enter", "b")]


def test_walking_on_into_the_next_zone_of_the_layer_leaves_the_first(
    tell: SimpleNamespace,
) -> None:
    a, b = tell.a_stop("a", 0, radius_m=30), tell.a_stop("b", 40, radius_m=30)
    told = follow(tell.a_trail(a, b), tell.fixes_at(tell.steps(-80, 40)), None)
    edges = [(e.type, e.stop) for e in told.events if e.type in AN_EDGE]
    assert edges == [("enter", "a"), ("exit", "a"), ("enter", "b")]


def test_zones_of_two_layers_hold_the_walker_together(tell: SimpleNamespace) -> None:
    hall = tell.a_stop("salle", radius_m=80, layer="ambiance")
    told = follow(
        tell.a_trail(hall, tell.a_stop("âtre", radius_m=30)),
        tell.fixes_at(tell.steps(-150, 0)),
        None,
    )
    edges = [(e.type, e.stop) for e in told.events if e.type in AN_EDGE]
    assert edges == [("enter", "salle"), ("enter", "âtre")]


def test_a_corridor_wakes_along_its_line(tell: SimpleNamespace) -> None:
    zone = tell.a_stop().zones[0]
    along = type(zone)(id="z1", shape=tell.a_line((0, -300), (0, 0), (300, 0)), radius_m=20)
    trail = tell.a_trail(tell.a_stop("allée", zones=(along,)))
    fixes = tell.fixes_at(tell.steps(-100, 420), y=2.0)
    enter, leave = (e for e in follow(trail, fixes, None).events if e.type in AN_EDGE)
    assert enter.fix is not None
    assert leave.fix is not None
    assert -20 < -100 + 1.3 * enter.fix < 0
    assert 320 < -100 + 1.3 * leave.fix < 365


def test_a_polygon_does_not_wake_in_its_hole(tell: SimpleNamespace) -> None:
    square = [(-100, -100), (100, -100), (100, 100), (-100, 100)]
    pond = [(-60, -60), (60, -60), (60, 60), (-60, 60)]
    zone = type(tell.a_stop().zones[0])(id="z1", shape=tell.a_polygon(square, pond))
    trail = tell.a_trail(tell.a_stop("étang", zones=(zone,)))
    assert "enter" not in tell.kinds(follow(trail, tell.fixes_at([0.0] * 60), None))
    assert "enter" in tell.kinds(follow(trail, tell.fixes_at([80.0] * 60), None))
