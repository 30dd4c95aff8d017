"""The API against its own description: the committed document, and every route by schemathesis."""

import json
from pathlib import Path

import schemathesis
from builders import a_legend, reading_tools
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance

from odyssee.api.app import build_app
from odyssee.main import build_description

COMMITTED = Path(__file__).parents[2] / "openapi" / "odyssee.json"


def test_the_committed_description_is_the_apps() -> None:
    told = json.dumps(build_description().openapi(), ensure_ascii=False, indent=2) + "\n"
    assert COMMITTED.read_text() == told, "run `make openapi`"


def test_every_route_says_what_it_does() -> None:
    for path, operations in build_description().openapi()["paths"].items():
        for method, operation in operations.items():
            assert operation.get("summary"), f"{method} {path}"
            assert operation.get("description"), f"{method} {path}"


SWITCHED_OFF = {
    # `within_m` needs `near`, and a box's west is not east of its east: rules between values
    # that OpenAPI cannot say. tests/api/test_bad_input.py covers both by hand.
    "GET /v1/legends": [positive_data_acceptance],
}
"""Checks that are switched off, by operation, each with its reason."""

APP = build_app(reading_tools(a_legend()), lambda: "2026-06-01T12:00:00Z")
SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", APP)


@SCHEMA.parametrize()
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_route_does_what_it_says(case: Case) -> None:
    left_out = SWITCHED_OFF.get(case.operation.label, [])
    case.call_and_validate(excluded_checks=left_out)
