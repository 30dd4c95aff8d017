"""Captions of a sound and the focal point of a picture, as an office gives them by the API."""

from typing import Any

import pytest
from desk_builders import bearer, session_of
from media_builders import MEDIA, a_png, a_wav, form_of
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools
from odyssee.actions.working import work_once

WRITTEN = "WEBVTT\n\nNOTE relu par Zoé\n\n00:00.100 --> 00:01.000\nL’Été & l’Huisne &amp; moi\n"
SOUND = a_wav(1.5)
CENTRED = {"x": 0.5, "y": 0.25}


@pytest.fixture
def mine(tools: Tools) -> dict[str, str]:
    return bearer(session_of(tools, "contributor"))


def bring(client: TestClient, mine: dict[str, str], data: bytes, **said: str) -> str:
    sent = client.post(MEDIA, headers=mine, **form_of(data, **said))
    assert sent.status_code == 202, sent.text
    return f"{MEDIA}/{sent.json()['id']}"


@pytest.fixture
def sound(client: TestClient, tools: Tools, mine: dict[str, str]) -> str:
    """The address of a sound that is ready."""
    address = bring(client, mine, SOUND, name="récit.wav", lang="fr")
    work_once(tools)
    return address


@pytest.fixture
def picture(client: TestClient, tools: Tools, mine: dict[str, str]) -> str:
    """The address of a picture that is ready."""
    address = bring(client, mine, a_png())
    work_once(tools)
    return address


def change(client: TestClient, mine: dict[str, str], address: str, **changes: Any) -> Any:
    tag = client.get(address, headers=mine).headers["etag"]
    return client.patch(address, json=changes, headers=mine | {"If-Match": tag})


def test_captions_of_an_office_are_kept_shown_and_given_back_to_the_letter(
    client: TestClient, mine: dict[str, str], sound: str
) -> None:
    before = client.get(sound, headers=mine).json()
    assert before["captions"] == f"{sound}/captions.vtt"
    empty = client.get(before["captions"], headers=mine)
    assert (empty.text, empty.headers["content-type"]) == ("WEBVTT\n\n", "text/vtt; charset=utf-8")
    changed = change(client, mine, sound, captions=WRITTEN)
    assert changed.status_code == 200, changed.text
    assert changed.json()["facts"]["captions_status"] == "edited"
    assert changed.json()["facts"]["cues"] == [
        {"start_s": 0.1, "end_s": 1.0, "text": "L’Été & l’Huisne & moi"}
    ]
    assert changed.json()["renditions"] == before["renditions"]
    sent = client.get(before["captions"], headers=mine)
    assert sent.text == WRITTEN
    assert sent.headers["x-content-type-options"] == "nosniff"
    assert sent.headers["content-security-policy"] == "sandbox"
    assert sent.headers["cache-control"] == "no-store"
    assert client.head(before["captions"], headers=mine).status_code == 200
    again = change(client, mine, sound, captions=WRITTEN)
    assert again.json()["version"] == changed.json()["version"]
    back = change(client, mine, sound, captions=None)
    assert back.json()["facts"]["captions_status"] == "estimated"
    assert client.get(before["captions"], headers=mine).text == "WEBVTT\n\n"


def test_other_words_leave_captions_and_captions_leave_other_words(
    client: TestClient, mine: dict[str, str], sound: str
) -> None:
    change(client, mine, sound, captions=WRITTEN)
    told = change(client, mine, sound, credit="Zoé").json()
    assert (told["credit"], told["facts"]["captions_status"]) == ("Zoé", "edited")
    told = change(client, mine, sound, captions=None).json()
    assert (told["credit"], told["facts"]["captions_status"]) == ("Zoé", "estimated")


def test_a_focal_point_is_kept_whenever_it_comes_and_taken_back(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    address = bring(client, mine, a_png())
    assert change(client, mine, address, focal=CENTRED).json()["focal"] == CENTRED
    work_once(tools)
    ready = client.get(address, headers=mine).json()
    assert (ready["state"], ready["focal"]) == ("ready", CENTRED)
    assert change(client, mine, address, focal={"x": 0, "y": 1}).json()["focal"]["y"] == 1
    back = change(client, mine, address, focal=None).json()
    assert (back["focal"], back["renditions"]) == (None, ready["renditions"])


def test_a_change_is_in_the_audit_and_needs_the_tag_of_what_was_read(
    client: TestClient, tools: Tools, mine: dict[str, str], sound: str
) -> None:
    body = {"captions": WRITTEN}
    assert client.patch(sound, json=body, headers=mine).status_code == 428
    assert client.patch(sound, json=body, headers=mine | {"If-Match": '"1"'}).status_code == 412
    assert change(client, mine, sound, **body).status_code == 200
    admin = bearer(session_of(tools, "admin"))
    last = client.get("/admin/v1/audit", headers=admin).json()["items"][0]
    assert (last["deed"], last["detail"]) == ("medium_changed", {"changed": ["captions"]})


@pytest.mark.parametrize(
    ("kind", "changes", "told"),
    [
        ("picture", {"captions": WRITTEN}, [("/captions", "sound_only")]),
        ("picture", {"captions": None}, [("/captions", "sound_only")]),
        ("sound", {"focal": CENTRED}, [("/focal", "picture_only")]),
        ("sound", {"focal": None}, [("/focal", "picture_only")]),
        ("picture", {"focal": {"x": -0.1, "y": 1.1}}, None),
        ("picture", {"focal": {"x": 0.1}}, [("/focal/y", "missing")]),
        ("picture", {"focal": [0.1, 0.2]}, [("/focal", "wrong_type")]),
        ("sound", {"captions": 3}, [("/captions", "wrong_type")]),
        ("sound", {"captions": ""}, [("/captions", "captions_not_webvtt")]),
        ("sound", {"captions": "WEBVTT" + " " * 200_000}, [("/captions", "too_long")]),
        (
            "sound",
            {"captions": WRITTEN + "\n00:01.000 --> 00:59.000\nTrop tard.\n"},
            [("/captions", "captions_too_late")],
        ),
        (
            "sound",
            {"captions": "WEBVTT\n\n0:1 --> 0:2\nUn.\n\n00:00.000 --> 00:01.000\n<b>\n"},
            [("/captions", "captions_bad_time"), ("/captions", "captions_markup")],
        ),
        ("sound", {"captions": WRITTEN + "\x00"}, [("/captions", "captions_bad_character")]),
        (
            "sound",
            {"captions": "?", "focal": None, "licence": "a\nb"},
            [
                ("/licence", "bad_character"),
                ("/captions", "captions_not_webvtt"),
                ("/focal", "picture_only"),
            ],
        ),
    ],
)
def test_what_will_not_do_is_told_with_a_pointer_and_a_sentence(
    request: pytest.FixtureRequest,
    client: TestClient,
    mine: dict[str, str],
    kind: str,
    changes: Any,
    told: list[tuple[str, str]] | None,
) -> None:
    address = request.getfixturevalue(kind)
    sent = change(client, mine, address, **changes)
    assert sent.status_code == 422, sent.text
    errors = sent.json()["errors"]
    expected = told or [("/focal/x", "out_of_range"), ("/focal/y", "out_of_range")]
    assert [(error["pointer"], error["code"]) for error in errors] == expected
    assert all("…" not in error["detail"] and "_" not in error["detail"] for error in errors)
    assert client.get(address, headers=mine).json()["version"] == 2


def test_a_fault_of_captions_says_its_line_in_the_language_that_is_asked_for(
    client: TestClient, mine: dict[str, str], sound: str
) -> None:
    sent = client.patch(
        f"{sound}?lang=en",
        json={"captions": WRITTEN + "\n00:01.000 --> 00:59.000\nTrop tard.\n"},
        headers=mine | {"If-Match": '"2"'},
    )
    assert sent.json()["errors"][0]["detail"].startswith("line 8: this caption ends after")


def test_captions_wait_until_the_length_of_the_sound_is_known(
    client: TestClient, mine: dict[str, str]
) -> None:
    address = bring(client, mine, SOUND, name="récit.wav")
    assert client.get(address, headers=mine).json()["captions"] is None
    assert client.get(f"{address}/captions.vtt", headers=mine).status_code == 404
    refused = change(client, mine, address, captions=WRITTEN)
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [
        ("/captions", "not_ready")
    ]
    assert change(client, mine, address, captions=None).status_code == 200


def test_captions_are_there_for_the_office_and_for_no_picture(
    client: TestClient, tools: Tools, mine: dict[str, str], sound: str, picture: str
) -> None:
    neighbour = bearer(session_of(tools, "neighbour"))
    assert client.get(f"{sound}/captions.vtt", headers=neighbour).status_code == 404
    assert client.get(f"{sound}/captions.vtt").status_code == 401
    assert client.get(f"{picture}/captions.vtt", headers=mine).status_code == 404
    assert client.get(f"{MEDIA}/{'a' * 20}/captions.vtt", headers=mine).status_code == 404
    assert client.get(f"{MEDIA}/x/captions.vtt", headers=mine).status_code == 404
