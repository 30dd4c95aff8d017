"""The curator's desk, opened by every command that writes."""

from odyssee.actions.tools import Tools
from odyssee.cli.configuring import read_settings
from odyssee.main import build_tools


def open_desk() -> Tools:
    """The tools of curation, with the database brought to its present form."""
    tools = build_tools(read_settings(), curation=True)
    tools.desk.db.upgrade()
    return tools
