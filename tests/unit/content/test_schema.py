"""The published JSON Schema: equal to the committed file, and of one mind with the reader."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from odyssee.content.documents import parse_yaml
from odyssee.content.schema import BOUNDS, legend_schema, schema_text

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(legend_schema())
    return jsonschema.Draft202012Validator(legend_schema())


def faults(validator: jsonschema.Draft202012Validator, text: str) -> list[str]:
    document, problems = parse_yaml(text, "legende.yaml")
    assert problems == []
    assert document is not None
    return ["/".join(map(str, e.absolute_path)) for e in validator.iter_errors(document.value)]


def test_the_committed_file_is_the_schema() -> None:
    committed = (ROOT / "openapi/legende.schema.json").read_text("utf-8")
    assert committed == schema_text(), "write schema_text() to it again"


def test_the_example_of_the_contract_validates(
    validator: jsonschema.Draft202012Validator, example_text: str
) -> None:
    assert faults(validator, example_text) == []


def test_our_own_legends_validate(validator: jsonschema.Draft202012Validator) -> None:
    for path in sorted((ROOT / "contenus/legendes").glob("*/legende.yaml")):
        assert faults(validator, path.read_text("utf-8")) == [], path


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ("radius_m: 35", "radius_m: 3500", "stops/0/zones/0/radius_m"),
        (", radius_m: 35", "", "stops/0/zones/0"),
        ('insee: "28407"', "insee: 28407", "commune/insee"),
        ("code: road", "code: loup-garou", "warnings/0/code"),
        ("slug: porte-muree", "slug: Porte_Murée", "stops/0/slug"),
        ("[0.91361, 48.26944]\n", "[48.26944, 181]\n", "stops/0/location/1"),
        ("[0.91361, 48.26944]\n", "[0.9]\n", "stops/0/location"),
        ("difficulty", "dificulty", ""),
        ("themes: [", "texts: {}\nthemes: [", ""),
    ],
)
def test_what_the_reader_refuses_the_schema_refuses(
    validator: jsonschema.Draft202012Validator, example_text: str, old: str, new: str, at: str
) -> None:
    assert at in faults(validator, example_text.replace(old, new, 1))


def test_front_matters_have_their_definitions() -> None:
    definitions: dict[str, Any] = legend_schema()["$defs"]
    assert definitions["LegendFrontMatter"]["properties"].keys() >= {"title", "cover_alt"}
    assert "story" not in definitions["LegendFrontMatter"]["properties"]
    assert "text" not in definitions["StopFrontMatter"]["properties"]
    assert "text" in definitions["RiddleChoice"]["properties"]


def test_every_bound_stands_on_a_key_that_exists() -> None:
    schema = legend_schema()
    kinds = {"Legend": schema, **schema["$defs"]}
    for name in BOUNDS:
        kind, key = name.split("/")
        assert key in kinds[kind]["properties"], name
