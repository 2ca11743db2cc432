"""Light Markdown as a CommonMark parser sees it, and as plain text: the judge of what we write."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_SHAPES = {"blockquote": "quote", "list_item": "item", "heading": "heading", "td": "row", "th": "row"}


def parsed(markdown: str) -> list[tuple[str, str]]:
    """(shape, text) of each block as a CommonMark parser sees it; cells of a row joined by bars."""
    found: list[tuple[str, str]] = []
    around: list[str] = []
    cells: list[str] = []
    for token in PARSER.parse(markdown):
        name = token.type.removesuffix("_open").removesuffix("_close")
        if name == "tr" and token.nesting < 0:
            found.append(("row", " | ".join(cells)))
            cells = []
        if token.nesting > 0:
            around.append(name)
        elif token.nesting < 0:
            around.pop()
        elif token.type == "inline":
            shape = next((_SHAPES[name] for name in around if name in _SHAPES), "paragraph")
            if shape == "row":
                cells.append(words(token))
            else:
                found.append((shape, words(token)))
        else:
            found.append((token.type, token.content))
    return found


def words(token: Token) -> str:
    """The text of a line; a mark that the parser saw in it stands as its name."""
    return "".join(
        child.content if child.type in ("text", "text_special") else f"<{child.type}>"
        for child in token.children or ()
    )


def plain(markdown: str) -> str:
    """The Markdown without its marks, as the plain text writes blocks."""
    shown = {"item": "- {}", "row": "| {} |"}
    return "\n\n".join(shown.get(shape, "{}").replace("{}", text) for shape, text in parsed(markdown))
