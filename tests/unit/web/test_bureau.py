"""The desk's page before a browser runs it: two languages alike, and all that it loads is named."""

import json
import re
from typing import Any

import pytest
from nodejs import node, run
from starlette.applications import Starlette
from starlette.testclient import TestClient

from odyssee.web.assets import STATIC
from odyssee.web.bureau import PAGES, WORDS
from odyssee.web.pages import build_pages

SHAPE = """
globalThis.document = { documentElement: { lang: process.argv[1] } };
const { words } = await import(process.argv[2]);
const shapeOf = (told) => typeof told === "object"
  ? Object.fromEntries(Object.entries(told).map(([name, value]) => [name, shapeOf(value)]))
  : typeof told;
process.stdout.write(JSON.stringify(shapeOf(words)));
"""


def page(lang: str, name: str = "connexion", *, bureau: bool = True) -> Any:
    routes = build_pages(lambda _slug, _stop: 200, "https://odyssee.example", bureau=bureau)
    return TestClient(Starlette(routes=routes)).get(
        f"/bureau/{name}", headers={"Accept-Language": lang}
    )


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("asked", "spoken"), [("fr", "fr"), ("en-GB", "en"), ("de", "fr")])
def test_it_speaks_the_asked_language_else_french(asked: str, spoken: str, name: str) -> None:
    sent = page(asked, name)
    assert sent.status_code == 200
    assert sent.headers["content-language"] == spoken
    assert f'<html lang="{spoken}">' in sent.text
    assert WORDS[spoken][name] in sent.text


@pytest.mark.parametrize(("name", "script"), PAGES.items())
def test_it_names_every_module_that_its_script_loads(name: str, script: str) -> None:
    named = set(re.findall(r'modulepreload" href="/static/\w+/(\w+\.js)"', page("fr", name).text))
    loaded, waiting = set(), [script]
    while waiting:
        name = waiting.pop()
        loaded.add(name)
        found = re.findall(r'from "\./(\w+\.js)"', (STATIC / name).read_text("utf-8"))
        waiting += [each for each in found if each not in loaded]
    assert named == loaded


def test_nothing_in_it_runs_but_files_of_ours() -> None:
    text = page("fr").text
    assert re.findall(r"<script(?! type=\"module\" src=\"/static/)", text) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", text) == []


def test_a_server_without_a_desk_has_no_page_of_it() -> None:
    assert page("fr", bureau=False).status_code == 404


@pytest.mark.parametrize(
    "module",
    [
        "./bureau_strings.js",
        "./bureau_draft_strings.js",
        "./bureau_media_strings.js",
        "./strings.js",
    ],
)
def test_both_languages_have_words_for_the_same(module: str) -> None:
    assert WORDS["fr"].keys() == WORDS["en"].keys()
    shapes = [
        json.loads(run([node(), "--input-type=module", "-e", SHAPE, lang, module], STATIC))
        for lang in ("fr", "en")
    ]
    assert shapes[0] == shapes[1]
    assert len(shapes[0]) > 50
