"""Docs that cannot go stale: what exists is documented, and what is documented exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from newsbot.cli import main, reference
from pipelines.errors import NewsbotError
from pipelines.reasons import SENTENCES, Reason
from pipelines.store.schema import TABLES

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
COMMANDS = sorted(main.commands.items())


def documented(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
class TestCommand:
    def test_its_help_has_an_example_that_calls_it(self, name: str, command: click.Command) -> None:
        examples = (command.help or "").partition("Example")[2]
        assert f"newsbot {name}" in examples

    def test_its_help_begins_with_one_short_sentence(self, name: str, command: click.Command) -> None:
        first = (command.help or "").split("\n\n")[0]
        assert first.endswith(".")
        assert len(command.get_short_help_str(200)) < 80

    def test_every_option_says_what_it_does(self, name: str, command: click.Command) -> None:
        silent = [p.name for p in command.params if isinstance(p, click.Option) and not p.help]
        assert silent == []

    def test_it_stands_in_the_readme_and_on_the_page_of_commands(
        self, name: str, command: click.Command
    ) -> None:
        assert f"`newsbot {name}" in documented("README.md")
        assert f"### newsbot {name}\n" in documented("docs/commands.md")


def test_every_exit_code_is_documented() -> None:
    page = documented("docs/commands.md")
    missing = [
        e.__name__ for e in reference._tree(NewsbotError) if f"| {e.exit_code} | {e.when} |" not in page
    ]
    assert missing == []


def test_every_reason_is_documented_with_its_sentence() -> None:
    page = documented("docs/archive.md")
    assert [reason for reason in Reason if f"| `{reason}` | {SENTENCES[reason]} |" not in page] == []


def test_every_table_and_column_is_documented() -> None:
    page = documented("docs/archive.md")
    missing = [f"{t.name}.{c.name}" for t in TABLES for c in t.columns if f"| `{c.name}` |" not in page]
    missing += [t.name for t in TABLES if f"# {t.name}\n" not in page]
    assert missing == []


def test_every_room_says_in_a_line_what_is_in_it() -> None:
    assert [room for room in reference.ROOMS if not reference._docstring(room)] == []


def test_every_folder_of_the_code_is_a_room_that_is_documented() -> None:
    folders = {
        f"{package}.{path.parent.name}"
        for package in ("newsbot", "pipelines")
        for path in (ROOT / package).glob("*/__init__.py")
    }
    assert folders == set(reference.ROOMS)


def test_every_setting_has_a_reason() -> None:
    rows = list(reference._settings((ROOT / "newsbot/settings.py").read_text(encoding="utf-8")))
    assert rows
    names_of_the_project = {"`BOT_NAME`", "`SPIDER_MODULES`", "`NEWSPIDER_MODULE`"}
    assert {name for name, _, why in rows if not why} <= names_of_the_project


def links(page: Path) -> Iterator[str]:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not target.startswith(("http://", "https://", "#", "mailto:")):
            yield target.partition("#")[0]


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
class TestPage:
    def test_its_links_lead_somewhere(self, page: Path) -> None:
        assert [link for link in links(page) if not (page.parent / link).exists()] == []

    def test_it_names_no_command_that_does_not_exist(self, page: Path) -> None:
        named = re.findall(r"(?:^|[`/ ])newsbot ([a-z]+)(?=[ `\n])", "\n".join(code(page)))
        assert set(named) <= set(main.commands)

    def test_it_names_no_target_of_make_that_does_not_exist(self, page: Path) -> None:
        targets = set(re.findall(r"^([a-z]+):", documented("Makefile"), flags=re.M))
        assert set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(code(page)))) <= targets


def code(page: Path) -> list[str]:
    """What stands in code on a page: blocks and single words."""
    text = page.read_text(encoding="utf-8")
    return re.findall(r"```.*?```|`[^`\n]+`", text, flags=re.S)
