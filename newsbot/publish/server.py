"""Publish an archive on this machine until Ctrl-C."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import uvicorn

from newsbot.publish.config import build, prefix
from newsbot.publish.headers import allowed_hosts
from pipelines.errors import ConfigurationError

_GRACE = 3  # seconds that answers under way may take after Ctrl-C


def serve(
    archive: Path,
    host: str = "127.0.0.1",
    port: int = 8001,
    *,
    title: str | None = None,
    hosts: Sequence[str] = (),
    base_url: str = "/",
    password_file: Path | None = None,
    behind_proxy: bool = False,
    say: Callable[[str], None] = click.echo,
) -> None:
    """Serve the archive and print the line to browse; returns after Ctrl-C.

    `port` 0 takes any free one. `hosts` are further names under which a reverse proxy asks for it ("*": any);
    bound to this machine alone, it answers only to localhost and them.
    `password_file` says who may read it. `behind_proxy` takes X-Forwarded-Proto and -For for true; without it they
    are a stranger's word and left alone.
    Raises ArchiveUnusable, and ConfigurationError where the port or the passwords cannot be had.
    """
    base_url = prefix(base_url)
    room = build(
        archive,
        title=title,
        hosts=allowed_hosts(host, tuple(hosts)),
        base_url=base_url,
        password_file=password_file,
        say=say,
    )
    listening = listen(host, port)
    config = uvicorn.Config(
        room.app(),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=behind_proxy,
        forwarded_allow_ips="*",  # whoever reaches this port is the proxy then
        timeout_graceful_shutdown=_GRACE,
    )
    shown = f"[{host}]" if ":" in host else host
    say(f"Browse http://{shown}:{listening.getsockname()[1]}{base_url}  (Ctrl-C stops)")
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:  # uvicorn has ended cleanly by then and raises the signal anew
        say("Stopped.")
    finally:
        listening.close()
        room.room.connections.close()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises ConfigurationError with a sentence."""
    if not 0 <= port <= 65535:
        raise ConfigurationError(f"There is no port {port}: choose one from 1 to 65535 with --port.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ConfigurationError(
            f"Cannot listen on {host}: {error}. Name an address of this machine."
        ) from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise ConfigurationError(_why_not(host, port, error)) from error
    return listening


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is in use: stop what listens there, or choose another with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} needs the rights of an administrator: choose one above 1023 with --port."
    return f"Cannot listen on port {port} of {host}: {error}."
