"""Media as an office brings, follows, describes and deletes them; a worker encodes them."""

from dataclasses import replace
from typing import Any

import pytest
from builders import NOON, a_legend
from desk_builders import bearer, session_of
from media_builders import MEDIA, a_png, a_wav, form_of, sha256
from people_builders import SetClock
from starlette.testclient import TestClient

from odyssee.actions.stowing import original_key, rendition_key
from odyssee.actions.tools import Tools
from odyssee.actions.working import work_once
from odyssee.db import legends, media
from odyssee.domain.media import cover_ref
from odyssee.domain.uploads import UploadLimits

WONDERFUL = "../../../etc/ L’Été à l’Œuvré 😀 " + "a" * 300 + ".png"


@pytest.fixture
def mine(tools: Tools) -> dict[str, str]:
    return bearer(session_of(tools, "contributor"))


def bring(client: TestClient, mine: dict[str, str], data: bytes, **said: str) -> Any:
    sent = client.post(MEDIA, headers=mine, **form_of(data, **said))
    assert sent.status_code in {200, 202}, sent.text
    return sent.json()


def get(client: TestClient, mine: dict[str, str], asset: Any) -> Any:
    sent = client.get(f"{MEDIA}/{asset['id']}", headers=mine)
    assert sent.status_code == 200, sent.text
    return sent.json()


def staged(tools: Tools) -> list[str]:
    return list(tools.desk.files.list_keys("staging/"))


def test_a_picture_is_taken_at_once_and_ready_once_a_worker_has_encoded_it(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    data = a_png()
    sent = client.post(MEDIA, headers=mine, **form_of(data))
    assert sent.status_code == 202, sent.text
    asset = sent.json()
    assert sent.headers["location"] == f"{MEDIA}/{asset['id']}"
    assert (asset["kind"], asset["state"], asset["renditions"]) == ("image", "processing", [])
    assert (asset["sha256"], asset["size_bytes"]) == (sha256(data), len(data))
    assert asset["office"] == "nogent"
    assert tools.desk.files.get(original_key(sha256(data))) == data
    assert staged(tools) == []
    job = client.get(f"/admin/v1/jobs/{asset['job']}", headers=mine).json()
    assert (job["kind"], job["state"], job["progress"]) == ("encode_medium", "queued", 0)
    work_once(tools)
    ready = get(client, mine, asset)
    assert (ready["state"], ready["reasons"]) == ("ready", [])
    assert (ready["facts"]["width"], ready["facts"]["height"]) == (64, 48)
    assert {made["type"] for made in ready["renditions"]} == {
        "image/avif",
        "image/webp",
        "image/jpeg",
    }
    job = client.get(f"/admin/v1/jobs/{asset['job']}", headers=mine).json()
    assert (job["state"], job["progress"], job["attempts"]) == ("done", 1, 1)


def test_a_recording_is_encoded_and_its_original_is_never_served(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    asset = bring(client, mine, a_wav(), name="récit.wav", lang="fr")
    work_once(tools)
    ready = get(client, mine, asset)
    assert ready["state"] == "ready", ready["reasons"]
    assert ready["lang"] == "fr"
    assert ready["facts"]["duration_s"] > 1
    assert ready["facts"]["captions_status"] == "estimated"
    assert not {"key", "encoded_key", "speech"} & set(ready["facts"])
    assert {made["type"] for made in ready["renditions"]} >= {"audio/mp4"}
    for sha in (asset["sha256"], ready["renditions"][0]["sha256"]):
        assert client.get(f"/v1/objects/{sha}").status_code == 404


def test_a_rendition_is_shown_to_the_office_bare_and_to_nobody_else(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    asset = bring(client, mine, a_png())
    work_once(tools)
    made = get(client, mine, asset)["renditions"][0]
    sent = client.get(made["src"], headers=mine)
    assert sent.status_code == 200
    assert sha256(sent.content) == made["sha256"]
    assert sent.headers["content-type"] == made["type"]
    assert sent.headers["x-content-type-options"] == "nosniff"
    assert sent.headers["content-security-policy"] == "sandbox"
    assert sent.headers["cache-control"] == "no-store"
    assert client.head(made["src"], headers=mine).headers["content-length"] == str(
        made["size_bytes"]
    )
    neighbour = bearer(session_of(tools, "neighbour"))
    assert client.get(made["src"], headers=neighbour).status_code == 404
    assert client.get(made["src"]).status_code == 401
    original = f"{MEDIA}/{asset['id']}/renditions/{asset['sha256']}"
    assert client.get(original, headers=mine).status_code == 404


def test_the_same_bytes_from_the_same_office_are_the_same_medium_and_no_new_work(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    first = bring(client, mine, a_png())
    work_once(tools)
    again = client.post(MEDIA, headers=mine, **form_of(a_png(), name="autre nom.png"))
    assert again.status_code == 200
    assert again.json()["id"] == first["id"]
    assert again.json()["state"] == "ready"
    assert work_once(tools) is None
    other = bearer(session_of(tools, "neighbour"))
    theirs = client.post(MEDIA, headers=other, **form_of(a_png()))
    assert theirs.status_code == 202
    assert theirs.json()["id"] != first["id"]
    before = {key: tools.desk.files.stat(key) for key in tools.desk.files.list_keys("renditions/")}
    work_once(tools)
    after = {key: tools.desk.files.stat(key) for key in tools.desk.files.list_keys("renditions/")}
    assert after == before  # the same key: nothing was encoded again


def test_a_name_is_data_and_never_a_path(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    asset = bring(client, mine, a_png(), name=WONDERFUL)
    assert asset["file_name"] == WONDERFUL[:300]
    work_once(tools)
    assert get(client, mine, asset)["state"] == "ready"
    keys = set(tools.desk.files.list_keys())
    assert all("etc" not in key and "aaa" not in key for key in keys)


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 422, "empty_file"),
        (b"%PDF-1.7 voici", 415, "unknown_medium"),
        (b"PK\x03\x04" + b"\0" * 2000, 415, "unknown_medium"),
        (b"#EXTM3U\n/etc/passwd\n", 415, "unknown_medium"),
        (b"GIF89a" + b"\0" * 2000, 415, "unknown_medium"),
        (b"<!DOCTYPE html><script>alert(1)</script>", 415, "unknown_medium"),
        (b"#!/bin/sh\nrm -rf /\n", 415, "unknown_medium"),
    ],
)
def test_what_can_be_no_medium_is_refused_at_once_and_leaves_nothing(
    client: TestClient, tools: Tools, mine: dict[str, str], data: bytes, status: int, code: str
) -> None:
    sent = client.post(MEDIA, headers=mine, **form_of(data))
    assert (sent.status_code, sent.json()["code"]) == (status, code), sent.text
    assert "…" not in sent.json()["detail"]
    assert list(tools.desk.files.list_keys()) == []
    assert client.get(MEDIA, headers=mine).json()["items"] == []


def test_what_only_looks_like_a_medium_is_refused_by_the_worker_with_its_reason(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    asset = bring(client, mine, b"\x89PNG\r\n\x1a\n" + b"\0" * 5000)
    work_once(tools)
    refused = get(client, mine, asset)
    assert refused["state"] == "refused"
    assert [reason["code"] for reason in refused["reasons"]]
    assert all(reason["text"] and "…" not in reason["text"] for reason in refused["reasons"])
    english = client.get(f"{MEDIA}/{asset['id']}?lang=en", headers=mine)
    assert english.headers["content-language"] == "en"
    assert english.json()["reasons"][0]["text"] != refused["reasons"][0]["text"]
    again = client.post(MEDIA, headers=mine, **form_of(b"\x89PNG\r\n\x1a\n" + b"\0" * 5000))
    assert (again.status_code, again.json()["state"]) == (200, "refused")


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"lang": "de"}, "/lang", "not_allowed"),
        ({"legend": "Pas Un Slug"}, "/legend", "bad_slug"),
        ({"legend": "inconnue"}, "/legend", "unknown_legend"),
        ({"sha256": "abc"}, "/sha256", "bad_sha256"),
        ({"autre": "x"}, "", "unknown_field"),
        ({"lang": "x" * 5000}, "", "bad_form"),
    ],
)
def test_what_is_said_of_a_file_is_checked(
    client: TestClient,
    tools: Tools,
    mine: dict[str, str],
    fields: dict[str, str],
    pointer: str,
    code: str,
) -> None:
    sent = client.post(MEDIA, headers=mine, **form_of(a_png(), **fields))
    assert sent.status_code == 422, sent.text
    assert [(e["pointer"], e["code"]) for e in sent.json()["errors"]] == [(pointer, code)]
    assert list(tools.desk.files.list_keys()) == []


def test_a_sender_that_knows_the_hash_is_told_when_other_bytes_came(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    wrong = client.post(MEDIA, headers=mine, **form_of(a_png(), sha256="0" * 64))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "checksum_mismatch")
    assert list(tools.desk.files.list_keys()) == []
    right = client.post(MEDIA, headers=mine, **form_of(a_png(), sha256=sha256(a_png())))
    assert right.status_code == 202


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"", 415),
        ("multipart/form-data; boundary=x", b"", 422),
        ("multipart/form-data; boundary=x", b"nothing of the kind", 422),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc\r\n--x--\r\n',
            422,
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + a_png(),
            422,
        ),
    ],
)
def test_a_body_that_is_no_whole_form_is_refused(
    client: TestClient,
    tools: Tools,
    mine: dict[str, str],
    content_type: str,
    body: bytes,
    status: int,
) -> None:
    sent = client.post(MEDIA, headers=mine | {"Content-Type": content_type}, content=body)
    assert sent.status_code == status, sent.text
    assert list(tools.desk.files.list_keys()) == []


def test_a_file_over_the_limit_and_an_office_that_is_full_are_told_their_limits(
    tools: Tools, mine: dict[str, str]
) -> None:
    from odyssee.api.app import build_app  # noqa: PLC0415 - a desk of other limits

    small = UploadLimits(max_file_bytes=1_000_000, office_bytes=1_500_000)
    tight = replace(tools, curation=replace(tools.desk, limits=small))
    app = build_app(tight, lambda: "2026-06-01T12:00:00Z", desk=lambda: tight)
    with TestClient(app, base_url="https://perche.example") as client:
        start = a_png()
        large = client.post(MEDIA, headers=mine, **form_of(start + b"\0" * 1_000_000))
        assert (large.status_code, large.json()["code"]) == (413, "file_too_large")
        first = client.post(MEDIA, headers=mine, **form_of(start + b"\0" * 900_000))
        assert first.status_code == 202
        second = client.post(MEDIA, headers=mine, **form_of(start + b"\1" * 900_000))
        assert (second.status_code, second.json()["code"]) == (409, "office_full")
        other = bearer(session_of(tools, "neighbour"))
        theirs = client.post(MEDIA, headers=other, **form_of(start + b"\1" * 900_000))
        assert theirs.status_code == 202
    assert staged(tools) == []


def test_a_medium_is_described_with_its_tag_and_deleted_only_when_nothing_uses_it(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    asset = bring(client, mine, a_png())
    work_once(tools)
    address = f"{MEDIA}/{asset['id']}"
    tag = client.get(address, headers=mine).headers["etag"]
    words = {"alt": {"fr": "La porte murée"}, "credit": "Zoé", "licence": "CC-BY-SA-4.0"}
    assert client.patch(address, json=words, headers=mine).status_code == 428
    stale = client.patch(address, json=words, headers=mine | {"If-Match": '"99"'})
    assert stale.status_code == 412
    changed = client.patch(address, json=words, headers=mine | {"If-Match": tag})
    assert changed.status_code == 200, changed.text
    assert {name: changed.json()[name] for name in words} == words
    with tools.desk.db.transaction() as tx:
        key = next(iter(media.list_used(tx)))
        legends.save_draft(tx, a_legend(), {cover_ref(): key}, NOON)
    used = client.delete(address, headers=mine | {"If-Match": changed.headers["etag"]})
    assert (used.status_code, used.json()["code"]) == (409, "medium_in_use")
    assert "dame-de-riants" in used.json()["errors"][0]["detail"]
    assert get(client, mine, asset)["used_by"] == [
        {"legend": "dame-de-riants", "place": "cover", "revision": None}
    ]
    with tools.desk.db.transaction() as tx:
        legends.save_draft(tx, a_legend(), {}, NOON)
    assert client.delete(address, headers=mine).status_code == 428
    gone = client.delete(address, headers=mine | {"If-Match": changed.headers["etag"]})
    assert gone.status_code == 204, gone.text
    assert client.get(address, headers=mine).status_code == 404
    admin = bearer(session_of(tools, "admin"))
    deeds = [e["deed"] for e in client.get("/admin/v1/audit", headers=admin).json()["items"]]
    assert deeds[:4] == ["medium_deleted", "medium_changed", "medium_ready", "medium_added"]


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"alt": {"de": "x"}}, "/alt/de/[key]", "not_allowed"),
        ({"alt": {"fr": "x" * 501}}, "/alt/fr", "too_long"),
        ({"alt": {"fr": "a\x00b"}}, "/alt/fr", "bad_character"),
        ({"credit": "x" * 201}, "/credit", "too_long"),
        ({"licence": "a\nb"}, "/licence", "bad_character"),
        ({"state": "ready"}, "/state", "unknown_field"),
    ],
)
def test_a_description_that_will_not_do_is_told(
    client: TestClient, mine: dict[str, str], changes: Any, pointer: str, code: str
) -> None:
    asset = bring(client, mine, a_png())
    sent = client.patch(f"{MEDIA}/{asset['id']}", json=changes, headers=mine | {"If-Match": '"1"'})
    assert sent.status_code == 422, sent.text
    assert [(e["pointer"], e["code"]) for e in sent.json()["errors"]] == [(pointer, code)]


def test_an_office_sees_its_own_media_page_by_page_and_an_admin_sees_all(
    client: TestClient, tools: Tools, clock: SetClock, mine: dict[str, str]
) -> None:
    brought = []
    for shade in range(3):
        brought.append(bring(client, mine, a_png(shade))["id"])
        clock.go(seconds=1)
    other = bearer(session_of(tools, "neighbour"))
    theirs = bring(client, other, a_png(9))["id"]
    first = client.get(f"{MEDIA}?limit=2", headers=mine).json()
    rest = client.get(f"{MEDIA}?limit=2&cursor={first['next']}", headers=mine).json()
    listed = [asset["id"] for asset in first["items"] + rest["items"]]
    assert listed == brought[::-1]
    assert rest["next"] is None
    assert [a["id"] for a in client.get(MEDIA, headers=other).json()["items"]] == [theirs]
    admin = bearer(session_of(tools, "admin"))
    assert len(client.get(MEDIA, headers=admin).json()["items"]) == 4
    assert client.get(f"{MEDIA}?kind=audio", headers=admin).json()["items"] == []
    assert client.get(f"{MEDIA}?cursor={theirs}", headers=mine).status_code == 422
    assert client.get(f"{MEDIA}?state=ailleurs", headers=mine).status_code == 422


def test_a_job_that_fails_says_why_in_words_and_a_medium_given_up_may_be_sent_again(
    client: TestClient, tools: Tools, clock: SetClock, mine: dict[str, str]
) -> None:
    asset = bring(client, mine, a_png())
    tools.desk.files.delete(original_key(asset["sha256"]))
    address = f"/admin/v1/jobs/{asset['job']}"
    work_once(tools)
    job = client.get(address, headers=mine).json()
    assert (job["state"], job["attempts"]) == ("queued", 1)
    assert job["retry_at"] is not None
    assert job["reason"]["code"] == "damaged"
    assert asset["sha256"] not in str(job)
    for _ in range(4):
        clock.go(seconds=300)
        work_once(tools)
    assert client.get(address, headers=mine).json()["state"] == "failed"
    refused = get(client, mine, asset)
    assert (refused["state"], refused["reasons"][0]["code"]) == ("refused", "gave_up")
    again = client.post(MEDIA, headers=mine, **form_of(a_png()))
    assert (again.status_code, again.json()["state"]) == (202, "processing")
    work_once(tools)
    assert get(client, mine, asset)["state"] == "ready"


def test_a_medium_that_is_deleted_while_its_job_waits_is_left_alone(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    asset = bring(client, mine, a_png())
    gone = client.delete(f"{MEDIA}/{asset['id']}", headers=mine | {"If-Match": '"1"'})
    assert gone.status_code == 204
    job = work_once(tools)
    assert job is not None
    assert job.state == "done"
    assert not [key for key in tools.desk.files.list_keys() if key.startswith(rendition_key(""))]


@pytest.mark.parametrize("name", ["x", "0" * 19, "-1", "%00", "1e3"])
def test_a_job_that_is_none_is_not_there(
    client: TestClient, mine: dict[str, str], name: str
) -> None:
    assert client.get(f"/admin/v1/jobs/{name}", headers=mine).status_code == 404
