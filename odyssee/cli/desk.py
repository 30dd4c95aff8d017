"""The curator's desk, opened by every command that writes."""

from odyssee.actions.tools import Tools
from odyssee.cli.configuring import read_settings
from odyssee.main import build_tools


def open_desk(*, signs: bool | None = None) -> Tools:
    """The tools of curation, with the database brought to its present form.

    `signs` makes this process the signer, whatever the settings say; a command that publishes
    nothing leaves the keys alone, and need not load what reads them.
    """
    tools = build_tools(read_settings(), curation=True, signs=signs)
    tools.desk.db.upgrade()
    return tools
