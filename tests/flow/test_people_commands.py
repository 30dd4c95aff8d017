"""The commands for people: what they print once, and what they refuse in a line."""

import json
import os
import pty
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pyotp
import pytest
from people_builders import HERE

from odyssee.actions import entering, staffing
from odyssee.cli.demo import FIRST_ADMIN
from odyssee.cli.people import add_first_admin
from odyssee.domain.people import Person
from odyssee.files.server_key import FILE
from odyssee.main import build_tools, now
from odyssee.settings import Settings

Done = subprocess.CompletedProcess[str]


def run(home: Path, *arguments: str) -> Done:
    environment = os.environ | {"ODYSSEE_HOME": str(home)}
    command = [sys.executable, "-m", "odyssee", *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def refused(done: Done) -> str:
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    return done.stderr


def sign_in(home: Path, told: dict[str, str]) -> Person:
    """With what the command printed."""
    tools = build_tools(Settings(home=home), curation=True)
    secret = told.get("otp_secret")
    code = None if secret is None else pyotp.TOTP(secret).at(now())
    with closing(tools.desk.db):
        signed_in = entering.sign_in(tools, told["email"], told["password"], code, address=HERE)
        return entering.identify(tools, signed_in.token).person


def test_somebody_is_added_and_signs_in_with_what_was_printed(tmp_path: Path) -> None:
    asked = ["person", "add", "Zoé@Œuvré.example", "--role", "publisher", "--json"]
    done = run(tmp_path, *asked, "--name", "Zoé de l’Étang")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told.keys() >= {"email", "role", "password", "otp_secret"}
    assert (told["email"], told["role"]) == ("Zoé@Œuvré.example", "publisher")
    assert "office-de-tourisme" in done.stderr  # it was made, and that is said
    person = sign_in(tmp_path, told)
    assert person.must_change_password
    assert (person.office, person.name) == ("office-de-tourisme", "Zoé de l’Étang")
    again = refused(run(tmp_path, *asked))
    assert again.startswith("odyssee : Quelqu’un a déjà cette adresse")
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("odyssee.db*"))
    assert not any(told[secret].encode() in kept for secret in ("password", "otp_secret"))
    for name in (FILE, "odyssee.db"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_role_without_codes_gets_none(tmp_path: Path) -> None:
    done = run(tmp_path, "person", "add", "zoé@œuvré.example", "--role", "editor", "--json")
    assert json.loads(done.stdout).keys() == {"email", "role", "office", "password"}


def test_without_json_people_read_it(tmp_path: Path) -> None:
    done = run(tmp_path, "person", "add", "zoé@œuvré.example", "--role", "admin")
    assert "zoé@œuvré.example (admin)" in done.stdout
    assert "otpauth://totp/" in done.stdout
    assert "une seule fois" in done.stdout
    assert "█" not in done.stdout  # no terminal, no picture


def test_a_terminal_shows_a_code_to_photograph(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "odyssee", "person", "add", "zoé@œuvré.example"]
    environment = os.environ | {"ODYSSEE_HOME": str(tmp_path), "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(
        [*command, "--role", "admin"], env=environment, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        told = b""
        while True:
            try:
                read = os.read(ours, 4096)
            except OSError:  # the other end was closed: Linux tells it by EIO
                break
            told += read
    os.close(ours)
    assert process.returncode == 0
    assert told.decode().count("█") > 100


def test_an_office_that_does_not_exist_is_told_with_its_cure(tmp_path: Path) -> None:
    asked = ["person", "add", "zoé@œuvré.example", "--role", "editor", "--office", "huisne"]
    assert "odyssee office add huisne --name" in refused(run(tmp_path, *asked))
    made = run(tmp_path, "office", "add", "huisne", "--name", "Pays d’Huisne")
    assert made.stdout == "Bureau créé : huisne (Pays d’Huisne).\n"
    assert run(tmp_path, *asked).returncode == 0


def test_of_several_offices_one_is_named(tmp_path: Path) -> None:
    for slug in ("huisne", "perche"):
        run(tmp_path, "office", "add", slug, "--name", slug.title())
    told = refused(run(tmp_path, "person", "add", "zoé@œuvré.example", "--role", "editor"))
    assert "--office" in told
    assert "huisne, perche" in told


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["person", "add", "zoé", "--role", "admin"], "adresse électronique"),
        (["person", "add", "zoé@œuvré.example"], "--role"),
        (["person", "add", "zoé@œuvré.example", "--role", "chef"], "chef"),
        (["person", "reset", "zoé@œuvré.example"], "introuvable : email=zoé@œuvré.example"),
        (["office", "add", "Le Perche", "--name", "Le Perche"], "slug : Des minuscules"),
    ],
)
def test_what_will_not_do_is_refused_with_its_cure(
    tmp_path: Path, asked: list[str], told: str
) -> None:
    assert told in refused(run(tmp_path, *asked))


def test_no_office_is_made_for_somebody_who_is_refused(tmp_path: Path) -> None:
    refused(run(tmp_path, "person", "add", "zoé", "--role", "editor"))
    tools = build_tools(Settings(home=tmp_path), curation=True)
    with closing(tools.desk.db):
        assert staffing.list_offices(tools).items == ()


def test_a_reset_gives_a_new_password_and_with_otp_new_codes(tmp_path: Path) -> None:
    added = run(tmp_path, "person", "add", "zoé@œuvré.example", "--role", "admin", "--json")
    first = json.loads(added.stdout)
    again = json.loads(run(tmp_path, "person", "reset", "ZOÉ@œuvré.example", "--json").stdout)
    assert "otp_secret" not in again
    assert again["password"] != first["password"]
    sign_in(tmp_path, first | again)
    asked = ["person", "reset", "zoé@œuvré.example", "--otp", "--json"]
    last = json.loads(run(tmp_path, *asked).stdout)
    assert last["otp_secret"] != first["otp_secret"]
    sign_in(tmp_path, last)


def test_the_first_start_of_a_demonstration_makes_an_admin_and_later_ones_do_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tools = build_tools(Settings(home=tmp_path), curation=True)
    tools.desk.db.upgrade()
    with closing(tools.desk.db):
        add_first_admin(tools, FIRST_ADMIN)
        told = capsys.readouterr().out
        add_first_admin(tools, FIRST_ADMIN)
        assert capsys.readouterr().out == ""
        assert staffing.get_person(tools, FIRST_ADMIN).role == "admin"
    assert FIRST_ADMIN in told
    words = told.split()
    printed = {
        "email": FIRST_ADMIN,
        "password": words[words.index("passe") + 1],
        "otp_secret": words[words.index("code") + 1],
    }
    assert sign_in(tmp_path, printed).role == "admin"
    assert pyotp.parse_uri(next(w for w in words if w.startswith("otpauth"))).name == FIRST_ADMIN


def test_a_key_given_by_a_setting_makes_no_file(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, secret_key="0123456789abcdef" * 4)  # type: ignore[arg-type] # as read
    tools = build_tools(settings, curation=True)
    tools.desk.db.upgrade()
    with closing(tools.desk.db):
        add_first_admin(tools, FIRST_ADMIN)
    assert not (tmp_path / FILE).exists()


def test_a_short_key_is_told_and_not_quoted(tmp_path: Path) -> None:
    environment = os.environ | {"ODYSSEE_HOME": str(tmp_path), "ODYSSEE_SECRET_KEY": "trop-court"}
    command = [sys.executable, "-m", "odyssee", "db", "upgrade"]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "ODYSSEE_SECRET_KEY" in done.stderr
    assert "trop-court" not in done.stderr
