"""The pages' statuses, without a browser."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from odyssee.web.pages import build_pages


@pytest.mark.parametrize("status", [200, 404, 410])
def test_a_page_has_the_status_of_its_legend_and_words_for_it(status: int) -> None:
    client = TestClient(
        Starlette(routes=build_pages(lambda _slug, _stop: status, "https://odyssee.example"))
    )
    for path in ("/legends/dame-de-riants", "/legends/dame-de-riants/stops/porte-muree"):
        page = client.get(path, headers={"Accept-Language": "en"})
        assert page.status_code == status
        assert page.headers["content-language"] == "en"
        assert ("See all the legends" in page.text) == (status != 200)
