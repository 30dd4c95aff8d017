# syntax=docker/dockerfile:1
# The server and the worker: one image, two commands.

FROM python:3.13-slim-bookworm AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/odyssee
COPY requirements.lock requirements-dev.lock ./
RUN python -m pip --python /opt/odyssee/bin/python install --require-hashes -r requirements.lock
# What builds the package, by the same locked hashes; a name that is missing here stops the build.
RUN awk '/^[a-z]/ { keep = /^(hatchling|packaging|pathspec|pluggy|tomlkit|trove-classifiers)==/ } keep' \
        requirements-dev.lock > build.lock \
    && python -m pip install --require-hashes -r build.lock
COPY pyproject.toml README.md ./
COPY LICENSES LICENSES
COPY migrations migrations
COPY odyssee odyssee
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && python -m pip --python /opt/odyssee/bin/python install --no-deps dist/*.whl

FROM python:3.13-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends ffmpeg \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/odyssee --create-home odyssee \
    && install --directory --owner odyssee --mode 0700 /var/lib/odyssee-keys
COPY --from=build /opt/odyssee /opt/odyssee
# The six legends, for a first `odyssee import contenus`.
COPY contenus /srv/odyssee/contenus
COPY medias /srv/odyssee/medias
ENV PATH=/opt/odyssee/bin:$PATH PYTHONUNBUFFERED=1 ODYSSEE_HOME=/var/lib/odyssee
WORKDIR /srv/odyssee
USER odyssee
VOLUME /var/lib/odyssee /var/lib/odyssee-keys
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["odyssee", "serve", "--host", "0.0.0.0"]
