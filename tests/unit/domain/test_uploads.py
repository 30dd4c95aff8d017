"""What comes in: names are data, contents are told by their first bytes."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.uploads import (
    MAX_FILE_NAME,
    Labels,
    check_labels,
    clean_file_name,
    name_form,
    read_labels,
    tell_kind,
)


@given(st.text(alphabet=st.characters(codec=None), max_size=400))
def test_any_name_can_be_kept_and_shown(told: str) -> None:
    kept = clean_file_name(told)
    assert len(kept) <= MAX_FILE_NAME
    kept.encode()
    assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in kept)
    assert clean_file_name(kept) == kept


@pytest.mark.parametrize(
    "name",
    ["porte.png", "L’Été à l’Œuvré 😀.wav", "../../etc/passwd", "C:\\temp\\a.wav", ".htaccess", ""],
)
def test_a_name_that_can_be_shown_stays_as_it_is(name: str) -> None:
    assert clean_file_name(name) == name


def test_a_name_is_not_written_backwards() -> None:
    assert clean_file_name("porte\u202egnp.exe") == "porte\ufffdgnp.exe"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"RIFF\x24\0\0\0WAVEfmt ", "audio"),
        (b"RF64\xff\xff\xff\xffWAVEds64", "audio"),
        (b"fLaC\0\0\0\x22", "audio"),
        (b"OggS\0\x02", "audio"),
        (b"ID3\x04\0", "audio"),
        (b"\xff\xfb\x90\x64", "audio"),
        (b"\xff\xf1\x50\x80", "audio"),
        (b"\0\0\0\x1cftypM4A \0\0\0\0M4A mp42", "audio"),
        (b"\xff\xd8\xff\xe0", "image"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "image"),
        (b"\0\0\0\x1cftypavif\0\0\0\0mif1avif", "image"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0heicmif1", "image"),
        (b"II*\0\x08\0\0\0", "image"),
        (b"MM\0*\0\0\0\x08", "image"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">', "image"),
        (b'\xef\xbb\xbf <?xml version="1.0"?><!-- a --><svg>', "image"),
        (b"RIFF\x24\0\0\0AVI LIST", None),
        (b"%PDF-1.7", None),
        (b"PK\x03\x04", None),
        (b"GIF89a", None),
        (b"#EXTM3U\n/etc/passwd", None),
        (b"<!DOCTYPE html><html>", None),
        (b"MZ\x90\0", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_what_it_can_be(head: bytes, kind: str | None) -> None:
    assert tell_kind(head) == kind


@given(st.binary(max_size=64))
def test_any_first_bytes_are_answered(head: bytes) -> None:
    assert tell_kind(head) in {"audio", "image", None}
    assert isinstance(name_form(head), str)


@pytest.mark.parametrize(
    ("head", "name"), [(b"%PDF-1.7", "PDF"), (b"<!doctype HTML>", "HTML"), (b"MZ", "")]
)
def test_what_else_it_is_has_a_name_where_people_know_one(head: bytes, name: str) -> None:
    assert name_form(head) == name


def test_what_was_left_blank_was_not_said() -> None:
    assert read_labels({"lang": "", "legend": "", "sha256": ""}) == Labels()
    assert check_labels(Labels()) == []


def test_everything_that_will_not_do_is_told_at_once() -> None:
    found = check_labels(Labels(lang="de", legend="Non !", sha256="xyz"))
    assert [problem.where for problem in found] == ["lang", "legend", "sha256"]
