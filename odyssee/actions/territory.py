"""The territory: its outline, from a sketch to the official one."""

from dataclasses import replace
from pathlib import Path

from odyssee.actions.packing import point_to
from odyssee.actions.reading import find_pointer
from odyssee.actions.tools import Tools
from odyssee.content.outlines import read_outline
from odyssee.db import audit, territories
from odyssee.domain.errors import NotFound


def set_outline(tools: Tools, path: Path) -> None:
    """Replace the outline by an official one, and publish it where anything is published.

    Raises:
        ContentInvalid: the file is no polygon of longitudes and latitudes.
        NotFound: there is no territory yet; import the content folder first.
    """
    outline = read_outline(path)
    now = tools.clock()
    with tools.desk.db.transaction() as tx:
        known = territories.lock_territory(tx)
        if known is None:
            raise NotFound(territory="contenus/territoire.yaml")
        official = replace(known, outline=outline, outline_status="official")
        territories.save_territory(tx, official, now)
        audit.add_entry(tx, now, "territory set", "set_outline", "territory", {})
        if find_pointer(tools.published) is not None:
            point_to(tools, tx, official)
