"""Serving: the server and the worker."""

import errno
import logging
import signal
import socket
import threading
from typing import Any

import click
import uvicorn

from odyssee.cli.configuring import read_settings
from odyssee.cli.desk import open_desk
from odyssee.main import build_server

LOG_FORMAT = "%(asctime)s %(name)s %(message)s"
_NOT_HERE = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
"""What a host without IPv6 says of one of the two addresses of `localhost`."""
PORT = click.IntRange(1, 65535)


@click.command(
    epilog="\b\nExemples :\n  odyssee serve\n  odyssee serve --host 0.0.0.0 --port 80 --workers 4"
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse d’écoute.")
@click.option("--port", default=8000, show_default=True, type=PORT, help="Port d’écoute.")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processus."
)
def serve(host: str, port: int, workers: int) -> None:
    """Servir l’API et les pages ; avec un seul processus, prendre aussi les travaux."""
    run_server(host, port, workers)


def run_server(host: str, port: int, workers: int, factory: str = "") -> None:
    """Run uvicorn until it is stopped; a port that is taken is told in one line."""
    proxies = read_settings().trusted_proxies.split()  # bad settings are told before all else
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    _probe(host, port)
    uvicorn.run(
        factory or f"odyssee.cli.serving:{'build' if workers == 1 else 'build_reader'}",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(proxies),  # an address that anyone may claim is no address
        forwarded_allow_ips=proxies,
        timeout_graceful_shutdown=5,
    )


def _probe(host: str, port: int) -> None:
    """Try to take the port at each address that the host has, of IPv4 and IPv6 alike."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise click.ClickException(f"adresse inconnue : {host}") from None
    faults = [fault for info in found if (fault := _find_fault(*info)) is not None]
    grave = [fault for fault in faults if fault.errno not in _NOT_HERE]
    if grave or len(faults) == len(found):
        reason = (grave or faults)[0].strerror
        raise click.ClickException(
            f"le port {port} de {host} ne peut pas être pris ({reason}) ; essayez un autre --port"
        )


def _find_fault(
    family: int, kind: int, protocol: int, _name: str, address: tuple[Any, ...]
) -> OSError | None:
    try:
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:  # as the server does: `::` is not also `0.0.0.0`
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            probe.bind(address)
    except OSError as fault:
        return fault
    return None


def build() -> object:
    """The server of a single process, with its worker unless that is set to `none`."""
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    settings = read_settings()
    return build_server(settings, worker=settings.worker == "thread")


def build_reader() -> object:
    """One of several processes: it reads only, and `odyssee worker` runs beside it."""
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    return build_server(read_settings(), worker=False)


@click.command(epilog="\b\nExemples :\n  odyssee worker\n  odyssee worker --sign")
@click.option(
    "--sign",
    "signs",
    is_flag=True,
    help="Signer aussi les publications, avec les clés d’ODYSSEE_KEYS_DIR.",
)
def worker(*, signs: bool) -> None:
    """Prendre les travaux à côté du serveur, jusqu’à l’arrêt (Ctrl-C).

    Avec ODYSSEE_SIGNER=external, seul `odyssee worker --sign`, lancé par un
    autre utilisateur du système, lit les clés : il bâtit les paquets, les signe,
    les publie, et renouvelle chaque jour la signature qui dit qu’ils sont frais.
    """
    from odyssee.worker import work  # noqa: PLC0415 - loads SQL; `serve` without a worker does not

    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    work(open_desk(signs=signs or None), stop)
