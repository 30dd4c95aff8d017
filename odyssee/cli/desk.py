"""The curator's desk, opened by every command that writes."""

from odyssee.actions.tools import Tools
from odyssee.main import build_tools
from odyssee.settings import Settings


def open_desk() -> Tools:
    """The tools of curation, with the database brought to its present form."""
    tools = build_tools(Settings(), curation=True)
    tools.desk.db.upgrade()
    return tools
