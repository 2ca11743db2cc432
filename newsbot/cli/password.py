"""`newsbot password`: a line for the password file of `newsbot serve`."""

from __future__ import annotations

import sys

import click


@click.command()
@click.argument("name")
def password(name: str) -> None:
    """Ask for a password and print a line for `newsbot serve --password-file`.

    Nothing but a hash of the password is printed. Where stdin is no terminal, its
    first line is the password.

    \b
    Examples:
        newsbot password ann >> passwords.txt
        newsbot serve --password-file passwords.txt
    """
    from newsbot.publish.password import line_for

    if sys.stdin.isatty():
        given = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    click.echo(line_for(name, given))
