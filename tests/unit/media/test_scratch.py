"""Folders of one deed, and what a crash leaves of them."""

import subprocess
import sys
from pathlib import Path

import pytest

from odyssee.media import scratch
from odyssee.media.scratch import private_folder, sweep


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_a_folder_is_private_and_gone_afterwards(tmp_path: Path) -> None:
    with private_folder() as folder:
        (folder / "son.pcm").write_bytes(b"x")
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not list(tmp_path.iterdir())


def test_it_is_gone_after_a_fault_as_well(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="damaged"), private_folder():
        raise ValueError("damaged")
    assert not list(tmp_path.iterdir())


def test_what_a_killed_process_left_is_swept_and_what_is_in_use_is_not(tmp_path: Path) -> None:
    script = (
        "import time\nfrom odyssee.media.scratch import private_folder\n"
        "with private_folder() as folder:\n"
        "    (folder / 'son.pcm').write_bytes(b'x')\n    print(folder, flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        text=True,
        env={"TMPDIR": str(tmp_path)},
    ) as process:
        assert process.stdout is not None
        left = Path(process.stdout.readline().strip())
        assert sweep(tmp_path) == 0
        assert (left / "son.pcm").exists()
        process.kill()
    scratch._sweep_once.cache_clear()
    with private_folder() as folder:
        assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_a_folder_of_that_name_that_is_not_ours_stays(tmp_path: Path) -> None:
    (tmp_path / "odyssee-work-elsewhere").mkdir()
    (tmp_path / "odyssee-work-link").symlink_to(tmp_path)
    assert sweep(tmp_path) == 0
    assert (tmp_path / "odyssee-work-elsewhere").is_dir()
