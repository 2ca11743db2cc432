"""`newsbot serve`: the archive in a browser."""

from __future__ import annotations

import re
import webbrowser
from pathlib import Path

import click

from newsbot.cli.options import archive_option


@click.command()
@archive_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free one."
)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="HOST",
    help="A further host name by which a web server in front asks for it; may be repeated.",
)
@click.option("--title", help="Title of the pages.")
@click.option("--base-url", default="/", show_default=True, help="Path under which a web server shows it.")
@click.option(
    "--behind-proxy",
    is_flag=True,
    help="Believe X-Forwarded-Proto and X-Forwarded-For: a web server is in front.",
)
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Who may read it: lines that `newsbot password` prints.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open a browser at it.")
def serve(
    archive: Path,
    host: str,
    port: int,
    names: tuple[str, ...],
    title: str | None,
    base_url: str,
    behind_proxy: bool,
    password_file: Path | None,
    open_browser: bool,
) -> None:
    """Show the archive in a browser until Ctrl-C.

    The archive is opened for reading only. On 127.0.0.1 it is seen by this machine
    alone; another --host shows it to whoever can reach that address.

    \b
    Examples:
        newsbot serve
        newsbot serve --db old/archive.db --port 8080 --open
        newsbot serve --behind-proxy --name news.example.org --password-file passwords.txt
    """
    from newsbot.publish import serve as show

    def say(sentence: str) -> None:
        click.echo(sentence)
        address = re.search(r"http://\S+", sentence)
        if open_browser and address:  # the socket listens by then, so the browser's request waits in it
            webbrowser.open(address[0])

    show(
        archive,
        host,
        port,
        title=title,
        hosts=names,
        base_url=base_url,
        behind_proxy=behind_proxy,
        password_file=password_file,
        say=say,
    )
