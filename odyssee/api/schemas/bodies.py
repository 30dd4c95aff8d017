"""The base of all bodies."""

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """A body of the API: unknown fields are refused, texts are whole Unicode."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        allow_inf_nan=False,
    )
