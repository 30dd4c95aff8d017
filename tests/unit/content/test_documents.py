"""YAML as content files may use it, and nothing of what it could do besides."""

import time

import pytest

from odyssee.content.documents import parse_yaml


def value_of(text: str) -> object:
    document, problems = parse_yaml(text, "f.yaml")
    assert problems == []
    assert document is not None
    return document.value


def told(text: str) -> list[str]:
    return [f"{problem.where} {problem.code}" for problem in parse_yaml(text, "f.yaml")[1]]


def test_plain_words_mean_what_yaml_1_2_says() -> None:
    text = "[no, on, 2024-01-01, 0o17, 1_000, 12:30, ~, true, 28407, -1.5e3, 0.91420, '1', L'Étang]"
    words = ["no", "on", "2024-01-01", "0o17", "1_000", "12:30", None, True]
    assert value_of(text) == [*words, 28407, -1500.0, 0.9142, "1", "L'Étang"]


def test_a_directive_of_yaml_1_1_changes_no_word() -> None:
    assert value_of("%YAML 1.1\n---\n[yes, 1:30]\n") == ["yes", "1:30"]


def test_anchors_may_be_used_again() -> None:
    assert value_of("a: &lieu [0.9, 48.2]\nb: *lieu\n") == {"a": [0.9, 48.2], "b": [0.9, 48.2]}


def test_each_value_knows_its_line() -> None:
    document, _ = parse_yaml("a:\n  - b: 1\n    c:\n\n      d/e: 2\n", "f.yaml", first_line=2)
    assert document is not None
    assert document.where("a/0/b") == "f.yaml:3"
    assert document.where("a/0/c/d~1e") == "f.yaml:6"
    assert document.where("a/0/absent/deeper") == "f.yaml:3"
    assert document.where("") == "f.yaml:2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", ["f.yaml:3 duplicate_key"]),
        ("a: 1\nb: !!python/object:os.system x\n", ["f.yaml:2 yaml_tag"]),
        ("a: [1\nb: 2\n", ["f.yaml:2 yaml_broken"]),
        ("a: *rien\n", ["f.yaml:1 yaml_broken"]),
        ("a: &a [*a]\n", ["f.yaml:1 yaml_broken"]),
        ("a: 1\n---\nb: 2\n", ["f.yaml:2 yaml_broken"]),
        ("[a]: 1\n", ["f.yaml:1 yaml_broken"]),
        ("a:\n\t- b\n", ["f.yaml:2 yaml_broken"]),
        ("a: .inf\nb: -.INF\nc: 1e999\n", [f"f.yaml:{line} not_finite" for line in (1, 2, 3)]),
        ('a: "\\u0000"\n', ["f.yaml:1 bad_character"]),
        ('"\\udead": 1\n', ["f.yaml:1 bad_character"]),
    ],
)
def test_what_is_refused_is_told_at_its_line(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_small_files_cannot_become_large_values() -> None:
    begun = time.process_time()
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
    )
    assert told(laughs) == ["f.yaml:5 too_many_values"]
    assert told("[" * 100_000) == ["f.yaml:1 too_deep"]
    assert told("- " * 100_000) == ["f.yaml:1 too_deep"]
    assert time.process_time() - begun < 10
