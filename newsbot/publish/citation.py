"""How an article of the archive is cited: as a sentence, and for the programs that keep references."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from newsbot.publish import labels

FORMATS: dict[str, tuple[str, str]] = {
    "bib": ("application/x-bibtex", "BibTeX"),
    "ris": ("application/x-research-info-systems", "RIS"),
    "json": ("application/vnd.citationstyles.csl+json", "CSL JSON"),
}
"""Endings of the files with media type and name."""

_LATEX = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", **{c: "\\" + c for c in "&%$#_"}}
_LATEX |= {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


@dataclass(frozen=True)
class Citation:
    """What is cited. Days are YYYY-MM-DD; `archived_at` is the instant of the capture that was read."""

    public_id: str
    headline: str
    authors: tuple[str, ...]
    outlet: str
    published: str | None  # YYYY-MM-DD, or YYYY-MM where only the month is known
    url: str  # at the publisher; empty where it is no web address
    archived_at: str
    permalink: str
    archive: str
    language: str | None
    digest: str | None


def sentence(cited: Citation) -> str:
    """Plain text, as a footnote prints it."""
    who = f"{_and(cited.authors)}: " if cited.authors else ""
    when = labels.day(cited.published) if cited.published else "undated"
    where = f" {cited.url}." if cited.url else ""
    return (
        f"{who}“{cited.headline}”. {cited.outlet}, {when}.{where}"
        f" Archived {labels.day(cited.archived_at)} in {cited.archive}, {cited.permalink}."
    )


def bibtex(cited: Citation) -> str:
    """An entry for BibLaTeX (`@article` with `entrysubtype` newspaper)."""
    fields = {
        "author": " and ".join(f"{{{_latex(name)}}}" for name in cited.authors),
        "title": f"{{{_latex(cited.headline)}}}",
        "journaltitle": _latex(cited.outlet),
        "entrysubtype": "newspaper",
        "date": cited.published or "",
        "url": _address(cited.permalink),
        "urldate": cited.archived_at[:10],
        "note": _latex(f"Original: {cited.url}") if cited.url else "",
        "langid": _latex(cited.language or ""),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@article{{newsbot-{cited.public_id},\n" + ",\n".join(lines) + "\n}\n"


def ris(cited: Citation) -> str:
    """A record for reference managers (RIS, type NEWS)."""
    pairs = [("TY", "NEWS"), *(("AU", name) for name in cited.authors), ("TI", cited.headline)]
    pairs += [("T2", cited.outlet), ("DA", (cited.published or "").replace("-", "/"))]
    pairs += [("PY", (cited.published or "")[:4]), ("UR", cited.permalink), ("L1", cited.url)]
    pairs += [("Y2", cited.archived_at[:10].replace("-", "/")), ("DB", cited.archive)]
    pairs += [("LA", cited.language or ""), ("ID", cited.public_id)]
    lines = [f"{tag}  - {_one_line(value)}" for tag, value in pairs if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def csl(cited: Citation) -> str:
    """CSL JSON, which citation styles work on."""
    item: dict[str, Any] = {
        "id": cited.public_id,
        "type": "article-newspaper",
        "title": cited.headline,
        "author": [{"literal": name} for name in cited.authors],
        "container-title": cited.outlet,
        "URL": cited.permalink,
        "accessed": _parts(cited.archived_at[:10]),
        "archive": cited.archive,
        "language": cited.language,
        "note": f"Original: {cited.url}" if cited.url else None,
    }
    if cited.published:
        item["issued"] = _parts(cited.published)
    return (
        json.dumps([{key: value for key, value in item.items() if value}], ensure_ascii=False, indent=1)
        + "\n"
    )


def written(cited: Citation, kind: str) -> str:
    """The citation in one of `FORMATS`."""
    return {"bib": bibtex, "ris": ris, "json": csl}[kind](cited)


def _parts(day: str) -> dict[str, list[list[int]]]:
    return {"date-parts": [[int(part) for part in re.findall(r"\d+", day)[:3]]]}


def _and(names: tuple[str, ...]) -> str:
    if len(names) > 3:
        return f"{names[0]} et al."
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in _one_line(text))


def _address(url: str) -> str:
    return re.sub(r"[{}\\\s]", lambda found: f"%{ord(found[0]):02X}", url)
