"""The language of a search: words, "phrases", beginnings*, -without, OR, NOT, brackets, headline: and text:.

What a reader types never reaches FTS5 as it is. It is read here, word by word, and written anew as an expression that
FTS5 takes; what cannot be read becomes a sentence. Words are spelled as the index spells them (`folding`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from newsbot.search.spellings import spellings
from pipelines.store.folding import RUN, pairs, spelled

FIELDS = ("headline", "text")
"""Columns of the index."""

FILTERS = ("author", "source", "place", "tag", "agency", "section")
"""Names that, before a colon, narrow the search by a column of the article."""

NOTHING = '""'
"""An expression that no article answers to."""

MOST_WORDS = 64
_MOST_BRACKETS = 12
_LEAST_BEGINNING = 2  # letters before the *: every word of an archive begins with some letter

_TOKEN = re.compile(
    rf"""
    (?P<near>NEAR\(\s*(?P<close>[^()]*?)\s*(?:,\s*(?P<distance>\d{{1,3}}))?\s*\))
  | (?P<field>(?i:{"|".join((*FIELDS, *FILTERS))}))\s*:\s*(?=[^\s:)])
  | (?P<minus>-)(?=[^\s-])
  | "(?P<phrase>[^"]*)(?P<end>"|$)(?P<star>\*?)
  | (?P<open>\() | (?P<close_bracket>\))
  | (?P<word>[^\s()"]+)
    """,
    re.X,
)
_FORMATS = "\u200c\u200d"  # inside words of Persian and of the scripts of India
_OPERATORS = frozenset(("AND", "OR", "NOT"))


class Unreadable(Exception):
    """A search that says something that cannot be meant; the message is a sentence.

    `guess`: its words are worth searching as they stand. They are not where they were to be left out.
    """

    def __init__(self, sentence: str, *, guess: bool = True) -> None:
        super().__init__(sentence)
        self.guess = guess


@dataclass(frozen=True)
class Term:
    """Something that a text must contain: words in a row, as the index spells them."""

    words: tuple[str, ...]
    prefix: bool = False  # the last word is a beginning
    column: str | None = None  # only in the headline, or only in the text


@dataclass(frozen=True)
class Search:
    """A search as it was understood. `expression` is None where there is nothing to ask of the index."""

    expression: str | None = None
    terms: tuple[Term, ...] = ()  # what to mark in a text; nothing that was left out by -
    filters: tuple[tuple[str, str], ...] = ()  # name and value, e.g. ("author", "Ann Example")
    note: str = ""  # a sentence, where the search was read otherwise than typed
    rest: str = ""  # the search as typed, without its filters


def read(text: str, *, german: bool = False) -> Search:
    """Understands a search; never raises.

    Where it cannot be read, its words are searched as they stand and `note` says so. `german`: also take ae, oe and
    ue for umlauts, which is right only where there are texts that have them.
    """
    text = "".join(letter if letter.isprintable() or letter in _FORMATS else " " for letter in text)
    try:
        return _Reader(text, german).search()
    except Unreadable as error:
        if not error.guess:
            return Search(expression=NOTHING, note=f"{error}")
        plain = _Reader(" ".join(_bare(text)), german)
        try:
            found = plain.search()
        except Unreadable:  # too many words, or none
            return Search(expression=NOTHING, note=f"{error}")
        note = f"{error} So its words were searched as they stand."
        return Search(found.expression, found.terms, (), note, text)


def _bare(text: str) -> Iterator[str]:
    """The words of a search that could not be read, without what could be taken for more than a word."""
    for word in re.split(r"[\s()\"*]+", text):
        bare = word.lstrip("-^+").replace(":", " ")
        if any(map(str.isalnum, bare)) and word not in _OPERATORS:
            yield from bare.split()


@dataclass
class _Part:
    """One level of brackets as it is read: what must occur, what must not."""

    wanted: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)

    def expression(self) -> str | None:
        """The level as FTS5 takes it; None where it holds nothing."""
        if not self.wanted:
            if self.unwanted:
                raise Unreadable(
                    "A search needs a word that must occur; a word with a minus only takes away from what is found.",
                    guess=False,
                )
            return None
        found = self.wanted[0] if len(self.wanted) == 1 else f"({' AND '.join(self.wanted)})"
        if self.unwanted:
            found = f"({found} NOT {_either(self.unwanted)})"
        return found


def _either(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


class _Reader:
    """Reads one search from left to right (recursive descent)."""

    def __init__(self, text: str, german: bool) -> None:
        self._text = text
        self._cuts: list[tuple[int, int]] = []  # where filters stand
        self._tokens = list(_TOKEN.finditer(text))
        self._at = 0
        self._german = german
        self._depth = 0
        self._words = 0
        self._negated = False
        self._alternative = False
        self._column: str | None = None
        self._terms: list[Term] = []
        self._filters: list[tuple[str, str]] = []
        self._notes: list[str] = []

    def search(self) -> Search:
        """The whole. Raises Unreadable."""
        expression = self._alternatives()
        if self._at < len(self._tokens):
            raise Unreadable("A bracket is closed that was never opened.")
        if expression is None and not self._filters:
            raise Unreadable("There is no word in this search.")
        rest = self._text
        for start, end in reversed(self._cuts):
            rest = rest[:start] + rest[end:]
        return Search(
            expression,
            tuple(self._terms),
            tuple(self._filters),
            " ".join(self._notes),
            " ".join(rest.split()),
        )

    def _peek(self) -> re.Match[str] | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next_is(self, *words: str) -> bool:
        token = self._peek()
        return token is not None and token["word"] in words

    def _alternatives(self) -> str | None:
        """a b OR c d: either of two groups of words."""
        before = self._alternative
        self._alternative = before or self._has_or()
        groups = [self._together()]
        while self._next_is("OR"):
            self._at += 1
            groups.append(self._together())
        self._alternative = before
        found = [group for group in groups if group]
        if len(groups) > 1 and len(found) < len(groups):
            raise Unreadable("OR stands between two words.")
        return _either(found) if found else None

    def _has_or(self) -> bool:
        """Whether an OR follows on this level of brackets."""
        depth = 0
        for token in self._tokens[self._at :]:
            depth += bool(token["open"]) - bool(token["close_bracket"])
            if depth < 0:
                return False
            if depth == 0 and token["word"] == "OR":
                return True
        return False

    def _together(self) -> str | None:
        """a b -c: all words of a group."""
        part = _Part()
        while (token := self._peek()) is not None and not token["close_bracket"] and token["word"] != "OR":
            negated = False
            if token["word"] == "AND":
                self._at += 1
                self._needs_word("AND", part)
            if self._next_is("NOT") or ((token := self._peek()) is not None and token["minus"]):
                negated = True
                self._at += 1
                self._needs_word("NOT" if not (token and token["minus"]) else "A minus")
            self._one(part, negated)
        return part.expression()

    def _needs_word(self, operator: str, part: _Part | None = None) -> None:
        token = self._peek()
        missing = token is None or bool(token["close_bracket"]) or token["word"] in ("AND", "OR")
        if missing or (part is not None and not part.wanted and not self._filters):
            between = "between two words" if operator == "AND" else "before a word"
            raise Unreadable(f"{operator} stands {between}.")

    def _one(self, part: _Part, negated: bool) -> None:
        before = self._negated
        self._negated = before or negated
        found = self._atom()
        self._negated = before
        if found:
            (part.unwanted if negated else part.wanted).append(found)

    def _atom(self) -> str | None:
        token = self._peek()
        if token is None:
            raise Unreadable("The search ends where a word should stand.")
        self._at += 1
        if token["open"]:
            return self._bracket()
        if token["field"]:
            return self._field(token["field"].lower())
        if token["near"]:
            return self._near(token["close"], token["distance"])
        if token["phrase"] is not None:
            if not token["end"]:
                self._notes.append("A quotation mark was opened and never closed.")
            return self._phrase(token["phrase"], bool(token["star"]))
        if token["minus"] or token["close_bracket"]:
            raise Unreadable("A minus stands before a word.")
        return self._word(token["word"])

    def _bracket(self) -> str | None:
        self._depth += 1
        if self._depth > _MOST_BRACKETS:
            raise Unreadable(f"There are more than {_MOST_BRACKETS} brackets inside each other.")
        found = self._alternatives()
        closing = self._peek()
        if closing is None:
            raise Unreadable("A bracket was opened and never closed.")
        self._at += 1
        self._depth -= 1
        if found is None:
            raise Unreadable("A pair of brackets has no word in it.")
        return found

    def _field(self, name: str) -> str | None:
        if name in FILTERS:
            self._filter(name)
            return None
        before, self._column = self._column, name
        found = self._atom()
        self._column = before
        if found is None:
            raise Unreadable(f"No word stands behind {name}:.")
        return f"({name} : {found})"

    def _filter(self, name: str) -> None:
        if self._negated or self._alternative or self._depth:
            raise Unreadable(
                f"{name}: narrows the whole search, so it cannot stand in brackets, beside OR, or be left out."
            )
        token = self._peek()
        value = ((token["phrase"] or token["word"]) if token else "") or ""
        if not value.strip():
            raise Unreadable(f"No name stands behind {name}:.")
        self._cuts.append((self._tokens[self._at - 1].start(), self._tokens[self._at].end()))
        self._at += 1
        self._filters.append((name, value.strip()))

    def _near(self, words: str, distance: str | None) -> str | None:
        phrases = [
            _quoted(" ".join(written)) for word in words.split() if (written := _in_a_row(spelled(word)))
        ]
        if len(phrases) < 2:
            raise Unreadable("NEAR wants two words or more in its brackets.")
        for word in words.split():
            self._mark(tuple(_in_a_row(spelled(word))), False)
        return f"NEAR({' '.join(phrases)}, {distance or 10})"

    def _phrase(self, phrase: str, prefix: bool) -> str | None:
        written = _in_a_row(spelled(phrase))
        if not written:
            return None
        self._count(len(written))
        self._mark(tuple(written), prefix)
        return _quoted(" ".join(written)) + (" *" if prefix else "")

    def _word(self, word: str) -> str | None:
        if word.startswith("*") and len(word) > 1:
            raise Unreadable("A star stands behind the beginning of a word, not before its end.")
        prefix = word.endswith("*")
        found = []
        pieces = list(_pieces(spelled(word)))
        for number, piece in enumerate(pieces):
            last = number == len(pieces) - 1
            found.append(self._piece(piece, prefix and last))
        if not found:
            return None
        return found[0] if len(found) == 1 else f"({' AND '.join(found)})"

    def _piece(self, piece: str, prefix: bool) -> str:
        """A word without spaces, or a run of a script that has none."""
        self._count(1)
        if RUN.fullmatch(piece):
            written = list(pairs(piece, last=False))
            self._mark((piece,), True)
            single = len(list(pairs(piece, last=True))) == 1  # it may be the first of any pair
            return _quoted(" ".join(written)) + (" *" if single or prefix else "")
        letters = sum(map(str.isalnum, piece))
        if prefix and letters < _LEAST_BEGINNING:
            raise Unreadable(
                f"{piece}* would find nearly everything: a beginning has {_LEAST_BEGINNING} letters or more."
            )
        ways = spellings(piece, german=self._german)
        for way in ways:
            self._mark(tuple(way.split()), prefix)
        return _either([_quoted(way) + (" *" if prefix else "") for way in ways])

    def _mark(self, words: tuple[str, ...], prefix: bool) -> None:
        if not self._negated and words:
            self._terms.append(Term(words, prefix, self._column))

    def _count(self, words: int) -> None:
        self._words += words
        if self._words > MOST_WORDS:
            raise Unreadable(f"There are more than {MOST_WORDS} words in this search.")


def _pieces(word: str) -> Iterator[str]:
    """A word as typed, apart where a script without spaces meets another one; only what has a letter or digit."""
    at = 0
    for run in (*RUN.finditer(word), None):
        plain = _bared(word[at : run.start() if run else len(word)])
        if plain:
            yield plain
        if run:
            yield run[0]
            at = run.end()


def _bared(word: str) -> str:
    """A word without punctuation before and behind it; empty where it has no letter and no digit."""
    if not any(map(str.isalnum, word)):
        return ""
    first, last = 0, len(word)
    while unicodedata.category(word[first])[0] not in "LN":
        first += 1
    while unicodedata.category(word[last - 1])[0] not in "LNM":
        last -= 1
    return word[first:last]


def _in_a_row(phrase: str) -> list[str]:
    """The words of a phrase as the index has them one behind the other."""
    pieces = list(_pieces_of_phrase(phrase))
    written: list[str] = []
    for number, piece in enumerate(pieces):
        if RUN.fullmatch(piece):
            written += pairs(piece, last=number < len(pieces) - 1)
        else:
            written.append(piece)
    return written


def _pieces_of_phrase(phrase: str) -> Iterator[str]:
    for word in phrase.split():
        yield from _pieces(word)


def _quoted(words: str) -> str:
    """An FTS5 string: nothing in it is an operator."""
    return '"' + words.replace('"', " ") + '"'
