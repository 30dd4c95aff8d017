"""The process for strangers' bytes: what it may not do, and how its end is told."""

import sys
import time
from pathlib import Path

import pytest

from odyssee.media import confined

PROGRAMS = {
    "writes_a_file": "import os; os.write(os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY), b'x')",
    "takes_memory": "bytearray(500_000_000)",
    "takes_time": "\nwhile True: pass",
    "sleeps": "import time; time.sleep(60)",
    "talks": "\nwhile True: sys.stdout.buffer.write(b'x' * 65536)",
    "reads": "sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])",
    "shows_its_surroundings": "import os; print(sorted(os.environ), os.getcwd())",
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # noqa: ANN201 - a function
    """Run one of the programs as `run_confined` does, in a module found on the way."""
    for name, deed in PROGRAMS.items():
        limit = "limit_myself(memory_bytes=400_000_000, cpu_s=1)"
        begin = f"import sys\nfrom odyssee.media.confined import limit_myself\n{limit}\n"
        (tmp_path / f"{name}.py").write_text(begin + deed)
    source = tmp_path / "brought"
    source.write_bytes("étang".encode())
    plain = confined._environment
    path = f"{plain()['PYTHONPATH']}:{tmp_path}"
    monkeypatch.setattr(confined, "_environment", lambda: {**plain(), "PYTHONPATH": path})

    def call(name: str, wall_s: float = 30.0) -> confined.Ended:
        with source.open("rb", buffering=0) as file:
            return confined.run_confined(
                name, [str(tmp_path / "left")], file, wall_s=wall_s, max_output_bytes=1000
            )

    return call


def test_the_file_is_its_standard_input_and_its_answer_its_output(run) -> None:  # noqa: ANN001 - as above
    assert run("reads") == ("étang".encode()[::-1], None)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("writes_a_file", "died"),
        ("takes_memory", "died"),
        ("takes_time", "time"),
        ("talks", "output"),
        ("no_such_module", "died"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps all these limits")
def test_each_limit_ends_it(run, tmp_path: Path, name: str, fault: str) -> None:  # noqa: ANN001 - as above
    assert run(name) == (b"", fault)
    assert not (tmp_path / "left").exists() or not (tmp_path / "left").stat().st_size


def test_one_that_waits_for_ever_is_ended_by_the_clock(run) -> None:  # noqa: ANN001 - as above
    began = time.monotonic()
    assert run("sleeps", wall_s=1.0) == (b"", "time")
    assert time.monotonic() - began < 20


def test_it_inherits_no_secret(run, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN001 - as above
    monkeypatch.setenv("ODYSSEE_SECRET", "la Velue")
    names = run("shows_its_surroundings").output.decode()
    assert "ODYSSEE" not in names
    assert names.rstrip().endswith(" /")
