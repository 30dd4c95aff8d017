#!/usr/bin/env bash
# Make the virtual environment FOLDER with a Python that the project supports.
# PYTHON=… chooses one; else the newest of 3.14 to 3.11 that really runs.
set -euo pipefail
folder=$1

suits() {
    "$1" -c 'import sys; raise SystemExit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' \
        >/dev/null 2>&1
}
make_venv() { "$python" -m venv --clear "$folder" >/dev/null 2>&1; }

python=
for candidate in ${PYTHON:-python3.14 python3.13 python3.12 python3.11 python3}; do
    if suits "$candidate"; then
        python=$candidate
        break
    fi
done
if [[ -z $python ]]; then
    echo "No Python 3.11 to 3.14 found${PYTHON:+ at $PYTHON}: install one, or say PYTHON=/path/to/python3." >&2
    exit 1
fi

[[ -x $folder/bin/python ]] && suits "$folder/bin/python" && "$folder/bin/python" -m pip --version >/dev/null 2>&1 && exit 0
make_venv && exit 0

# Debian and Ubuntu ship Python without what makes environments.
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if [[ $EUID -eq 0 ]] && command -v apt-get >/dev/null; then
    echo "Installing python$version-venv."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "python$version-venv" >/dev/null
    make_venv && exit 0
fi
echo "$python cannot make a virtual environment. On Debian or Ubuntu: sudo apt-get install python$version-venv" >&2
exit 1
