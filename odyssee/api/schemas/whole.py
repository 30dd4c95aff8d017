"""Whole numbers as JSON Schema has them."""

from typing import Annotated

from pydantic import BeforeValidator


def _to_whole(value: object) -> object:
    """20.0 is an integer (JSON Schema, section 4.2.3), which strict parsing would refuse."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_to_whole)]
"""A whole number, however it is written."""
