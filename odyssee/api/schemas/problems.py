"""Problems as RFC 9457 says them."""

from odyssee.api.schemas.bodies import Body


class FieldProblem(Body):
    """One fault of the request."""

    pointer: str
    """JSON pointer into the body, or the name of the parameter."""
    code: str
    detail: str


class ProblemOut(Body):
    """A problem; `errors` holds all faults of bad input."""

    type: str
    title: str
    status: int
    detail: str
    """In the asked language."""
    code: str
    """Stable, English."""
    errors: list[FieldProblem] | None = None
