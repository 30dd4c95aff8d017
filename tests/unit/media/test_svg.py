"""SVG from strangers: what is drawn, and what is refused."""

import io
from collections.abc import Callable

import pytest

from odyssee.media import svg
from odyssee.media.encoded import EncodedMedium

SvgBuilder = Callable[..., bytes]
Refusal = Callable[..., dict[str, str]]
Encode = Callable[..., EncodedMedium]

BILLION = '<!DOCTYPE svg [<!ENTITY a "la Velue"><!ENTITY b "&a;&a;">]>'
USES = "".join(f'<g id="a{n + 1}">{f"""<use href="#a{n}"/>""" * 10}</g>' for n in range(11))
BOMB = f'<defs><g id="a0"><rect width="3" height="3"/></g>{USES}</defs><use href="#a11"/>'


def test_a_drawing_with_gradients_patterns_and_uses_is_drawn(a_svg: SvgBuilder) -> None:
    body = """<title>L’Étang de l’Herbage-Œuvré</title><defs>
      <linearGradient id="eau"><stop offset="0" stop-color="#123"/></linearGradient>
      <clipPath id="rive"><circle r="4"/></clipPath><g id="vague"><path d="M0 0h4"/></g></defs>
      <rect width="8" height="6" fill="url(#eau)" clip-path="url('#rive')"/>
      <use xlink:href="#vague" style="fill: url( #eau )"/>"""
    assert svg.draw(io.BytesIO(a_svg(body)), 64).read(4) == b"\x89PNG"


def test_a_byte_order_mark_and_blanks_do_not_hide_a_drawing(
    a_svg: SvgBuilder, encode: Encode
) -> None:
    assert encode(b"\xef\xbb\xbf\n  " + a_svg()).asset.width == 1600


@pytest.mark.parametrize(
    "element",
    ["image", "text", "style", "script", "foreignObject", "a", "filter", "animate", "switch"],
)
def test_an_element_that_is_not_allowed_is_named(
    a_svg: SvgBuilder, refusal: Refusal, element: str
) -> None:
    values = refusal(svg.check_svg, a_svg(f"<g><{element}/></g>"))
    assert values == {"code": "svg_forbidden_element", "element": element}


def test_an_element_of_another_language_is_refused_even_with_an_allowed_name(
    a_svg: SvgBuilder, refusal: Refusal
) -> None:
    body = '<rect xmlns="http://www.w3.org/1999/xhtml"/>'
    assert refusal(svg.check_svg, a_svg(body))["code"] == "svg_forbidden_element"


@pytest.mark.parametrize(
    ("attribute", "code"),
    [
        ('onclick="alert(1)"', "svg_forbidden_attribute"),
        ('ONLOAD="alert(1)"', "svg_forbidden_attribute"),
        ('xml:base="https://ailleurs.example/"', "svg_forbidden_attribute"),
        ('style="fill: u\\72l(https://ailleurs.example/x)"', "svg_forbidden_attribute"),
        ("style=\"@import 'x.css'\"", "svg_forbidden_attribute"),
        ('href="https://ailleurs.example/x.svg#a"', "svg_outside_reference"),
        ('xlink:href="file:///etc/passwd"', "svg_outside_reference"),
        ('href="data:image/svg+xml;base64,AAAA"', "svg_outside_reference"),
        ('href=""', "svg_outside_reference"),
        ('fill="url(https://ailleurs.example/#a)"', "svg_outside_reference"),
        ("style=\"fill:URL( 'x.svg#a' )\"", "svg_outside_reference"),
        ('mask="url(#a) url(//ailleurs.example)"', "svg_outside_reference"),
    ],
)
def test_an_attribute_that_reaches_outside_is_refused(
    a_svg: SvgBuilder, refusal: Refusal, attribute: str, code: str
) -> None:
    assert refusal(svg.check_svg, a_svg(f"<use {attribute}/>"))["code"] == code


@pytest.mark.parametrize(
    ("before", "code"),
    [
        (BILLION, "svg_doctype"),
        ('<!DOCTYPE svg SYSTEM "file:///etc/passwd">', "svg_doctype"),
        ('<?xml-stylesheet href="file:///etc/passwd"?>', "svg_instruction"),
    ],
)
def test_entities_and_instructions_are_refused(
    a_svg: SvgBuilder, refusal: Refusal, before: str, code: str
) -> None:
    assert refusal(svg.check_svg, before.encode() + a_svg())["code"] == code


@pytest.mark.parametrize(
    "data",
    [b"<html><body/></html>", b"<svg/>", b"<svg", b"<", b"<svg>\xe9\xff</svg>"],
)
def test_what_only_begins_like_svg_is_refused(refusal: Refusal, data: bytes) -> None:
    assert refusal(svg.check_svg, data) == {"code": "not_svg"}


def test_another_encoding_cannot_hide_what_is_written(a_svg: SvgBuilder, refusal: Refusal) -> None:
    data = b'<?xml version="1.0" encoding="utf-16"?>' + a_svg("<image/>")
    assert refusal(svg.check_svg, data)["element"] == "image"


def test_size_number_and_depth_are_bounded(
    a_svg: SvgBuilder, refusal: Refusal, encode: Encode
) -> None:
    assert refusal(encode, a_svg(" " * 2_000_000))["code"] == "too_large"
    assert refusal(svg.check_svg, a_svg("<g/>" * 20_000))["code"] == "svg_too_many_elements"
    assert refusal(svg.check_svg, a_svg("<g>" * 64 + "</g>" * 64))["code"] == "svg_too_deep"


@pytest.mark.parametrize(
    ("body", "root"),
    [
        (BOMB, 'viewBox="0 0 9 9"'),
        ("", 'width="10" height="1000000"'),
        ("", 'width="0" height="0"'),
    ],
)
def test_a_drawing_that_would_take_all_memory_is_refused_by_its_own_process(
    a_svg: SvgBuilder, refusal: Refusal, encode: Encode, body: str, root: str
) -> None:
    assert refusal(encode, a_svg(body, root))["code"] == "svg_not_drawable"
