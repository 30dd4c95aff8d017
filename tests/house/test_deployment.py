"""The files of deployment: every service is a real command, and knows no more than it needs."""

import importlib.metadata
import io
import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
from ruamel.yaml import YAML

from odyssee.cli.commands import odyssee

_VARIABLE = re.compile(r"\$\{([A-Z_]+)(:\?)?\}")


@pytest.fixture(scope="module")
def compose(files: dict[str, str]) -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe").load(io.StringIO(files["docker-compose.yml"]))
    return loaded


def _accepts(arguments: list[str]) -> bool:
    """Whether the command line takes these words, without running what they ask."""
    command: click.Command = odyssee
    context = click.Context(odyssee)
    while isinstance(command, click.Group):
        name, command_or_none, arguments = command.resolve_command(context, arguments)
        assert command_or_none is not None
        command = command_or_none
        context = click.Context(command, parent=context, info_name=name)
    command.parse_args(context, arguments)
    return True


OURS = {"api", "desk", "worker", "signer", "migrate"}


def test_compose_has_the_services_of_one_machine(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == OURS | {"db", "seaweedfs", "caddy"}


def test_the_signer_alone_sees_the_keys(compose: dict[str, Any]) -> None:
    holders = [
        name
        for name, service in compose["services"].items()
        if any("odyssee-keys" in volume for volume in service.get("volumes", []))
    ]
    assert holders == ["signer"]
    for name in ("worker", "desk"):
        assert compose["services"][name]["environment"]["ODYSSEE_SIGNER"] == "external"


def test_every_command_of_compose_is_one_of_ours(compose: dict[str, Any]) -> None:
    ours = {
        name: service
        for name, service in compose["services"].items()
        if service["image"] == "perche-odyssee"
    }
    assert set(ours) == OURS
    for service in ours.values():
        program, *arguments = service["command"]
        assert program == "odyssee"
        assert _accepts(arguments)


def test_every_foreign_image_has_its_version(compose: dict[str, Any]) -> None:
    images = [service["image"] for service in compose["services"].values()]
    foreign = [image for image in images if image != "perche-odyssee"]
    assert all(re.search(r":v?\d+\.?\d*", image) for image in foreign)


def test_only_caddy_is_reached_from_outside(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["caddy"]
    assert "443:443/udp" in services["caddy"]["ports"]
    assert compose["networks"]["published"]["internal"]
    assert compose["networks"]["curation"]["internal"]


def test_the_server_can_neither_write_nor_see_the_database(compose: dict[str, Any]) -> None:
    api = compose["services"]["api"]
    assert set(api["networks"]) == {"front", "published"}
    told = " ".join(api["environment"].values())
    assert "WORKER_" not in told
    assert "POSTGRES" not in told
    assert not [name for name in api["environment"] if "FILES" in name or "DATABASE" in name]
    assert not [name for name in api["environment"] if "SECRET_KEY" in name and "S3" not in name]
    assert api["environment"]["ODYSSEE_ADMIN"] == "off"


def test_the_desk_is_a_server_of_its_own_and_believes_caddy_alone(
    compose: dict[str, Any], files: dict[str, str]
) -> None:
    desk = compose["services"]["desk"]
    assert desk["environment"].get("ODYSSEE_ADMIN", "on") == "on"
    assert desk["environment"]["ODYSSEE_SECRET_KEY"].startswith("${")
    (front,) = compose["networks"]["front"]["ipam"]["config"]
    assert desk["environment"]["ODYSSEE_TRUSTED_PROXIES"] == front["subnet"]
    routes = re.search(r"@desk path (.+)", files["deploy/caddy/Caddyfile"])
    assert routes
    rooms = ("/admin", "/bureau", "/kiosk")
    told = ["/v1/visits", "/v1/reports"]
    assert routes[1].split() == [f"{room}{below}" for room in rooms for below in ("", "/*")] + told


def test_every_secret_comes_from_the_environment_file(
    compose: dict[str, Any], files: dict[str, str]
) -> None:
    asked = _VARIABLE.findall(files["docker-compose.yml"])
    assert all(required for _name, required in asked), "a missing value must stop compose"
    told = set(re.findall(r"^([A-Z_]+)=$", files["deploy/env.example"], re.MULTILINE))
    assert {name for name, _required in asked} == told
    assert "/.env" in files[".gitignore"].splitlines()
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"SECRET|PASSWORD|ACCESS_KEY", name):
                assert value.startswith("${"), name


def test_the_image_is_built_from_locked_hashes_and_runs_as_nobody(files: dict[str, str]) -> None:
    lines = files["Dockerfile"].replace("\\\n", " ").splitlines()
    steps = [line.split(None, 1) for line in lines if line and not line.startswith("#")]
    kinds = [kind for kind, _rest in steps]
    assert all(
        re.match(r"python:3\.\d+-slim-bookworm\b", rest) for kind, rest in steps if kind == "FROM"
    )
    assert [rest for kind, rest in steps if kind == "USER"] == ["odyssee"]
    assert kinds.index("USER") > kinds.index("FROM", 1)
    assert "HEALTHCHECK" in kinds
    installs = [
        rest for kind, rest in steps if kind == "RUN" and " install -" in rest and "pip" in rest
    ]
    assert installs
    assert all("--require-hashes" in rest or "--no-deps" in rest for rest in installs)
    command = next(rest for kind, rest in steps if kind == "CMD")
    program, *arguments = YAML(typ="safe").load(command)
    assert program == "odyssee"
    assert _accepts(arguments)


def test_the_image_copies_only_what_exists_and_what_is_sent(
    files: dict[str, str], root_folder: Path
) -> None:
    sent = {line[1:] for line in files[".dockerignore"].splitlines() if line.startswith("!")}
    copied = {
        source
        for line in files["Dockerfile"].splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    }
    assert copied == sent
    assert all((root_folder / source).exists() for source in copied)


def test_the_image_locks_all_that_builds_the_package(files: dict[str, str]) -> None:
    found = re.search(r"\^\(([a-z|-]+)\)==", files["Dockerfile"])
    assert found
    needed = {
        re.split(r"[^A-Za-z0-9_.-]", requirement)[0].lower()
        for requirement in importlib.metadata.requires("hatchling") or []
        if "extra ==" not in requirement and "python_version <" not in requirement
    }
    assert needed | {"hatchling"} == set(found.group(1).split("|"))


def test_the_units_of_systemd_start_real_commands(files: dict[str, str]) -> None:
    units = {name: text for name, text in files.items() if name.endswith(".service")}
    restarts = units.pop("deploy/kiosk/odyssee-kiosk-restart.service")
    # Of the system's own manager, and of nothing but the kiosk's server.
    assert "\nExecStart=systemctl try-restart odyssee-kiosk.service\n" in restarts
    assert len(units) == 6
    for name, text in units.items():
        started = re.findall(r"^ExecStart(?:Pre)?=(.+)$", text, re.MULTILINE)
        assert started, name
        for line in started:
            program, *arguments = shlex.split(line)
            assert Path(program).name == "odyssee"
            assert _accepts(arguments)
        assert re.search(r"^User=odyssee$", text, re.MULTILINE), name


def test_caddy_encodes_nothing_and_writes_no_query(files: dict[str, str]) -> None:
    caddy = "\n".join(
        line
        for line in files["deploy/caddy/Caddyfile"].splitlines()
        if not line.strip().startswith("#")
    )
    assert "encode" not in caddy
    assert r"request>uri regexp \?.*" in caddy
