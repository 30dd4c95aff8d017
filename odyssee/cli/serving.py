"""Serving: the server and the worker."""

import logging
import signal
import socket
import threading

import click
import uvicorn

from odyssee.cli.desk import open_desk
from odyssee.main import build_server
from odyssee.settings import Settings

LOG_FORMAT = "%(asctime)s %(name)s %(message)s"
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
    Settings()  # bad settings are told before anything starts
    run_server(host, port, workers)


def run_server(host: str, port: int, workers: int) -> None:
    """Run uvicorn until it is stopped; a port that is taken is told in one line."""
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"le port {port} de {host} ne peut pas être pris ({error.strerror}) ; "
                "essayez un autre --port"
            ) from None
    uvicorn.run(
        "odyssee.cli.serving:build" if workers == 1 else "odyssee.cli.serving:build_reader",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=5,
    )


def build() -> object:
    """The server of a single process, with its worker unless that is set to `none`."""
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    settings = Settings()
    worker = settings.worker == "thread"
    if worker:
        open_desk()
    return build_server(settings, worker=worker)


def build_reader() -> object:
    """One of several processes: it reads only, and `odyssee worker` runs beside it."""
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    return build_server(Settings(), worker=False)


@click.command(epilog="\b\nExemple :\n  odyssee worker")
def worker() -> None:
    """Prendre les travaux à côté du serveur, jusqu’à l’arrêt (Ctrl-C)."""
    from odyssee.worker import work  # noqa: PLC0415 - loads SQL; `serve` without a worker does not

    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    work(open_desk(), stop)
