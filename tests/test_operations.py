"""What docs/operations.md tells an owner to type exists, and so does what the container file copies and runs."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from newsbot.cli import main
from newsbot.sources.load import parse

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
CONTAINER = (ROOT / "Containerfile").read_text(encoding="utf-8")
SOURCE = '[[source]]\nid = "a"\nname = "A"\nhomepage = "https://a.example/"\n'


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.S)


def commands() -> Iterator[str]:
    """Every call of newsbot on the page: lines of shell blocks, cut at && and >, and calls in running text."""
    for block in blocks("sh"):
        for line in block.splitlines():
            for part in re.split(r"&&|\|", line.partition("  #")[0]):
                if part.strip().startswith("newsbot "):
                    yield part.partition(">")[0].strip()
    yield from (found.strip("`") for found in re.findall(r"`newsbot [^`\n]+`", PAGE))


@pytest.mark.parametrize("line", sorted(set(commands())))
def test_every_call_is_one_that_the_command_takes(line: str) -> None:
    group: click.Command = main
    words = shlex.split(line.replace("…", "x"))[1:]
    context = click.Context(main, info_name="newsbot")
    while isinstance(group, click.Group):
        name, *words = words
        command = group.get_command(context, name)
        assert command is not None, name
        group = command
        if isinstance(group, click.Group) and not words:
            return
    if words:  # a name alone speaks of the command
        group.make_context(name, words, parent=context, resilient_parsing=False)


@pytest.mark.parametrize("block", blocks("toml"))
def test_every_piece_of_sources_toml_is_taken(block: str) -> None:
    assert len(parse(SOURCE + block, Path("sources.toml"))) == 1


def test_every_alarm_is_explained() -> None:
    from newsbot.health.watch import ALARMS

    assert [alarm for alarm in ALARMS if f"| `{alarm}` |" not in PAGE] == []


def test_what_the_container_copies_is_there_and_let_through() -> None:
    let_through = (ROOT / ".dockerignore").read_text().splitlines()
    copied = [
        name
        for line in re.findall(r"^COPY (?!--from)(.*)$", CONTAINER, flags=re.M)
        for name in line.split()[:-1]
    ]
    assert copied
    assert [name for name in copied if not (ROOT / name).exists() or f"!{name}" not in let_through] == []


def test_nobody_in_the_container_is_root_and_its_commands_exist() -> None:
    lines = CONTAINER.splitlines()
    last_stage = lines[max(n for n, line in enumerate(lines) if line.startswith("FROM")) :]
    assert "USER newsbot" in last_stage
    assert "VOLUME /news" in last_stage
    start = json.loads(next(line for line in last_stage if line.startswith("CMD"))[4:])
    health = json.loads(
        next(line for line in last_stage if line.startswith("HEALTHCHECK")).partition("CMD ")[2]
    )
    for words in (start, health[1:]):
        command = main.commands[words[0]]
        command.make_context(words[0], list(words[1:]), parent=click.Context(main))
