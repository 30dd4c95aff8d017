"""Drafts by the API: begun with a title, read and written alike, changed part by part."""

import json
from copy import deepcopy
from typing import Any

import pytest
from builders import a_legend, a_stop
from desk_builders import bearer, keep_published, person_called, session_of
from draft_builders import ANY, DRAFT, LEGENDS, Desk, keep_draft
from sqlalchemy import event
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools
from odyssee.content.writer import legend_yaml
from odyssee.db import audit, legends, revisions
from odyssee.domain.checks import MAX_STOPS
from odyssee.domain.drafts import MAX_DRAFT_BYTES, MAX_NARRATION, document_of

STOP = f"{DRAFT}/stops/etape-2"


@pytest.fixture
def editor(client: TestClient, tools: Tools) -> Desk:
    keep_draft(tools)
    return Desk(client, bearer(session_of(tools, "editor")))


@pytest.fixture
def teller(client: TestClient, tools: Tools) -> Desk:
    return Desk(client, bearer(session_of(tools, "contributor")))


def test_a_title_is_enough_to_begin_a_legend_and_a_stop(teller: Desk, tools: Tools) -> None:
    begun = teller.call("POST", LEGENDS, {"texts": {"fr": {"title": "L’Œuvre de l’Étang"}}})
    assert begun.status_code == 201
    assert begun.headers["location"] == f"{LEGENDS}/l-oeuvre-de-l-etang"
    legend = begun.json()
    assert legend["rights"]["text_author"] == "Office de Nogent"
    assert legend["rights"]["licence"] == "CC-BY-SA-4.0"
    assert (legend["duration_min"], legend["site_status"]) == (120, "provisional")
    assert legend["route"] == {"status": "sketch", "line": []}
    place = {"texts": {"fr": {"title": "Le gué"}}, "location": [0.9136112345, 48.27]}
    added = teller.call("POST", f"{begun.headers['location']}/stops", place)
    assert added.status_code == 201, added.text
    assert added.headers["location"].endswith("/l-oeuvre-de-l-etang/stops/le-gue")
    stop = added.json()
    assert stop["location"] == [0.9136112, 48.27]
    assert stop["zones"][0]["shape"]["coordinates"] == [0.9136112, 48.27]
    following = teller.call(
        "POST",
        f"{begun.headers['location']}/stops",
        {"slug": "la-porte", "texts": {"fr": {"title": "La porte"}}, "position": 1},
    )
    assert following.json()["location"] == stop["location"]
    order, _tag = teller.read(f"{begun.headers['location']}/order")
    assert order == {"stops": ["la-porte", "le-gue"]}
    with tools.desk.db.reading() as tx:
        assert legends.get_draft(tx, "l-oeuvre-de-l-etang").office == "nogent"
        entry = audit.list_entries(tx, "l-oeuvre-de-l-etang")[-1]
    assert (entry.who, entry.deed) == (person_called(tools, "contributor").id, "created")


def test_a_slug_that_is_taken_is_refused_and_a_title_finds_a_free_one(
    editor: Desk, tools: Tools
) -> None:
    taken = editor.call("POST", LEGENDS, {"slug": "dame-de-riants"})
    assert (taken.status_code, taken.json()["code"]) == (409, "slug_taken")
    with tools.desk.db.transaction() as tx:
        legends.archive_draft(tx, "dame-de-riants", tools.clock())
    assert editor.call("POST", LEGENDS, {"slug": "dame-de-riants"}).status_code == 409
    begun = editor.call("POST", LEGENDS, {"texts": {"fr": {"title": "Dame de Riants"}}})
    assert begun.json()["slug"] == "dame-de-riants-2"


def test_what_is_read_is_what_is_written(editor: Desk, tools: Tools) -> None:
    whole, tag = editor.read()
    assert whole == document_of(a_legend())
    bare = deepcopy({key: told for key, told in whole.items() if key != "cover"})
    for stop in bare["stops"]:
        stop["illustrations"] = []
    again = editor.call("POST", LEGENDS, {**bare, "slug": "copie"})
    assert again.status_code == 201, again.text
    assert {**again.json(), "slug": "x"} == {**bare, "cover": None, "slug": "x"}
    patch = {key: told for key, told in whole.items() if key != "stops"}
    assert editor.patch(DRAFT, patch, tag) == whole
    stop, stop_tag = editor.read(STOP)
    assert editor.patch(STOP, stop, stop_tag) == stop
    with tools.desk.db.reading() as tx:
        draft = legends.get_draft(tx, "dame-de-riants")
    assert draft.version == 1
    assert legend_yaml(draft.legend) == legend_yaml(a_legend())


def test_a_patch_merges_removes_and_replaces(editor: Desk) -> None:
    patch = {
        "texts": {"fr": {"title": "La Dame"}, "en": None, "de": {"title": "Die Dame"}},
        "cover": None,
        "themes": ["verger"],
        "practical": {"parking": True},
    }
    told = editor.patch(DRAFT, patch)
    assert told["texts"].keys() == {"fr", "de"}
    assert told["texts"]["fr"]["title"] == "La Dame"
    assert told["texts"]["fr"]["story"] == "Il était une fois."
    assert (told["cover"], told["themes"]) == (None, ["verger"])
    assert told["practical"] == {
        "parking": True,
        "toilets": None,
        "water": None,
        "way_back": None,
        "ascent_m": None,
    }


@pytest.mark.usefixtures("editor")
def test_a_merge_patch_may_say_so(client: TestClient, tools: Tools) -> None:
    mine = bearer(session_of(tools, "editor")) | ANY
    for kind, status in (("application/merge-patch+json; charset=utf-8", 200), ("text/plain", 415)):
        sent = client.patch(DRAFT, content=b'{"loop": true}', headers=mine | {"Content-Type": kind})
        assert sent.status_code == status


def test_two_curators_on_two_stops_do_not_collide(editor: Desk) -> None:
    parts = [f"{DRAFT}/stops/etape-{n}" for n in (1, 2)]
    tags = [editor.read(path)[1] for path in (*parts, f"{DRAFT}/order", DRAFT)]
    editor.patch(parts[0], {"texts": {"fr": {"text": "Une."}}}, tags[0])
    editor.patch(parts[1], {"texts": {"fr": {"text": "Deux."}}}, tags[1])
    sent = editor.call(
        "PUT", f"{DRAFT}/order", {"stops": ["etape-2", "etape-3", "etape-1"]}, If_Match=tags[2]
    )
    assert sent.status_code == 200
    editor.patch(DRAFT, {"loop": True}, tags[3])
    whole, _tag = editor.read()
    assert [stop["slug"] for stop in whole["stops"]] == ["etape-2", "etape-3", "etape-1"]
    assert whole["stops"][2]["texts"]["fr"]["text"] == "Une."


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", DRAFT, {"loop": True}),
        ("DELETE", DRAFT, None),
        ("PATCH", STOP, {"place_access": "ticket"}),
        ("DELETE", STOP, None),
        ("PUT", f"{DRAFT}/order", {"stops": ["etape-3", "etape-2", "etape-1"]}),
    ],
)
def test_a_change_names_the_version_it_was_made_of(
    editor: Desk, method: str, path: str, body: Any
) -> None:
    assert editor.call(method, path, body).status_code == 428
    stale = editor.call(method, path, body, If_Match='"autre"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    tag = editor.read(path)[1]
    assert editor.call(method, path, body, If_Match=f"W/{tag}").status_code == 412
    assert editor.call(method, path, body, If_Match=f'"x", {tag}').status_code in {200, 204}
    assert editor.call(method, path, body, If_Match=tag).status_code in {404, 412}


def test_a_change_gives_the_tag_of_the_next(editor: Desk) -> None:
    _stop, tag = editor.read(STOP)
    for text in ("D’abord.", "Ensuite.", "Enfin."):
        sent = editor.call("PATCH", STOP, {"texts": {"fr": {"text": text}}}, If_Match=tag)
        assert sent.status_code == 200
        assert sent.headers["etag"] != tag
        tag = sent.headers["etag"]
    assert editor.read(STOP)[1] == tag


def test_the_whole_has_a_tag_that_every_change_moves(editor: Desk) -> None:
    def whole() -> str:
        return str(editor.call("GET", DRAFT).headers["draft-etag"])

    tags = [whole()]
    changes = [
        ("PATCH", DRAFT, {"loop": True}),
        ("PATCH", STOP, {"place_access": "ticket"}),
        ("PUT", f"{DRAFT}/order", {"stops": ["etape-3", "etape-2", "etape-1"]}),
        ("DELETE", STOP, None),
    ]
    for method, path, body in changes:
        assert editor.call(method, path, body, If_Match="*").status_code in {200, 204}
        tags.append(whole())
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize(
    ("path", "body", "faults"),
    [
        (DRAFT, {"stops": []}, {"/stops": "stops_elsewhere"}),
        (DRAFT, {"slug": "autre"}, {"/slug": "slug_fixed"}),
        (DRAFT, {"loup": 1, "window": "3"}, {"/loup": "unknown_key", "/window": "wrong_type"}),
        (DRAFT, {"order": "random"}, {"/order": "not_allowed"}),
        (DRAFT, {"rights": None}, {"": "missing_key"}),
        (DRAFT, {"texts": {"FR!": {"title": "x"}}}, {"/texts/FR!": "language_invalid"}),
        (DRAFT, {"texts": {"fr": {"story": "<b>a</b>"}}}, {"/texts/fr/story": "raw_html"}),
        (DRAFT, {"texts": {"fr": {"title": "a\u0000b"}}}, {"/texts/fr/title": "bad_character"}),
        (DRAFT, {"route": {"line": [[2, 91]]}}, {"/route/line/0/1": "out_of_range"}),
        (DRAFT, {"route": {"line": [{"lon": 1, "lat": 2}]}}, {"/route/line/0": "wrong_type"}),
        (DRAFT, {"cover": {"file": "autre.svg"}}, {"/cover/file": "unknown_file"}),
        (DRAFT, {"duration_min": 10**16}, {"/duration_min": "out_of_range"}),
        (DRAFT, {"texts": {"fr": {"x" * 201: 1}}}, {"/texts/fr": "key_too_long"}),
        (DRAFT, [], {"": "wrong_type"}),
        (STOP, {"slug": "autre"}, {"/slug": "slug_fixed"}),
        (STOP, {"location": [2]}, {"/location": "wrong_type"}),
        (STOP, {"location": [181, 0]}, {"/location/0": "out_of_range"}),
        (STOP, {"zones": [{"id": "z"}]}, {"/zones/0": "missing_key"}),
        (
            STOP,
            {"zones": [{"id": "z", "shape": {"type": "Cube"}}]},
            {"/zones/0/shape/type": "not_allowed"},
        ),
        (
            STOP,
            {"illustrations": [{"file": "../../etc/passwd"}]},
            {"/illustrations/0/file": "unknown_file"},
        ),
        (STOP, {"texts": {"fr": {"text": "<script>x</script>"}}}, {"/texts/fr/text": "raw_html"}),
    ],
)
def test_what_no_draft_can_hold_is_refused_with_its_place(
    editor: Desk, path: str, body: Any, faults: dict[str, str]
) -> None:
    before = editor.read()
    assert editor.refused("PATCH", path, body) == faults
    assert editor.read() == before


@pytest.mark.parametrize(
    ("raw", "pointer", "code"),
    [
        (b'{"loop":', "", "bad_json"),
        (b'{"window": NaN}', "", "bad_json"),
        (b'{"window": 1e999}', "/window", "not_finite"),
        (b'{"themes": ["\\ud800"]}', "/themes/0", "bad_text"),
        (b'{"\\ud800": 1}', "", "bad_text"),
        (b'{"a":' * 30 + b"1" + b"}" * 30, "/a" * 25, "nested_too_deep"),
        (b"[" * 100_000, "", "bad_json"),
        (b'{"window": ' + b"9" * 5000 + b"}", "", "bad_json"),
        (b"\xff", "", "bad_json"),
    ],
)
@pytest.mark.usefixtures("editor")
def test_what_is_no_readable_json_is_refused(
    client: TestClient, tools: Tools, raw: bytes, pointer: str, code: str
) -> None:
    mine = bearer(session_of(tools, "editor")) | ANY | {"Content-Type": "application/json"}
    sent = client.patch(DRAFT, content=raw, headers=mine)
    assert sent.status_code == 422, sent.text
    told = {error["pointer"]: error["code"] for error in sent.json()["errors"]}
    assert told == {pointer: code}


def test_a_trail_takes_no_more_stops_than_it_may_have(client: TestClient, tools: Tools) -> None:
    keep_draft(tools, a_legend("dame-de-riants", MAX_STOPS))
    editor = Desk(client, bearer(session_of(tools, "editor")))
    assert editor.refused("POST", f"{DRAFT}/stops", {"slug": "de-trop"}) == {"": "too_many"}
    assert editor.patch(DRAFT, {"loop": True})["loop"]


def test_what_is_unfinished_is_kept(editor: Desk) -> None:
    told = editor.patch(
        DRAFT,
        {
            "duration_min": 1,
            "themes": ["Pas Encore Un Nom"],
            "commune": {"insee": ""},
            "texts": {"fr": {"title": "", "summary": "x" * 900}},
        },
    )
    assert told["themes"] == ["Pas Encore Un Nom"]
    stop = editor.patch(STOP, {"zones": [], "riddle": {"answer_ids": ["z"]}, "texts": {"en": None}})
    assert stop["zones"] == []


def test_a_draft_stays_within_bounds(editor: Desk) -> None:
    summary = "a " * (MAX_DRAFT_BYTES // 4)
    editor.patch(DRAFT, {"texts": {"fr": {"summary": summary}}})
    assert editor.refused("PATCH", DRAFT, {"texts": {"en": {"summary": summary}}}) == {
        "": "draft_too_large"
    }
    sent = editor.call("PATCH", DRAFT, {"texts": {"en": {"summary": summary * 3}}}, If_Match="*")
    assert sent.status_code == 413
    many = [document_of(a_stop(f"e{n}", illustrations=())) for n in range(65)]
    assert editor.refused("POST", LEGENDS, {"slug": "longue", "stops": many}) == {
        "/stops": "too_many"
    }


def test_a_narration_is_no_longer_than_a_voice_can_say(editor: Desk) -> None:
    editor.patch(STOP, {"texts": {"fr": {"text": "a" * MAX_NARRATION}}})
    too_long = {"texts": {"fr": {"text": "a" * (MAX_NARRATION + 1)}}}
    assert editor.refused("PATCH", STOP, too_long) == {"/texts/fr/text": "too_long"}


def test_a_story_is_no_longer_than_a_narration(editor: Desk) -> None:
    editor.patch(DRAFT, {"texts": {"fr": {"story": "<" * MAX_NARRATION}}})
    too_long = {"texts": {lang: {"story": "<" * (MAX_NARRATION + 1)} for lang in ("fr", "en")}}
    assert editor.refused("PATCH", DRAFT, too_long) == {
        "/texts/fr/story": "too_long",
        "/texts/en/story": "too_long",
    }


def test_a_new_legend_and_a_new_stop_are_read_as_strictly(editor: Desk) -> None:
    assert editor.refused("POST", LEGENDS, {}) == {"/slug": "missing"}
    assert editor.refused("POST", LEGENDS, {"slug": "Ça"}) == {"/slug": "slug_invalid"}
    assert editor.refused("POST", LEGENDS, {"slug": 3}) == {"/slug": "wrong_type"}
    stops = f"{DRAFT}/stops"
    assert editor.refused("POST", stops, {"position": 1}) == {"/slug": "missing"}
    assert editor.refused("POST", stops, {"slug": "x", "position": 5}) == {
        "/position": "out_of_range"
    }
    assert editor.refused("POST", stops, {"slug": "x", "position": True}) == {
        "/position": "wrong_type"
    }
    assert editor.refused("POST", stops, {"slug": "-x"}) == {"/slug": "slug_invalid"}
    taken = editor.call("POST", stops, {"slug": "etape-1"})
    assert (taken.status_code, taken.json()["code"]) == (409, "slug_taken")


@pytest.mark.parametrize(
    "stops",
    [[], ["etape-1", "etape-2"], ["etape-1", "etape-1", "etape-2"], ["a", "etape-1", "etape-2"]],
)
def test_an_order_is_exactly_the_set(editor: Desk, stops: list[str]) -> None:
    assert editor.refused("PUT", f"{DRAFT}/order", {"stops": stops}) == {"/stops": "not_the_set"}


def test_contributors_see_the_drafts_of_their_own_office_alone(
    editor: Desk, teller: Desk, tools: Tools
) -> None:
    keep_draft(tools, a_legend("la-notre"), "nogent")
    keep_draft(tools, a_legend("la-leur"), "thiron")
    for slug in ("dame-de-riants", "la-leur", "nulle-part", "Ça", "%00"):
        assert teller.call("GET", f"{LEGENDS}/{slug}").status_code == 404
        assert teller.call("PATCH", f"{LEGENDS}/{slug}", {}, If_Match="*").status_code == 404
        assert teller.call("GET", f"{LEGENDS}/{slug}/stops/etape-1").status_code == 404
    assert teller.patch(f"{LEGENDS}/la-notre", {"loop": True})["loop"] is True
    assert editor.patch(f"{LEGENDS}/la-leur", {"loop": True})["loop"] is True


def test_what_visitors_see_is_not_put_away(client: TestClient, tools: Tools) -> None:
    keep_published(tools, a_legend())
    editor = Desk(client, bearer(session_of(tools, "editor")))
    sent = editor.call("DELETE", DRAFT, If_Match="*")
    assert (sent.status_code, sent.json()["code"]) == (409, "still_published")
    with tools.desk.db.transaction() as tx:
        revisions.set_state(tx, "dame-de-riants", 1, "unpublished")
    assert editor.call("DELETE", DRAFT, If_Match="*").status_code == 204
    assert editor.call("GET", DRAFT).status_code == 404


def test_reading_takes_the_same_few_statements_however_long_the_trail(
    client: TestClient, tools: Tools
) -> None:
    editor = Desk(client, bearer(session_of(tools, "editor")))
    keep_draft(tools, a_legend("courte", 1))
    keep_draft(tools, a_legend("longue", 40))
    counts = []
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(tools.desk.db._engine, "before_cursor_execute", note)
    for slug in ("courte", "longue"):
        sent.clear()
        editor.read(f"{LEGENDS}/{slug}")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 7  # two of them know the caller


def test_problems_never_quote_what_was_sent(editor: Desk) -> None:
    marker = "zzmarqueurzz"
    sent = editor.call("PATCH", DRAFT, {"order": marker, "themes": {"x": marker}}, If_Match="*")
    assert sent.status_code == 422
    assert marker not in json.dumps(sent.json())


def test_the_tag_of_a_reading_outlives_other_peoples_stops_for_a_change_of_the_legend_alone(
    editor: Desk,
) -> None:
    tag = editor.read(DRAFT)[1]
    sent = editor.call("PATCH", STOP, {"place_access": "ticket"}, If_Match="*")
    assert sent.status_code == 200
    assert editor.read(DRAFT)[1] != tag
    assert editor.call("PATCH", DRAFT, {"loop": True}, If_Match=tag).status_code == 200
    assert editor.call("PATCH", DRAFT, {"loop": False}, If_Match=tag).status_code == 412
