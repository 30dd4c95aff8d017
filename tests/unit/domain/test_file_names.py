"""A file's name under a legend: near to what its owner calls it, and taken by every system."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.checks import is_file_name
from odyssee.domain.file_names import to_file_name


@given(st.text(max_size=200), st.sets(st.text(max_size=9)))
def test_any_name_becomes_one_that_may_be_written(shown: str, taken: set[str]) -> None:
    name = to_file_name(shown, taken)
    assert is_file_name(name)
    assert "/" not in name
    assert name not in taken


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("Étang de l’Herbage.JPG", "Étang de l’Herbage.jpg"),
        ("vue.png", "vue-2.png"),
        ("../../etc/passwd", "etc-passwd"),
        ("a:b*c?.wav", "a-b-c.wav"),
        (".png", "media.png"),
        ("", "media"),
        ("x" * 300 + ".wav", "x" * 100 + ".wav"),
    ],
)
def test_what_a_name_becomes(shown: str, name: str) -> None:
    assert to_file_name(shown, {"vue.png"}) == name


def test_numbers_go_on() -> None:
    assert to_file_name("a.png", {"a.png", "a-2.png"}) == "a-3.png"
