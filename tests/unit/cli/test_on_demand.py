"""A command loads what it needs: a server that only reads stays small."""

import gc
import subprocess
import sys

import click
import pytest

from odyssee.cli.commands import COMMANDS, odyssee

_HEAVY = "sqlalchemy alembic geoalchemy2 boto3 PIL pydub resvg_py gpxpy rich numpy shapely"


def test_serving_without_a_worker_loads_neither_sql_nor_pictures_nor_sound() -> None:
    code = (
        "import sys; from odyssee.cli.commands import odyssee; import odyssee.cli.serving; "
        f"print(*sorted(set({_HEAVY!r}.split()) & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told.stdout.split() == []


def test_importing_loads_neither_the_server_nor_accounts_nor_what_draws_bars() -> None:
    needless = "fastapi starlette uvicorn rich argon2 cryptography pyotp PIL pillow_heif boto3"
    code = (
        "import sys, click; from odyssee.cli.commands import odyssee; "
        "odyssee.get_command(click.Context(odyssee), 'import'); "
        f"print(*sorted(set({needless!r}.split()) & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told.stdout.split() == []


def test_what_a_kiosk_counts_with_loads_neither_the_desk_nor_its_database() -> None:
    for needless, actions in (
        (f"{_HEAVY} tuf urllib3 cryptography", "counting"),
        (_HEAVY, "carrying, delivering, joining"),
    ):
        code = (
            f"import sys; from odyssee.actions import {actions}; "
            f"print(*sorted(set({needless!r}.split()) & set(sys.modules)))"
        )
        run = [sys.executable, "-c", code]
        told = subprocess.run(run, check=True, capture_output=True, text=True)
        assert told.stdout.split() == []


def test_loading_a_command_leaves_the_garbage_collector_as_it_was() -> None:
    assert gc.isenabled()
    odyssee.get_command(click.Context(odyssee), "check")
    assert gc.isenabled()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_found_under_its_name(name: str) -> None:
    command = odyssee.get_command(click.Context(odyssee), name)
    assert command is not None
    assert command.name == name


def test_an_unknown_command_is_none() -> None:
    assert odyssee.get_command(click.Context(odyssee), "servir") is None


def test_the_help_lists_what_is_not_hidden() -> None:
    shown = odyssee.get_help(click.Context(odyssee))
    assert "serve" in shown
    assert "openapi" not in shown


def test_a_kiosk_serves_without_what_it_needs_to_follow() -> None:
    needless = f"{_HEAVY} tuf urllib3 cryptography"
    code = (
        "import sys, click; from odyssee.cli.commands import odyssee; "
        "group = odyssee.get_command(click.Context(odyssee), 'kiosk'); "
        "group.get_command(click.Context(group), 'serve'); "
        f"print(*sorted(set({needless!r}.split()) & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told.stdout.split() == []
