"""Two publications of one territory, by a real desk."""

import shutil
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from builders import NOON
from flow_builders import open_desk, short_legend, write_content
from kiosk_builders import LATER

from odyssee.actions.ingesting import import_folder
from odyssee.actions.publishing import publish
from odyssee.actions.tools import Tools
from odyssee.actions.working import work_once

SLUGS = ("dame-de-riants", "pommier-de-misere")


@dataclass(frozen=True)
class Published:
    """A territory at two moments; between them a word of one legend was changed."""

    root: bytes
    first: Path
    second: Path
    desk: Path
    """Where the desk that published both lies; copy it before anything more is published."""


def publish_twice(home: Path) -> Published:
    """Two publications by one desk."""
    tools = open_desk(home)
    content = write_content(home, *(short_legend(slug) for slug in SLUGS))
    import_folder(tools, content)
    publish_all(tools, NOON)
    shutil.copytree(home / "var" / "published", home / "first")
    text = content / "legendes" / SLUGS[0] / "fr" / "legende.md"
    text.write_text(text.read_text().replace("fière", "hautaine"))
    import_folder(tools, content)
    publish_all(tools, LATER)
    shutil.copytree(home / "var" / "published", home / "second")
    assert tools.desk.signer is not None
    return Published(tools.desk.signer.roots(NOON)[0][1], home / "first", home / "second", home)


def publish_all(tools: Tools, at: datetime) -> None:
    """Publish what changed, at an instant."""
    then = replace(tools, clock=lambda: at)
    for slug in SLUGS:
        publish(then, slug, by="test")
    while work_once(then) is not None:
        pass
