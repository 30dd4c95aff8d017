"""Ask whether a locked dependency has a known weakness, and never pass in silence.

Usage: python deploy/audit.py [LOCK] [options of pip-audit, such as -s osv --osv-url URL]

PyPI's advisories are asked first, then OSV's, each by pip-audit; with options, only as they say.
Exit status: 1 where a weakness is known and audit-exceptions.toml does not except it, and, with
AUDIT_STRICT=1, where any dependency could not be asked about; 2 where the lock cannot be read.
"""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent
_EXCEPTIONS = Path(__file__).with_name("audit-exceptions.toml")
_SERVICES = (("-s", "pypi"), ("-s", "osv"))
_LIMIT_S = 120


def _run(lock: Path, options: Sequence[str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip_audit", "-r", str(lock), "--require-hashes"]
    command += ["--disable-pip", "--progress-spinner", "off", "--timeout", "10", "-f", "json"]
    return subprocess.run(
        [*command, *options], capture_output=True, text=True, check=False, timeout=_LIMIT_S
    )


def ask(lock: Path, options: Sequence[str]) -> tuple[list[dict[str, Any]], str]:
    """Ask one service about all of a lock.

    Returns:
        What it answered about each dependency (nothing if it did not answer), and why some or all
        of it is missing ("" if nothing is).
    """
    try:
        done = _run(lock, options)
        answers: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        return [], f"no answer within {_LIMIT_S} s"
    except ValueError:
        return [], (done.stderr.strip().splitlines() or ["no answer"])[-1]
    skipped = [answer["skip_reason"] for answer in answers if "skip_reason" in answer]
    why = f"{len(skipped)} of {len(answers)} dependencies, first {skipped[0]}" if skipped else ""
    return answers, why


def excepted(text: str, today: date) -> dict[str, str]:
    """The exceptions still in force, reason by advisory; one past its date counts no more."""
    listed = tomllib.loads(text).get("exception", [])
    return {entry["id"]: entry["reason"] for entry in listed if entry["until"] >= today}


def weaknesses(answers: Sequence[dict[str, Any]], reasons: dict[str, str]) -> tuple[list[str], int]:
    """A line for each known weakness, and how many of them no exception covers."""
    lines, open_ones = [], 0
    for answer in answers:
        for found in answer.get("vulns", []):
            known_as = [found["id"], *found.get("aliases", [])]
            reason = next((reasons[name] for name in known_as if name in reasons), None)
            cure = ", ".join(found["fix_versions"]) or "no release"
            line = f"{answer['name']} {answer['version']}: {' = '.join(known_as)}, mended in {cure}"
            lines.append(line if reason is None else f"{line}; excepted: {reason}")
            open_ones += reason is None
    return lines, open_ones


def main(arguments: Sequence[str]) -> int:
    """Ask the services in turn until all is answered; print what they know; judge."""
    own = bool(arguments) and not arguments[0].startswith("-")
    lock = Path(arguments[0]) if own else _ROOT / "requirements-dev.lock"
    options = arguments[1:] if own else arguments
    readable = _run(lock, ["--dry-run"])
    if readable.returncode:
        print(f"pip-audit cannot read {lock.name}:\n{readable.stderr.strip()}", file=sys.stderr)
        return 2
    heard: dict[str, dict[str, Any]] = {}
    for service in (options,) if options else _SERVICES:
        answers, missing = ask(lock, service)
        heard |= {answer["name"]: answer for answer in answers if "version" in answer}
        if not missing:
            break
        print(f"Not all answered ({' '.join(service)}): {missing}")
    return _judge(lock.name, heard, missing)


def _judge(lock: str, heard: dict[str, dict[str, Any]], missing: str) -> int:
    reasons = excepted(_EXCEPTIONS.read_text(encoding="utf-8"), datetime.now(UTC).date())
    lines, open_ones = weaknesses(list(heard.values()), reasons)
    print(*lines, sep="\n", end="\n" if lines else "")
    if open_ones:
        many = "weakness" if open_ones == 1 else "weaknesses"
        print(
            f"AUDIT FAILED: {open_ones} known {many} in {lock}: try `make lock UPGRADE=--upgrade`."
        )
        return 1
    if not missing:
        print(f"AUDITED: {len(heard)} dependencies of {lock}, none with an open known weakness.")
        return 0
    rest = f"all of {lock} but {len(heard)} dependencies" if heard else f"all of {lock}"
    print(
        f"NOT AUDITED: {rest}. The advisories could not be reached from here: run `make audit`"
        " where they can be. AUDIT_STRICT=1 makes this a failure."
    )
    return int(os.environ.get("AUDIT_STRICT") == "1")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
