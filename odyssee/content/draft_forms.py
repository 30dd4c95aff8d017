"""Drafts from JSON: the same forms as those of the files, the words in their places."""

from typing import Any, TypeVar

from odyssee.content.forms import Form
from odyssee.domain.errors import refuse
from odyssee.domain.legends import Legend
from odyssee.domain.stops import Stop

T = TypeVar("T")

_LEGEND = Form(Legend)
_STOP = Form(Stop)


def read_legend(document: Any) -> Legend:
    """A whole legend, its stops and texts in it.

    Raises:
        InputInvalid: unknown or missing keys, wrong types; all are told by pointer.
    """
    return _read(_LEGEND, document)


def read_stop(document: Any) -> Stop:
    """As `read_legend`, of one stop."""
    return _read(_STOP, document)


def _read(form: Form[T], document: Any) -> T:
    parsed = form.parse(document)
    refuse(parsed.problems)
    assert parsed.value is not None  # noqa: S101 - a value without problems is whole
    return parsed.value
