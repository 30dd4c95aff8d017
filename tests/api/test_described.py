"""The API against its own description: the committed document, and every route by schemathesis."""

import atexit
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path

import schemathesis
from builders import a_legend, reading_tools
from desk_builders import bearer, fill, session_of, tools_over
from hypothesis import HealthCheck, settings
from people_builders import SetClock
from schemathesis import Case
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    positive_data_acceptance,
)

from odyssee.actions.tools import Tools
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
    # The last two characters of a code are a check over the others.
    "POST /kiosk/v1/enrolments": [positive_data_acceptance],
}
"""Checks that are switched off, by operation, each with its reason."""

FOR_ADMINS = {
    # A body that is no JSON is a recorded walk: what that is, OpenAPI cannot say.
    "POST /admin/v1/legends/{slug}/simulation": [positive_data_acceptance, negative_data_rejection],
    # An end comes after its beginning, a reason is one line, and 3.0 is no whole number here.
    "POST /admin/v1/legends/{slug}/publication": [positive_data_acceptance],
    "POST /admin/v1/legends/{slug}/rollback": [positive_data_acceptance],
    "POST /admin/v1/legends/{slug}/preview": [positive_data_acceptance],
    # A remark has no control characters and something that can be read.
    "POST /admin/v1/legends/{slug}/review": [positive_data_acceptance],
    "POST /admin/v1/legends/{slug}/comments": [positive_data_acceptance],
    # The present password is known to its person alone.
    "POST /admin/v1/me/password": [positive_data_acceptance],
    # Whether mail can reach an address, a name has no hidden letters and an office is there:
    # rules that OpenAPI cannot say. tests/api/admin/test_bad_input.py covers them by hand.
    "POST /admin/v1/people": [positive_data_acceptance],
    "POST /admin/v1/offices": [positive_data_acceptance],
    "POST /admin/v1/tokens": [positive_data_acceptance],
    "POST /admin/v1/kiosks": [positive_data_acceptance],
    # A cursor is one that the list gave.
    "GET /admin/v1/people": [positive_data_acceptance],
    "GET /admin/v1/audit": [positive_data_acceptance],
    "GET /admin/v1/media": [positive_data_acceptance],
    "GET /admin/v1/kiosks": [positive_data_acceptance],
    "GET /admin/v1/legends/{slug}/history": [positive_data_acceptance],
    "GET /admin/v1/reports": [positive_data_acceptance],
    "GET /admin/v1/reports/summary": [positive_data_acceptance],
    # Days that are the wrong way round, or too many: rules between values.
    "GET /admin/v1/statistics": [positive_data_acceptance],
    # A time is of 1970 or later, an end comes after its beginning, a stretch has a length: rules
    # that OpenAPI cannot say. tests/api/admin/test_closures.py covers them by hand.
    "POST /admin/v1/legends/{slug}/closures": [positive_data_acceptance],
    # Which partners there are stands in the settings. tests/api/admin/test_services.py covers them.
    "POST /admin/v1/imports/geotrek": [positive_data_acceptance],
    "POST /admin/v1/imports/tourinsoft": [positive_data_acceptance],
    # Which keys a draft has, and which of them go together, stands in openapi/legende.schema.json.
    # tests/api/admin/test_drafts.py covers them by hand.
    "POST /admin/v1/legends": [positive_data_acceptance],
    "POST /admin/v1/legends/{slug}/stops": [positive_data_acceptance],
    # How many readings count, and how far they spread.
    "POST /admin/v1/legends/{slug}/stops/{stop}/survey": [positive_data_acceptance],
    # Whether a legend is there, and whether a file has the promised hash.
    "POST /admin/v1/media": [positive_data_acceptance],
    # Which length is too large stands in the settings; tus 1.0 has another version answered by 412.
    "POST /admin/v1/media/uploads": [positive_data_acceptance, negative_data_rejection],
    "PATCH /admin/v1/media/uploads/{upload_id}": [
        positive_data_acceptance,
        negative_data_rejection,
    ],
    "DELETE /admin/v1/media/uploads/{upload_id}": [negative_data_rejection],
}
"""As above, for calls of an admin."""
# Without `If-Match` a draft answers 428 (RFC 6585), before anything is looked for.
FOR_ADMINS |= {
    "PATCH /admin/v1/legends/{slug}": [missing_required_header, positive_data_acceptance],
    "PATCH /admin/v1/legends/{slug}/stops/{stop}": [
        missing_required_header,
        positive_data_acceptance,
    ],
    "DELETE /admin/v1/legends/{slug}": [missing_required_header],
    "DELETE /admin/v1/legends/{slug}/stops/{stop}": [missing_required_header],
    "PUT /admin/v1/legends/{slug}/order": [missing_required_header],
    # What is no line in GPX or GeoJSON is refused by hand, in tests/api/admin/test_draft_route.py.
    "PUT /admin/v1/legends/{slug}/route": [
        missing_required_header,
        positive_data_acceptance,
        negative_data_rejection,
    ],
    # One of two values, and not both: a rule that OpenAPI could only say in two bodies.
    "POST /admin/v1/legends/{slug}/undo": [missing_required_header, positive_data_acceptance],
}


schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")


@cache
def desk() -> Tools:
    """A desk that is filled when somebody first comes to it."""
    home = Path(tempfile.mkdtemp(prefix="odyssee-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    fill(home)
    return tools_over(home, SetClock())


APP = build_app(reading_tools(a_legend()), lambda: "2026-06-01T12:00:00Z", desk=desk)
SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", APP)
QUIETLY = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@SCHEMA.parametrize()
@settings(QUIETLY, max_examples=60)
def test_every_route_does_what_it_says(case: Case) -> None:
    left_out = SWITCHED_OFF.get(case.operation.label, [])
    case.call_and_validate(excluded_checks=left_out)


@SCHEMA.include(path_regex="^/admin/v1/").parametrize()
@settings(QUIETLY, max_examples=30)
def test_every_route_of_the_desk_does_for_an_admin_what_it_says(case: Case) -> None:
    left_out = FOR_ADMINS.get(case.operation.label, [])
    case.call_and_validate(
        excluded_checks=[*left_out, ignored_auth], headers=bearer(session_of(desk(), "admin"))
    )
