"""Languages as they stand in bodies of strangers."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from odyssee.domain.kiosks import MAX_LANGUAGE
from odyssee.domain.languages import LANGUAGE


def _to_language(text: str) -> str:
    if LANGUAGE.fullmatch(text) is None:
        raise PydanticCustomError("bad_language", "not a code of a language")
    return text


LangIn = Annotated[
    str,
    AfterValidator(_to_language),
    Field(max_length=MAX_LANGUAGE, json_schema_extra={"pattern": f"^{LANGUAGE.pattern}$"}),
]
"""A code such as `fr`."""
