"""Days as RFC 3339 writes them, and nothing else that a lenient reader would take."""

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def to_day(value: object) -> date:
    """A day of the calendar.

    Raises:
        PydanticCustomError: `bad_date`.
    """
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        raise _bad_date() from None  # such as 30 February
    raise _bad_date()


def _bad_date() -> PydanticCustomError:
    return PydanticCustomError("bad_date", "not a day YYYY-MM-DD")


DayIn = Annotated[date, BeforeValidator(to_day)]
