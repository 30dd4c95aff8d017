"""The engine in TypeScript: equal to this one to the bit, on every vector and on any walk."""

import base64
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from nodejs import deno, node, run
from noisy_walks import a_noisy_walk, forged_requests
from unit.proximity.test_vectors import FILES, play

from odyssee.domain.proximity import Fix, count_steps

WALKS = 200
FOLDER = Path(__file__).parents[3] / "odyssee" / "web" / "engine"
SERVED = FOLDER.parent / "static" / "engine"
RUNNER = FOLDER / "tests" / "run_vectors.ts"


def lines_of(printed: str) -> dict[str, str]:
    """By vector what the runner says of it, in TAP; nothing is said of it when all is well."""
    said: dict[str, str] = {}
    name = ""
    for line in printed.splitlines():
        if line.startswith(("ok ", "not ok ")):
            verdict, _, name = line.partition(" - ")
            said[name] = "" if verdict.startswith("ok") else "differs\n"
        elif name:
            said[name] += line + "\n"
    return said


def answered(case: dict[str, Any]) -> dict[str, Any]:
    """A walk with what Python answers, and how many steps it says beforehand."""
    for number, (request, answer) in enumerate(zip(case["requests"], play(case), strict=True)):
        fixes = [Fix(*row) for row in request["fixes"]]
        request["expect"] = answer
        request["costs"] = count_steps(fixes, begins=number == 0)
    return case


def walk_and_forgeries(seed: int) -> Iterator[dict[str, Any]]:
    """A noisy walk, and requests on its trail with tokens that somebody tampered with."""
    yield (case := answered(a_noisy_walk(seed)))
    answers = [request["expect"] for request in case["requests"]]
    tokens = [answer["progress"] for answer in answers if "error" not in answer]
    yield answered(forged_requests(case, tokens, seed))


@pytest.fixture(scope="module")
def walks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    cases = [case for seed in range(WALKS) for case in walk_and_forgeries(seed)]
    path = tmp_path_factory.mktemp("walks") / "walks.json"
    path.write_text(json.dumps(cases), encoding="utf-8")
    return path, cases


@pytest.fixture(scope="module")
def verdicts(walks: tuple[Path, list[dict[str, Any]]]) -> Mapping[str, str]:
    """What one run of Node says of every vector and every walk."""
    return lines_of(run([node(), RUNNER, *FILES, walks[0]], FOLDER))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_typescript_answers_as_the_vector_says(path: Path, verdicts: Mapping[str, str]) -> None:
    assert verdicts.get(path.stem, "not played") == ""


def test_typescript_answers_as_python_does_on_two_hundred_noisy_walks(
    verdicts: Mapping[str, str],
) -> None:
    played = {name: said for name, said in verdicts.items() if name.startswith("walks ")}
    assert len(played) == 2 * WALKS
    assert {name: said for name, said in played.items() if said} == {}


def test_the_noisy_walks_come_to_everything_that_can_happen(
    walks: tuple[Path, list[dict[str, Any]]],
) -> None:
    counts = Counter(happened for case in walks[1] for happened in _happenings(case))
    rare = {kind: counts[kind] for kind in _EVERYTHING if counts[kind] < 5}
    assert not rare


_EVERYTHING = (
    *("enter", "exit", "dwell", "approach", "play", "completed", "off_trail", "back_on_trail"),
    *("manual", "skipped", "queued", "suspect", "behind", "as many zones as fit"),
    *("progress_unreadable", "not_found", "here_implausible"),
)


def _happenings(case: dict[str, Any]) -> Iterator[str]:
    for request in case["requests"]:
        answer = request["expect"]
        if "error" in answer:
            yield answer["error"]
            continue
        yield from _in_token(answer["progress"])
        for event in answer["events"]:
            yield event["type"]
            yield from (key for key in ("manual", "skipped") if event[key])
            yield from ["queued"] * (event["after"] == "queued")


def _in_token(token: str) -> Iterator[str]:
    _, flags, _, zones = base64.urlsafe_b64decode(token[:8])[:4]
    yield from ["suspect"] * bool(flags & 4)
    yield from ["behind"] * bool(flags & 8)
    yield from ["as many zones as fit"] * (zones == 16)


def test_what_is_served_is_what_the_sources_make(tmp_path: Path) -> None:
    run([node(), FOLDER / "build.ts", tmp_path], FOLDER)
    made = {path.name: path.read_text("utf-8") for path in (tmp_path / "engine").iterdir()}
    served = {path.name: path.read_text("utf-8") for path in SERVED.iterdir()}
    assert "index.js" in made
    assert served == made, "run `node odyssee/web/engine/build.ts`"


def test_what_is_served_answers_as_the_vectors_say() -> None:
    verdicts = lines_of(run([node(), RUNNER, "--engine", SERVED, *FILES], FOLDER))
    assert len(verdicts) == len(FILES)
    assert not any(verdicts.values())


def test_typescript_refuses_what_no_vector_can_say() -> None:
    printed = run([node(), "--test", "--test-reporter=tap", "tests/refusals.test.ts"], FOLDER)
    verdicts = [line for line in printed.splitlines() if line.startswith(("ok ", "not ok "))]
    assert len(verdicts) >= 6
    assert [line for line in verdicts if line.startswith("not")] == []


def test_every_module_stands_beside_the_python_module_of_its_name() -> None:
    python = FOLDER.parents[1] / "domain" / "proximity"
    here = {path.stem for path in (FOLDER / "src").glob("*.ts")}
    assert {path.stem for path in python.glob("[!_]*.py")} <= here


def test_the_types_are_right_and_the_lines_are_formatted(tmp_path: Path) -> None:
    quiet = {"DENO_DIR": str(tmp_path), "DENO_NO_UPDATE_CHECK": "1", "NO_COLOR": "1"}
    checking = [deno(), "check", "--quiet", "--no-remote", "--no-npm"]
    assert (
        run(
            [*checking, "src/index.ts", RUNNER, "tests/refusals.test.ts", "build.ts"],
            FOLDER,
            **quiet,
        )
        == ""
    )
    formatting = [deno(), "fmt", "--quiet", "--check", "--line-width", "100"]
    assert run([*formatting, "src", "tests", "build.ts"], FOLDER, **quiet) == ""
