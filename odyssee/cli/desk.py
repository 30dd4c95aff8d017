"""The curator's desk, opened by every command that writes."""

from odyssee.actions.tools import Tools
from odyssee.cli.configuring import read_settings
from odyssee.main import build_tools


def open_desk(*, signs: bool = False) -> Tools:
    """The tools of curation, with the database brought to its present form.

    `signs` makes this process the signer, whatever the settings say.
    """
    tools = build_tools(read_settings(), curation=True, signs=signs)
    tools.desk.db.upgrade()
    return tools
