"""The form of a picture is told by its first bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from picture_builders import SAVED_AS, a_picture, as_file

from odyssee.media.picture_forms import tell_form


@pytest.mark.parametrize("form", SAVED_AS)
def test_real_files_are_told(form: str) -> None:
    assert tell_form(as_file(a_picture(), form)) == form


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (b"\xef\xbb\xbf\n  <svg/>", "SVG"),
        (b"<?xml version='1.0'?>", "SVG"),
        (b"<!DOCTYPE html><p>", "HTML"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04", "ZIP"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "AVIF"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isomavc1", "MP4"),
        (b"\xff\xff\xff\xffftypavif", "AVIF"),
        (b"Il \xc3\xa9tait", "49 6c 20 c3 a9 74 61 69"),
        (b"", ""),
    ],
)
def test_others_are_named_so_that_a_refusal_can_say_it(head: bytes, form: str) -> None:
    assert tell_form(head) == form


@given(st.binary(max_size=64), st.sampled_from([b"", b"\0\0\0\x18ftyp", b"<", b"RIFF"]))
def test_any_bytes_are_told_something(head: bytes, begin: bytes) -> None:
    assert isinstance(tell_form(begin + head), str)
