"""Each error of the product has a status, a code of its own and a sentence in both languages."""

import importlib
import pkgutil
import re

import odyssee
from odyssee.api.errors import STATUS
from odyssee.api.texts import ERRORS
from odyssee.domain.errors import OdysseeError


def _every_error() -> set[type[OdysseeError]]:
    for module in pkgutil.walk_packages(odyssee.__path__, "odyssee."):
        if not module.name.endswith(("__main__", "_child")):  # those run when they are imported
            importlib.import_module(module.name)
    found: set[type[OdysseeError]] = set()
    waiting = [OdysseeError]
    while waiting:
        waiting += waiting.pop().__subclasses__()
        found.update(waiting)
    return {error for error in found if error.__module__.startswith("odyssee.")}


def test_every_error_has_a_status() -> None:
    assert _every_error() == set(STATUS)
    assert all(400 <= status <= 599 for status in STATUS.values())


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [error.code for error in _every_error()]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in codes)


def test_every_error_has_its_sentences() -> None:
    untold = {error.code for error in _every_error()} - set(ERRORS)
    assert not untold
    assert all(french and english for french, english in ERRORS.values())
