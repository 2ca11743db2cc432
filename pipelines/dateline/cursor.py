"""The tokens of an opening, with the questions every reader asks of them."""

from __future__ import annotations

from pipelines.dateline.folding import fold
from pipelines.dateline.tokens import LOOK, Token, tokens


class Cursor:
    """Tokens by number; nothing is asked in vain outside their range."""

    def __init__(self, text: str) -> None:
        self.text = text[:LOOK]
        self.tokens = tokens(text)

    def kind(self, at: int) -> str | None:
        """The kind of a token; None outside."""
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else None

    def word(self, at: int) -> str | None:
        """The folded word at a token; None where it is no word."""
        return fold(self.tokens[at].text) if self.kind(at) == "w" else None

    def words(self, at: int, most: int, *, joined: bool = False) -> list[Token]:
        """The words in a row from a token on; `joined` lets the first be a number."""
        found: list[Token] = []
        while len(found) < most and self.kind(at) in (("w", "n") if joined and not found else ("w",)):
            found.append(self.tokens[at])
            at += 1
        return found

    def between(self, opening: int, closing: int) -> str:
        """The text between two tokens."""
        return self.text[self.tokens[opening].end : self.tokens[closing].start].strip()

    def closing(self, at: int, kind: str, most: int) -> int | None:
        """The next token of a kind behind `at`, at most `most` tokens on."""
        return next((place for place in range(at + 1, at + most) if self.kind(place) == kind), None)
