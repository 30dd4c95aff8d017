"""From a screen to a phone: the QR code of a legend's page."""

from io import BytesIO

import pytest
import segno
from starlette.applications import Starlette
from starlette.testclient import TestClient

from odyssee.web.pages import build_pages

CODE = "/legends/dame-de-riants/qr.svg"


def client_of(public_url: str, status: int = 200) -> TestClient:
    return TestClient(Starlette(routes=build_pages(lambda _slug, _stop: status, public_url)))


def test_the_code_names_the_page_on_the_server_that_phones_reach() -> None:
    sent = client_of("https://odyssee.example").get(CODE)
    assert sent.headers["content-type"] == "image/svg+xml"
    wanted = BytesIO()
    code = segno.make_qr("https://odyssee.example/legends/dame-de-riants", error="m")
    code.save(wanted, kind="svg", scale=8, border=4, dark="#000", light="#fff", xmldecl=False)
    assert sent.content == wanted.getvalue()
    again = client_of("https://odyssee.example").get(
        CODE, headers={"If-None-Match": sent.headers["etag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize("status", [404, 410])
def test_a_legend_that_is_not_there_has_none(status: int) -> None:
    assert client_of("https://odyssee.example", status).get(CODE).status_code == status


@pytest.mark.parametrize("address", ["http://localhost:8000", "http://127.0.0.1:8080"])
def test_no_phone_is_sent_to_itself(address: str) -> None:
    assert client_of(address).get(CODE).status_code == 204
