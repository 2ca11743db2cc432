"""Drops lines of the extracted text by rule: repeated headline, date and author lines, interface, pleas, tails."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.clean.address import absolute, parts_of, same_host
from pipelines.clean.blocks import REASONS
from pipelines.clean.byline import by_word
from pipelines.clean.labels import labels, starts_among, starts_with
from pipelines.clean.runs import Run, key_of

LINE_REASONS: dict[str, str] = {
    "headline_repeated": "It repeats the headline.",
    "interface_line": "It is a button or a notice of the page.",
    "plea_line": "It asks the reader to subscribe, follow, donate or accept something.",
    "read_more_line": "It points to another article.",
    "date_line": "It is the line with the date or the reading time.",
    "author_line": "It names the author.",
    "credit_line": "It credits a picture or claims a copyright.",
    "link_line": "All of it is a link to another article of the site.",
    "shortcode_line": "It is program code of the page.",
    "check_also_tail": "It is a label such as “Check Also” at the end of the text, or a teaser under it.",
    "pull_quote": "It repeats words of a paragraph in large letters.",
    "strip_rule": "A rule of the source leaves this block out.",
}
_KICKER = 50  # characters that a line may have beside the headline and still repeat it
_PLEA = 260  # characters of the longest line that is taken for a plea
_READ_MORE = 220  # characters of the longest line that is taken for a pointer to another article
_TAIL_LINES = 8  # lines behind a "Check Also" label at the end of a text
_TAIL = 1200  # characters of them together
_TEASER = 420  # characters of each
_TITLE = 4  # words of the shortest headline in a teaser
_QUOTED, _LONGEST_QUOTE = 25, 400  # characters of a pull quote, folded
_SENTENCE_ENDS = (".", "!", "?", "…", "”", "“", '"', "»", "«", "’", "。", "」", "।", "؟")
_LONG = 120  # characters from which a line is a paragraph of the story

_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}:\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)|(?:19|20)\d\d年"
)
_DAY = re.compile(r"(?<!\d)(?:[0-3]?\d)(?!\d)")
_NO_DATE = re.compile(r"[$€£¥@%]")  # prices, shares, and who wrote a post
_READING_TIME = re.compile(
    r"^\W*(?:(?:estimated )?read(?:ing)? time|lesezeit|lesedauer|temps de lecture|tiempo (?:estimado )?de lectura|tempo (?:estimado )?(?:de leitura|di lettura)"
    r"|leestijd|czas czytania|время чтения|okuma süresi|lecture|lesetid)\b.{0,40}$"
    r"|^\W*\d{1,3}\s*(?:[-–]?\s*min(?:ute[ns]?|utos?|uti|\.)?\s*(?:read(?:ing)?|lesezeit|de lectura|de lecture|di lettura|leestijd|lesetid))\W*$",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"^\W*(?:(?:photo(?:graph)?s?|foto(?:s|grafia)?|image|bild(?:er)?|picture|pic|crédit(?:s)? photo|crédits?|credit|illustration|фото|صورة|الصورة|zdjęcie|zdj)"
    r"(?: (?:credit|by|courtesy of|von|de|di|par))?)\s*[:©/].{0,140}$"
    r"|^\W*(?:copyright|©|\(c\)|℗)\s.{0,200}$|^.{0,160}\((?:photo|foto|image|ap photo|reuters|afp|getty)[^)]*\)\W*$"
    r"|^.{0,160}(?:/|\||—|–|via)\s*(?:getty images|shutterstock|istock|alamy(?: stock photo)?|unsplash|pixabay)\W*$",
    re.IGNORECASE,
)
_SHORTCODE = re.compile(
    r"^\W*(?:[a-z]+(?:[A-Z][a-z]+)+:|true|false|null|undefined)\W*$|^\s*\[/?[a-z_-]{3,}(?:\s[^\]]*)?\]|^\s*(?:window\.|var |function ?\(|\{\{|\{\"|<!--)"
)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line that was taken out of the extracted text."""

    rule: str
    reason: str
    text: str
    position: int  # in the order of the page; the line number where the page has no such line


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules know of the article."""

    headline: str | None
    authors: tuple[str, ...]
    byline: str | None
    runs: dict[str, list[Run]]  # of the page, by key
    titles: frozenset[str] = frozenset()  # folded: what the metadata calls the article
    url: str = ""  # of the page

    @property
    def headline_key(self) -> str:
        """The headline, folded."""
        return key_of(self.headline or "")


def line_key(line: str) -> str:
    """The line folded for comparison, without the list marker that the extractor sets."""
    return key_of(line)


def sift(lines: Sequence[str], context: Context) -> tuple[list[str], list[Dropped]]:
    """(kept, dropped): every line of the extracted text judged by rule; order kept.

    A line goes with its block only if each of its occurrences on the page stands in a marked block.
    """
    kept: list[str] = []
    dropped: list[Dropped] = []
    body = _Body(lines)
    headline = context.headline_key
    for number, line in enumerate(lines):
        key = line_key(line)
        if not key:
            continue  # rulers and bullets
        found = context.runs.get(key, [])
        rule, reason = _judge(line, key, found, context, headline, body.place(number))
        if rule is None:
            kept.append(line)
        else:
            dropped.append(Dropped(rule, reason, line, found[0].position if found else number))
    kept, tail = cut_tail(kept, context.runs)
    kept, quotes = without_pull_quotes(kept, context.runs)
    return kept, dropped + tail + quotes


def rule_at_head(run: Run, context: Context) -> str | None:
    """The rule by which a line above the story would be dropped; None where nothing speaks against it."""
    if not run.key:
        return "interface_line"
    return _judge(run.text, run.key, [run], context, context.headline_key, "head")[0]


class _Body:
    """Where the story begins and ends among the lines."""

    def __init__(self, lines: Sequence[str]) -> None:
        long = [i for i, line in enumerate(lines) if len(line) >= _LONG]
        # the stand-first may be long, and the date stands behind it: the story is sure at the second one
        self.first = long[min(1, len(long) - 1)] if long else len(lines)
        self.last = long[-1] if long else -1

    def place(self, number: int) -> str:
        """head: before the second paragraph; foot: after the last; story: between."""
        if number < self.first:
            return "head"
        return "foot" if number > self.last else "story"


def _judge(
    line: str, key: str, found: list[Run], context: Context, headline: str, place: str
) -> tuple[str | None, str]:
    if _repeats(key, headline, found, context.titles, place):
        return "headline_repeated", LINE_REASONS["headline_repeated"]
    if found and all(run.rule for run in found):
        rule = found[0].rule or ""
        return rule, f"{REASONS[rule]} ({found[0].why})"
    name = _line_rule(line, key, found, context, place)
    return (name, LINE_REASONS[name]) if name else (None, "")


def _repeats(key: str, headline: str, found: list[Run], titles: frozenset[str], place: str) -> bool:
    if key == headline or (place == "head" and key in titles):
        return True
    if any(run.block.tag == "h1" or any(True for _ in run.block.iterancestors("h1")) for run in found):
        return True
    if place != "head" or len(headline) <= 25 or len(key) > len(headline) + _KICKER:
        return False
    # a kicker may be glued to it without a space
    return key.startswith(headline) or key.replace(" ", "").endswith(headline.replace(" ", ""))


def _line_rule(line: str, key: str, found: list[Run], context: Context, place: str) -> str | None:
    if key in labels("interface") or _SHORTCODE.match(line):
        return "interface_line" if key in labels("interface") else "shortcode_line"
    if line.startswith("| "):
        return None  # a row of a table: names and days are what it is made of
    if len(line) <= _PLEA and _pleads(key):
        return "plea_line"
    if _points_elsewhere(line, key, found):
        return "read_more_line"
    if (
        found
        and len(line) <= _READ_MORE
        and not line.endswith(".")
        and all(_is_teaser(run, context.url) for run in found)
    ):
        return "link_line"
    if _READING_TIME.match(line) or (place != "story" and _is_date_line(line, key)):
        return "date_line"
    if place != "story" and _is_author_line(line, key, context):
        return "author_line"
    if len(line) <= 220 and _CREDIT.match(line):
        return "credit_line"
    return None


def _pleads(key: str) -> bool:
    return any(plea in key for plea in starts_among("pleas", key.split()))


def _points_elsewhere(line: str, key: str, found: list[Run]) -> bool:
    """“Read more: another headline”: a start of that kind, then a colon or bar or a link."""
    if len(line) > _READ_MORE:
        return False
    for start in starts_with("read_more", key.split()[0]):
        if key == start:
            return bool(found) and all(run.is_link for run in found)
        if key.startswith(start):
            rest = re.sub(
                r"^[\W_]*" + r"[\W_]+".join(map(re.escape, start.split())),
                "",
                line,
                count=1,
                flags=re.IGNORECASE,
            )
            marked = re.match(r"\s*[:|>»›→\-–—]", rest) is not None
            linked = any(run.linked >= 0.5 * len(run.text) for run in found)
            if linked and (marked or key[len(start) :].startswith(" ")):
                return True
            if marked and len(start.split()) > 1:
                return True
    return False


def _is_teaser(run: Run, page: str) -> bool:
    """A paragraph or heading, not a list item, that is nothing but a link to another page of the site."""
    if not run.is_link or run.block.tag == "li" or len(run.key.split()) < _TITLE or "://" in run.text:
        return False
    here = parts_of(page)
    for link in (*run.block.iter("a"), *run.block.iterancestors("a")):
        there = parts_of(absolute(page, link.get("href") or "") or "")
        if same_host(here, there) and there.path not in ("", "/", here.path):
            return True
    return False


def _is_date_line(line: str, key: str) -> bool:
    """A short line with a year or a time and a day, and hardly a word beside them."""
    if len(line) > 90 or line.endswith(("?", "!")) or _NO_DATE.search(line):
        return False
    words = [w for w in key.split() if not w[0].isdigit()]
    return (
        bool(_DATE.search(line))
        and bool(_DAY.search(line))
        and len(words) <= 6
        and sum(map(len, words)) <= 45
    )


def _is_author_line(line: str, key: str, context: Context) -> bool:
    if len(line) > 160:
        return False
    if context.byline and key == key_of(context.byline):
        return True
    names = [key_of(name) for name in context.authors]
    if not names:
        return False
    rest = key
    for name in names:
        rest = rest.replace(name, " ")
    if rest == key:
        return False
    word = by_word(key)
    left = rest.split()
    return len(left) <= 3 or (word is not None and len(left) <= 8 and not line.endswith("."))


def without_pull_quotes(lines: list[str], runs: dict[str, list[Run]]) -> tuple[list[str], list[Dropped]]:
    """Take out lines whose words stand in a longer paragraph of the text as well: nothing is lost with them."""
    keys = [line_key(line) for line in lines]
    whole = " \n ".join(keys)
    kept: list[str] = []
    dropped: list[Dropped] = []
    for number, (line, key) in enumerate(zip(lines, keys, strict=True)):
        found = runs.get(key, [])
        if _is_pull_quote(line, key, found) and _stands_in_another(key, number, keys, whole):
            position = found[0].position if found else number
            dropped.append(Dropped("pull_quote", LINE_REASONS["pull_quote"], line, position))
        else:
            kept.append(line)
    return kept, dropped


def _is_pull_quote(line: str, key: str, found: list[Run]) -> bool:
    """A sentence, and no sub-head, list item or cell: those may well repeat words."""
    if not _QUOTED <= len(key) <= _LONGEST_QUOTE or not line.endswith(_SENTENCE_ENDS):
        return False
    return not any(run.is_heading or run.block.tag in ("li", "td", "th", "dd", "dt") for run in found)


def _stands_in_another(key: str, number: int, keys: list[str], whole: str) -> bool:
    if whole.count(key) < 2:
        return False
    return any(key in other and len(other) > len(key) for at, other in enumerate(keys) if at != number)


def cut_tail(lines: list[str], runs: dict[str, list[Run]]) -> tuple[list[str], list[Dropped]]:
    """Cut a narrow label ("Check Also") and the short teasers behind it off the end of a text."""
    narrow = labels("check_also")
    for start in range(max(1, len(lines) - _TAIL_LINES - 1), len(lines)):
        tail = lines[start:]
        if line_key(tail[0]) not in narrow:
            continue
        if sum(map(len, tail)) > _TAIL or any(len(line) > _TEASER for line in tail):
            continue
        reason = f"{LINE_REASONS['check_also_tail']} ({tail[0]})"
        places = [runs.get(line_key(line), []) for line in tail]
        return lines[:start], [
            Dropped("check_also_tail", reason, line, found[-1].position if found else start + i)
            for i, (line, found) in enumerate(zip(tail, places, strict=True))
        ]
    return lines, []
