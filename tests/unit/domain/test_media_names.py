"""The name of a file as it is shown: it leads nowhere and says no more than a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.media import to_shown_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("L’Étang de l’Herbage-Œuvré.jpg", "L’Étang de l’Herbage-Œuvré.jpg"),
        ("e\u0301tang.jpg", "étang.jpg"),
        ("🐉 dragon.heic", "🐉 dragon.heic"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Photos\\chez-moi.jpg", "chez-moi.jpg"),
        ("gpj.\u202eétang\n.exe", "gpj.�étang�.exe"),
        ("é" * 300, "é" * 79 + "…"),
        ("", ""),
    ],
)
def test_it_is_the_last_part_and_printable(name: str, shown: str) -> None:
    assert to_shown_name(name) == shown


@given(st.text())
def test_any_name_is_short_printable_and_leads_nowhere(name: str) -> None:
    shown = to_shown_name(name)
    assert len(shown) <= 80
    assert shown.isprintable()
    assert "/" not in shown
    assert "\\" not in shown
    assert to_shown_name(shown) == shown
