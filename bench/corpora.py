"""Pages with known answers that lie outside the project: three public repositories, unpacked in one folder."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Answers:
    """What is known of a page; what is not known is empty or None and is not asked."""

    bodies: tuple[str, ...] = ()  # readings of the body that are all right: with the stand-first and without
    present: tuple[str, ...] = ()  # pieces of text that belong to the article
    absent: tuple[str, ...] = ()  # pieces that do not
    headline: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None  # naive where the answer has no offset


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was fetched, and what is known of it."""

    id: str
    url: str
    file: Path
    answers: Answers = field(default_factory=Answers)


def benchmark_pages(folder: Path) -> Iterator[Page]:
    """article-extraction-benchmark (scrapinghub): the article body by hand."""
    known: Mapping[str, Any] = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    for name, told in sorted(known.items()):
        file = folder / "html" / f"{name}.html.gz"
        yield Page(name, told.get("url") or "", file, Answers(bodies=(told["articleBody"],)))


def fundus_pages(folder: Path) -> Iterator[Page]:
    """The parser tests of Fundus (flairNLP): the oldest page belongs to the first version of a parser, and so on."""
    for answers in sorted((folder / "tests/resources/parser/test_data").glob("*/*.json")):
        known: Mapping[str, Any] = json.loads(answers.read_text("utf-8"))
        fetched: Mapping[str, Any] = json.loads(answers.with_name("meta.info").read_text("utf-8"))
        files = sorted(answers.parent.glob(f"{answers.stem}_[0-9]*.html.gz"))
        for file, version in zip(files, sorted(known, key=_version), strict=True):
            yield Page(
                f"{answers.parent.name}/{file.name}",
                fetched[file.name]["url"],
                file,
                _fundus_answers(known[version]),
            )


def _version(name: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", name)]


def _fundus_answers(known: Mapping[str, Any]) -> Answers:
    body = known["body"]
    rest = "\n".join(
        line for section in body["sections"] for line in (*section["headline"], *section["paragraphs"])
    )
    published = known.get("publishing_date")
    return Answers(
        bodies=("\n".join((*body["summary"], rest)), rest),
        headline=known.get("title"),
        authors=tuple(known.get("authors") or ()),
        published=datetime.fromisoformat(published) if published else None,
    )


def mixed_pages(folder: Path) -> Iterator[Page]:
    """trafilatura's evaluation set (adbar): pieces of text that must or must not be there, on pages of all kinds."""
    known: Mapping[str, Any] = json.loads((folder / "tests/evaldata.json").read_text("utf-8"))
    for url, told in sorted(known.items()):
        files = [folder / "tests" / kind / told["file"] for kind in ("cache", "eval")]
        file = next((one for one in files if one.is_file()), None)
        if file is None:
            continue
        author = told.get("author") or ()
        yield Page(
            told["file"],
            url if url.startswith("http") else "",
            file,
            Answers(
                present=tuple(told["with"]),
                absent=tuple(told["without"]),
                headline=told.get("title") or None,
                authors=(author,) if isinstance(author, str) else tuple(author),
                published=_day(told.get("date")),
            ),
        )


def _day(printed: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(printed) if printed else None
    except ValueError:  # "2018-00-00"
        return None


CORPORA: dict[str, tuple[str, Callable[[Path], Iterator[Page]]]] = {
    "benchmark": ("scrapinghub+article-extraction-benchmark", benchmark_pages),
    "fundus": ("flairNLP+fundus", fundus_pages),
    "mixed": ("adbar+trafilatura", mixed_pages),
}


def load(folder: Path, name: str) -> list[Page]:
    """The pages of one corpus; none where its folder is not there."""
    repository, pages = CORPORA[name]
    return list(pages(folder / repository)) if (folder / repository).is_dir() else []


def raw(page: Page) -> bytes:
    """The page as it was fetched."""
    packed = page.file.read_bytes()
    return gzip.decompress(packed) if packed.startswith(b"\x1f\x8b") else packed


def digest(pages: list[Page]) -> str:
    """One name for these pages with these answers: figures compare only where it is the same."""
    total = hashlib.sha256()
    for page in sorted(pages, key=lambda one: one.id):
        total.update(f"{page.id}\n{page.url}\n{page.answers!r}\n".encode())
        total.update(hashlib.sha256(raw(page)).digest())
    return total.hexdigest()[:16]
