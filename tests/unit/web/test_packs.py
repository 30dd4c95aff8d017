"""Taking legends along, in TypeScript: its own tests, and what a phone tells from a pack."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import NOON, a_legend, a_legend_text, a_stop, plan_of, publish_into, reading_tools
from nodejs import deno, node, run

from odyssee.api.public.library import to_json
from odyssee.api.public.shapes import legend_shape, summary_shape
from odyssee.domain.canonical import canonical
from odyssee.domain.legends import Legend
from odyssee.files.memory import MemoryStore
from odyssee.web.assets import STATIC

Document = dict[str, Any]
FOLDER = STATIC.parent / "packs"
COMPOSE = Path(__file__).with_name("compose_legend.mjs")


@pytest.mark.parametrize("name", ["planning", "answers", "taking"])
def test_its_own_tests_pass(name: str) -> None:
    command = [node(), "--test", "--test-reporter=tap", f"tests/{name}.test.ts"]
    printed = run(command, FOLDER)
    verdicts = [line for line in printed.splitlines() if line.startswith(("ok ", "not ok "))]
    assert len(verdicts) >= 5, printed
    assert [line for line in verdicts if line.startswith("not")] == [], printed


def test_what_is_served_is_what_the_sources_make(tmp_path: Path) -> None:
    run([node(), FOLDER.parent / "engine" / "build.ts", tmp_path], FOLDER)
    made = {path.name: path.read_text("utf-8") for path in (tmp_path / "packs").iterdir()}
    served = {path.name: path.read_text("utf-8") for path in (STATIC / "packs").iterdir()}
    assert {"index.js", "loader.js", "worker.js"} <= set(made)
    assert served == made, "run `make engine`"


def test_the_types_are_right_and_the_lines_are_formatted(tmp_path: Path) -> None:
    quiet = {"DENO_DIR": str(tmp_path), "DENO_NO_UPDATE_CHECK": "1", "NO_COLOR": "1"}
    sources = [*sorted(FOLDER.glob("src/*.ts")), *sorted(FOLDER.glob("tests/*.ts"))]
    checking = [deno(), "check", "--quiet", "--no-remote", "--no-npm"]
    assert run([*checking, *sources], FOLDER, **quiet) == ""
    formatting = [deno(), "fmt", "--quiet", "--check", "--line-width", "100"]
    assert run([*formatting, "src", "tests"], FOLDER, **quiet) == ""


CLOSURES = (
    {
        "legend": "dame-de-riants",
        "stop": "etape-2",
        "from": "2026-06-01T08:00:00Z",
        "to": None,
        "kind": "flood",
        "text": {"fr": "L’Huisne déborde.", "en": "The Huisne is in flood."},
    },
    {
        "legend": "dame-de-riants",
        "from": "2026-01-01T00:00:00Z",
        "to": "2026-02-01T00:00:00Z",
        "kind": "hunting",
        "text": {"fr": "Battue à Rougemont."},
    },
)
ONLY_FRENCH = replace(
    a_legend(), stops=(a_stop("étang", 0, texts={"fr": a_stop("x").texts["fr"]}), a_stop("porche"))
)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    "legend",
    [a_legend(), a_legend(texts={"fr": a_legend_text("L’Herbage-Œuvré")}), ONLY_FRENCH],
    ids=["two languages", "French alone", "a stop in French alone"],
)
def test_a_phone_says_of_a_legend_what_the_server_said(
    legend: Legend, lang: str, tmp_path: Path
) -> None:
    store = MemoryStore()
    publish_into(store, legend, revision=7, closures=CLOSURES)
    catalogue = reading_tools(store=store).shelf.current()
    known = catalogue.get_legend(legend.slug)
    spoken = lang if lang in legend.languages else "fr"
    told = json.loads(to_json(legend_shape(catalogue, known, spoken, NOON.date())))
    listed = json.loads(to_json(summary_shape(catalogue, known, spoken, NOON.date())))

    composed = compose(legend, told, lang, tmp_path)
    assert composed == {"legend": told, "summary": listed}


def compose(legend: Legend, told: Document, lang: str, folder: Path) -> Document:
    """What the phone composes, who holds the whole pack and has seen the answer once."""
    plan, _ = plan_of(legend, told["revision"])
    files = {
        name: json.loads(plan.documents[file["sha256"]])
        for name, file in plan.manifest["files"].items()
        if name.endswith(".json")
    }
    manifest = canonical(plan.manifest).decode()
    case = {"manifest": manifest, "files": files, "told": told, "lang": lang}
    path = folder / "case.json"
    path.write_text(json.dumps(case), "utf-8")
    composed: Document = json.loads(run([node(), COMPOSE, STATIC.as_uri(), path], folder))
    return composed
