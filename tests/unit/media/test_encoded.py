"""Keys: equal for equal work, different for anything that changes it."""

import hashlib
import unicodedata
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from odyssee.media.codecs import Tags
from odyssee.media.encoded import image_key, narration_key, recording_key, sha256_of_file

PARAGRAPHS = ["L’étang.", "La Velue."]


def composed(paragraphs: list[str]) -> list[str]:
    return [unicodedata.normalize("NFC", paragraph) for paragraph in paragraphs]


def test_everything_that_is_heard_is_in_the_key(tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(b"RIFF")
    keys = {
        narration_key(PARAGRAPHS, "fr", "pico-fr-FR"),
        narration_key(PARAGRAPHS, "fr", "espeak-ng-fr"),
        narration_key(PARAGRAPHS, "en", "pico-fr-FR"),
        narration_key(["L’étang. La Velue."], "fr", "pico-fr-FR"),
        narration_key(PARAGRAPHS, "fr", "pico-fr-FR", tags=Tags(title="L’étang")),
        recording_key("aa"),
        recording_key("bb"),
        recording_key("aa", Tags(artist="Perche Odyssée")),
        image_key(tmp_path / "picture"),
    }
    assert len(keys) == 9
    assert all(len(key) == 64 for key in keys)


@given(st.lists(st.text(max_size=5)), st.lists(st.text(max_size=5)))
def test_paragraphs_do_not_run_into_each_other(some: list[str], others: list[str]) -> None:
    same = narration_key(some, "fr", "v") == narration_key(others, "fr", "v")
    assert same == (composed(some) == composed(others))


def test_a_text_whose_accents_are_composed_otherwise_keeps_its_key() -> None:
    apart = [unicodedata.normalize("NFD", paragraph) for paragraph in PARAGRAPHS]
    assert apart != PARAGRAPHS
    for words in ({}, {"étang": "étan"}):
        assert narration_key(apart, "fr", "v", words) == narration_key(PARAGRAPHS, "fr", "v", words)


def test_a_respelling_changes_the_narrations_in_which_it_is_heard_and_no_other() -> None:
    plain = narration_key(PARAGRAPHS, "fr", "pico-fr-FR")
    assert narration_key(PARAGRAPHS, "fr", "pico-fr-FR", {"Riants": "rian"}) == plain
    said = {narration_key(PARAGRAPHS, "fr", "v", {"Velue": said}) for said in ("velu", "veulue")}
    assert len(said | {narration_key(PARAGRAPHS, "fr", "v")}) == 3


def test_a_file_is_hashed_as_its_bytes_are(tmp_path: Path) -> None:
    path = tmp_path / "son"
    path.write_bytes(bytes(range(256)) * 5000)
    assert sha256_of_file(path) == hashlib.sha256(path.read_bytes()).hexdigest()
