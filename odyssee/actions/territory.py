"""The territory: its outline, from a sketch to the official one."""

from dataclasses import replace
from pathlib import Path

from odyssee.actions.publishing import order_pointing
from odyssee.actions.tools import Tools
from odyssee.content.outlines import read_outline
from odyssee.db import audit, territories
from odyssee.domain.errors import NotFound


def set_outline(tools: Tools, path: Path) -> int | None:
    """Replace the outline by an official one, and order its publication.

    Returns:
        The job; null where nothing is published yet.

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
        return order_pointing(tx, now)
