"""Tables of the docs, written from the code itself; `make cog` puts them in, `make docs` checks them."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from newsbot.cli import main
from newsbot.cli.table import shortened
from pipelines.errors import NewsbotError
from pipelines.reasons import SENTENCES, Outcome, Reason

LONGEST_VALUE = 60  # columns; the file itself has the rest

# The way of an article, then what lies around it: the order in which a stranger should open the folders.
ROOMS = (
    "newsbot.sources",
    "newsbot.discovery",
    "newsbot.spiders",
    "newsbot.middlewares",
    "newsbot.extensions",
    "pipelines.capture",
    "pipelines.clean",
    "pipelines.dateline",
    "pipelines.dedupe",
    "pipelines.store",
    "pipelines.shared",
    "newsbot.bulk",
    "newsbot.backfill",
    "newsbot.collect",
    "newsbot.search",
    "newsbot.publish",
    "newsbot.health",
    "newsbot.care",
    "newsbot.schedule",
    "newsbot.sample",
    "newsbot.cli",
)


def commands() -> str:
    """Every command with its first sentence."""
    return _table(
        ("command", "what it does"),
        ((f"`{_usage(name, command)}`", _first_sentence(command)) for name, command in main.commands.items()),
    )


def command_pages() -> str:
    """The whole help of every command, as the terminal shows it."""
    pages = []
    for name, command in main.commands.items():
        above = click.Context(main, info_name="newsbot", **main.context_settings)
        context = click.Context(command, info_name=name, parent=above, terminal_width=88)
        pages.append(f"### newsbot {name}\n\n```text\n{command.get_help(context)}\n```\n")
        for part, of_group in command.commands.items() if isinstance(command, click.Group) else ():
            inner = click.Context(of_group, info_name=part, parent=context, terminal_width=88)
            pages.append(f"#### newsbot {name} {part}\n\n```text\n{of_group.get_help(inner)}\n```\n")
    return "\n".join(pages)


def exit_codes() -> str:
    """Every exit code, from the errors that carry it."""
    codes = {
        0: "All well.",
        124: "The deadline (`crawl --deadline`) came before the work was done; a clean end.",
        130: "Stopped by Ctrl-C, after a clean end.",
        143: "Stopped by SIGTERM, after a clean end.",
    }
    codes |= {error.exit_code: error.when for error in _tree(NewsbotError)}
    return _table(("code", "meaning"), ((str(code), meaning) for code, meaning in sorted(codes.items())))


def outcomes() -> str:
    """What can come of a visit."""
    return _table(("outcome", "meaning"), ((f"`{one}`", meaning) for one, meaning in _comments(Outcome)))


def reasons() -> str:
    """Why a visit ended as it did."""
    return _table(("reason", "meaning"), ((f"`{one}`", SENTENCES[one]) for one in Reason))


def rooms() -> str:
    """Every folder of the code with the one line that it says of itself."""
    return _table(
        ("folder", "what is in it"), ((f"`{room.replace('.', '/')}/`", _docstring(room)) for room in ROOMS)
    )


def settings() -> str:
    """Every setting of newsbot/settings.py with its value and the comment that says why."""
    return _table(
        ("setting", "value", "why"), _settings(_file("newsbot.settings").read_text(encoding="utf-8"))
    )


def _usage(name: str, command: click.Command) -> str:
    arguments = (p for p in command.params if isinstance(p, click.Argument))
    return " ".join(["newsbot", name, *(p.make_metavar(click.Context(command)) for p in arguments)])


def _first_sentence(command: click.Command) -> str:
    return (command.help or "").split("\n\n")[0].replace("\n", " ").strip()


def _tree(error: type[NewsbotError]) -> Iterator[type[NewsbotError]]:
    yield error
    for child in error.__subclasses__():
        yield from _tree(child)


def _comments(enum: type[Outcome]) -> Iterator[tuple[str, str]]:
    """Members with the comment at the end of their line, which is where their meaning stands."""
    members = {member.name: str(member) for member in enum}
    for line in _file(enum.__module__).read_text(encoding="utf-8").splitlines():
        code, _, comment = line.partition("  # ")
        name, assigned, value = code.strip().partition(" = ")
        if assigned and members.get(name) == value.strip('"'):
            yield members.pop(name), comment[:1].upper() + comment[1:] + "."


def _docstring(module: str) -> str:
    text = ast.get_docstring(ast.parse(_file(module).read_text(encoding="utf-8")))
    return (text or "").split("\n")[0]


def _file(module: str) -> Path:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(module)
    return Path(spec.origin)


def _settings(source: str) -> Iterator[tuple[str, str, str]]:
    """Assignments of upper-case names with value and comment; neighbours without one share the comment above."""
    lines = source.splitlines()
    above = ""
    for node in ast.parse(source).body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if not isinstance(target, ast.Name) or not target.id.isupper():
            continue
        if not _follows_an_assignment(lines, node):
            above = _comment_above(lines, node)
        value = shortened(" ".join(ast.unparse(node.value).split()), LONGEST_VALUE)
        yield f"`{target.id}`", f"`{value}`", _comment_beside(lines, node) or above


def _follows_an_assignment(lines: Sequence[str], node: ast.stmt) -> bool:
    before = lines[node.lineno - 2] if node.lineno > 1 else ""
    return bool(before.strip()) and not before.startswith("#")


def _comment_beside(lines: Sequence[str], node: ast.stmt) -> str:
    """The comment at the end of a statement of one line."""
    if node.end_lineno != node.lineno:
        return ""
    return lines[node.lineno - 1].encode()[node.end_col_offset or 0 :].decode().partition("# ")[2].strip()


def _comment_above(lines: Sequence[str], node: ast.stmt) -> str:
    above: list[str] = []
    for line in reversed(lines[: node.lineno - 1]):
        if not line.startswith("# ") or line.startswith("# ---"):
            break
        above.insert(0, line[2:].strip())
    return " ".join(above)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)
