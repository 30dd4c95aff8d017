"""Taking what phones tell into the counts: each visit once, and nobody is known by it."""

from collections import Counter
from collections.abc import Sequence

from odyssee.actions.tools import Tools
from odyssee.db import phone_counts
from odyssee.db.phone_counts import PhoneCell
from odyssee.domain.errors import Unavailable
from odyssee.domain.statistics import OF_A_STOP, Counted, Visit, sift

_LABEL = "visits"


def take_visits(tools: Tools, visits: Sequence[Visit]) -> Counted:
    """Add visits to what was counted, each once however often it is told.

    Kept are numbers by day, legend, stop, language and type, and for 62 days a tag of each visit's
    id: nothing that says which visits were one person's.

    Raises:
        Unavailable: nothing was counted; told again, it will be.
    """
    if tools.shelf.pointer is None:
        raise Unavailable("it is not known yet what is published")
    catalogue = tools.shelf.current()
    stops = {
        slug: {stop["slug"] for stop in legend.trail["stops"]}
        for slug, legend in catalogue.legends.items()
    }
    taken, refused = sift(visits, tools.clock().date(), stops, catalogue.languages)
    told = {_tag(tools, visit): visit for visit in taken}
    days = {tag: visit.cell.day for tag, visit in told.items()}
    with tools.desk.db.transaction() as tx:
        new = phone_counts.note_seen(tx, days)
        phone_counts.add_phone_counts(tx, Counter(_cell_of(told[tag]) for tag in new))
    return Counted(len(new), len(taken) - len(new), refused)


def _tag(tools: Tools, visit: Visit) -> str:
    """What stands for the visit; under another day the same id has another tag."""
    return tools.desk.key.tag(_LABEL, f"{visit.cell.day.isoformat()}\0{visit.id}")


def _cell_of(visit: Visit) -> PhoneCell:
    cell = visit.cell
    stop = visit.stop or "" if cell.type in OF_A_STOP else ""
    return PhoneCell(cell.day, cell.legend, stop, cell.lang, cell.type)
