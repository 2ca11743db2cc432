"""Datelines of languages that write without spaces: 新华社北京4月24日电, 【ワシントン共同】, (서울=연합뉴스)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from pipelines.dateline.agencies import agency, combination
from pipelines.dateline.gazetteer import gazetteer
from pipelines.dateline.printed_dates import PrintedDate

LANGUAGES = frozenset(("zh", "ja", "ko"))
_SIGNED = "新华社|新華社|新华网|中新社|中新网|中国新闻社|法新社|路透社|美联社|美聯社|中央社|共同社|人民网|本报|本報|央视网|澎湃新闻|埃菲社|塔斯社"
_SINA = "北京新浪網|北京新浪网"

# Where the dateline stands in an opening; `inside` is what is read, the whole match is cut off the story.
_FRAMES = tuple(
    re.compile(frame)
    for frame in (
        rf"(?P<inside>(?:{_SIGNED})[^\s，。（）()]{{0,12}}?(?:\d{{1,2}}月)?\d{{1,2}}日)(?P<wired>[专專]?[电電讯訊]|消息)",
        r"[（(](?P<inside>[^（）()\s]{2,30}?\d{1,2}日)(?P<wired>[综综]?[合]?[专專]?[电電讯訊])[）)]",
        r"[【［\[](?P<inside>[^】］\]\n]{2,30})[】］\]](?:[^\n=]{2,8}기자\s*=)?",
        r"[(（](?P<inside>[^()（）\n]{1,20}[=＝][^()（）\n]{2,24})[)）](?:[^\n=]{2,12}기자\s*=)?",
        r"[(（](?P<inside>\S{1,8}\s+\d{1,2}월\s*\d{1,2}일발\s+[^()（）\n]{2,12})[)）]",
        r"[〔（(]?(?P<inside>(?:本报|本報)?[记記]者[^\s／/，。]{2,8}[／/][^\s，。／/]{2,8}(?:报导|報導|报道|報道))[〕）)]?",
        rf"(?P<inside>(?:{_SINA})\s*\((?:\d{{4}}-\d{{2}}-\d{{2}})[^)]{{0,8}}\))",
        r"(?P<inside>\w{2,12}[（(](?:CNN|ＣＮＮ|AFP|AP|ロイター|共同|時事)[)）])",
    )
)
_DAY = re.compile(
    r"(?:(?P<year>\d{4})[年-])?(?:(?P<month>\d{1,2})[月월-]\s*)?(?P<day>\d{1,2})(?:日|일(?:발)?|(?=\s|$))"
)
_REPORTER = re.compile(r"[记記]者|本报|本報|特派员|報導|报导|报道|報道|기자")
_DIVIDERS = re.compile(r"[=＝、,，/／()（）\s・]+")


@dataclass(frozen=True, slots=True)
class CjkDateline:
    """What such a dateline says; `end` is the offset of the story."""

    places: tuple[str, ...]
    agencies: tuple[str, ...]
    date: PrintedDate | None
    end: int


def read_cjk(text: str) -> CjkDateline | None:
    """The dateline at the start of a Chinese, Japanese or Korean text, or None."""
    head = text[:120]
    for frame in _FRAMES:
        match = frame.match(head)
        if match:
            found = _inside(unicodedata.normalize("NFKC", match["inside"]))
            if found.places or (found.agencies and found.date):
                end = match.end() + len(head[match.end() :]) - len(head[match.end() :].lstrip(" 　\n-–—"))
                return CjkDateline(found.places, found.agencies, found.date, end)
    return None


def _inside(inside: str) -> CjkDateline:
    signed = "=" in inside or bool(_REPORTER.search(inside))
    printed = _DAY.search(inside)
    date = None
    if printed and any(mark in printed[0] for mark in "日일-"):
        year, month, day = (int(value) if value else None for value in printed.group("year", "month", "day"))
        date = PrintedDate(day, month, year)
        inside = inside[: printed.start()] + " " + inside[printed.end() :]
    places: list[str] = []
    names: list[str] = []
    for part in filter(None, _DIVIDERS.split(_REPORTER.sub(" ", inside))):
        rest = _take_agency(part, names)
        if rest and not places:
            place = _take_place(rest, signed=signed or bool(names) or date is not None)
            if place:
                places.append(place)
    return CjkDateline(tuple(places), tuple(names), date, 0)


def _take_agency(part: str, names: list[str]) -> str:
    """Moves an agency at either end of a part into `names`; the rest."""
    whole = combination(part)
    if whole:
        names.extend(name for name in whole if name not in names)
        return _embedded_place(part)
    for length in range(min(8, len(part) - 1), 1, -1):
        for piece, rest in ((part[:length], part[length:]), (part[-length:], part[:-length])):
            name = agency(piece)
            if name:
                if name not in names:
                    names.append(name)
                return _take_agency(rest, names) if rest and agency(rest) else rest
    return part


def _embedded_place(part: str) -> str:
    """ "北京新浪網" names the city its newsroom is in."""
    return part[:2] if len(part) > 3 and gazetteer().knows(part[:2]) and not part.isascii() else ""


def _take_place(part: str, *, signed: bool) -> str | None:
    """A place at the start (before a reporter's name) or at the end (behind it)."""
    if signed and gazetteer().knows(part):
        return part
    for length in range(len(part) - 1, 1, -1):
        front, back = part[:length], part[-length:]
        if gazetteer().knows(front) and ((signed and length > 1) or _foreign_with_name(front, part[length:])):
            return front
        if signed and gazetteer().knows(back):
            return back
    return None


def _foreign_with_name(place: str, name: str) -> bool:
    """ "カイロ山本花子": a foreign city in katakana and a correspondent's name of three to five characters."""
    return 3 <= len(name) <= 5 and all("\u30a0" <= char <= "\u30ff" for char in place)
