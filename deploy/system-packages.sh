#!/usr/bin/env bash
# The programs beside Python that the tests drive. As root on Debian or Ubuntu they are
# installed; elsewhere one line names what is missing. `make run` needs none of them.
set -euo pipefail

has() { command -v "$1" >/dev/null 2>&1; }
# Debian keeps PostgreSQL's server programs off the PATH.
has_postgresql() { has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_postgis() {
    compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null ||
        { has pg_config && [[ -e $(pg_config --sharedir)/extension/postgis.control ]]; }
}
has_chromium() { has chromium || has chromium-browser || has google-chrome; }

missing=()
has_postgresql && has_postgis || missing+=("PostgreSQL with PostGIS")
has make || missing+=("make")
has ffmpeg || missing+=("ffmpeg")
has_chromium || missing+=("Chromium")
has chromedriver || missing+=("chromedriver")
has gpsbabel || missing+=("gpsbabel")
has ogr2ogr || missing+=("gdal-bin")
# They hurt a kiosk: faults at system calls, disks of their own, slow lines.
has strace || missing+=("strace")
has mkfs.ext4 && has mount || missing+=("e2fsprogs")
has tc || missing+=("iproute2")
[[ ${#missing[@]} -gt 0 ]] || exit 0

named=$(printf ', %s' "${missing[@]}")
named=${named:2}
if ! has apt-get; then
    echo "The tests need these programs, please install them: $named." >&2
    exit 1
fi
if [[ $EUID -ne 0 ]]; then
    echo "The tests need $named: run 'sudo deploy/system-packages.sh'." >&2
    exit 1
fi

echo "Installing for the tests: $named."
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# Each release carries PostGIS for its own PostgreSQL; the newest one it has.
postgis=$(apt-cache search -n '^postgresql-[0-9]+-postgis-[0-9]+$' | cut -d' ' -f1 | sort -V | tail -n 1)
packages=(make ffmpeg chromium chromium-driver gpsbabel gdal-bin strace e2fsprogs mount iproute2)
has_postgresql && has_postgis || packages+=("${postgis:-postgresql-postgis}")
apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
