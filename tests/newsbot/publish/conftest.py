"""An archive written straight from the schema, with ordinary rows and hostile ones."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from newsbot.publish import build
from newsbot.publish.config import ReadingRoom
from pipelines.capture import CaptureWriter
from pipelines.store import fulltext
from pipelines.store.fulltext import FULLTEXT_DDL
from pipelines.store.migrations import index_ddl, table_ddl
from pipelines.store.schema import TABLES

from .browsing import address, browser, rich_address

__all__ = ["address", "browser", "rich_address"]  # fixtures

SEEN = "2026-11-20T06:00:00Z"
Get = Callable[..., httpx.Response]


def create(path: Path) -> sqlite3.Connection:
    """An empty archive."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    for table in TABLES:
        connection.execute(table_ddl(table))
        for statement in index_ddl(table):
            connection.execute(statement)
    for statement in FULLTEXT_DDL:
        connection.execute(statement)
    return connection


def insert(connection: sqlite3.Connection, table: str, **values: object) -> int:
    """One row; its number."""
    names = ", ".join(f'"{name}"' for name in values)
    holes = ", ".join("?" * len(values))
    sql = f"INSERT INTO {table} ({names}) VALUES ({holes})"  # noqa: S608
    cursor = connection.execute(sql, tuple(values.values()))
    return int(cursor.lastrowid or 0)


def article(connection: sqlite3.Connection, number: int, **given: Any) -> int:
    """One article with its text, authors, tags, agencies and URL."""
    text = given.pop("text", f"{given.get('headline', '')} text.")
    lists: Mapping[str, tuple[str, list[str]]] = {
        "article_authors": ("author", given.pop("authors", [])),
        "article_tags": ("tag", given.pop("tags", [])),
        "article_agencies": ("agency", given.pop("agencies", [])),
    }
    day = given.get("published_day")
    values: dict[str, Any] = {
        "id": number,
        "public_id": f"p{number:06d}",
        "url": f"https://morning.example/{number}",
        "source": "morning",
        "headline": f"Headline {number}",
        "published_sort": given.get("published_at") or day or SEEN,
        "published_year": int(day[:4]) if day else None,
        "published_month": day[:7] if day else None,
        "published_precision": "minute" if given.get("published_at") else ("day" if day else None),
        "first_seen_at": SEEN,
        "word_count": len(text.split()),
        **given,
    }
    insert(connection, "articles", **values)
    insert(connection, "article_text", article=number, text=text)
    for table, (column, entries) in lists.items():
        for position, entry in enumerate(entries):
            extra = {"position": position} if table == "article_authors" else {}
            insert(connection, table, article=number, **{column: entry}, **extra)
    insert(
        connection,
        "urls",
        key=f"morning.example/{number}",
        url=values["url"],
        source=values["source"],
        article=number,
        first_seen_at=SEEN,
        last_visited_at=SEEN,
    )
    return number


def index(connection: sqlite3.Connection) -> None:
    """The full-text index of everything."""
    fulltext.rebuild(connection)
    connection.commit()


def _sources(connection: sqlite3.Connection) -> None:
    for name, title, country, language in (
        ("morning", "The Morning Post", "GB", "en"),
        ("sabah", "صحيفة الصباح", "IQ", "ar"),
        ("abend", "Der Abend", "DE", "de"),
    ):
        insert(
            connection,
            "sources",
            id=name,
            name=title,
            homepage=f"https://{name}.example/",
            country=country,
            language=language,
            first_seen_at=SEEN,
        )


ROUND_UP = """BAGHDAD, June 22, (Agencies): Fighters took two more border crossings on Sunday, officials said.

The crossings lie on the road to Amman.

A spokesman said the army had withdrawn in order to regroup."""


def _story(connection: sqlite3.Connection) -> None:
    """The one article that has everything."""
    insert(connection, "clusters", id=1, text_hash="h", first_article=1, agency="Reuters", articles=2)
    insert(
        connection,
        "captures",
        id=1,
        key="morning.example/1",
        url="https://morning.example/1",
        file="2026/run-1.warc.gz",
        offset=1234,
        length=9876,
        digest="sha1:ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        captured_at=SEEN,
        status=200,
        media_type="text/html",
        payload_bytes=40000,
    )
    article(
        connection,
        1,
        headline="Fighters take border crossings",
        lede="Fighters took two more border crossings on Sunday.",
        section="World",
        language="en",
        byline="By Ann Example and Ben Example",
        published_at="2014-06-22T10:05:00Z",
        published_day="2014-06-22",
        published_from="dateline June 22",
        published_confidence=0.8,
        dateline="BAGHDAD, June 22, (Agencies):",
        dateline_date="2014-06-22",
        place="Baghdad",
        country="IQ",
        cluster=1,
        capture=1,
        revisions=2,
        changed_at=SEEN,
        text=ROUND_UP,
        authors=["Ann Example", "Ben Example"],
        tags=["Iraq", "borders"],
        agencies=["AFP", "Reuters"],
    )
    article(
        connection, 2, source="abend", headline="Kämpfer nehmen Grenzorte", language="de", cluster=1,
        published_day="2014-06-23", section="Welt", agencies=["Reuters"], text="Grenze. " * 40,
    )  # fmt: skip
    for role, origin, day, chosen, note in (
        ("published", "dateline", "2014-06-22", 1, "the closest year in which June 22 is a Sunday"),
        ("published", "text", "2026-01-01", 0, "the copyright line of the page"),
    ):
        insert(
            connection, "evidence", key="morning.example/1", kind="date", origin=origin, name="opening",
            printed="June 22", day=day, precision="day", role=role, confidence=0.8, chosen=chosen, note=note,
            seen_at=SEEN,
        )  # fmt: skip
    insert(
        connection, "removed_blocks", article=1, position=0, rule="check-also",
        reason="A list of other articles.", text="Check Also\nOther article",
    )  # fmt: skip
    for number, kind, changed, headline, text in (
        (
            1,
            "publisher",
            "headline,text",
            "Fighters take border crossing",
            ROUND_UP.replace("two more", "one"),
        ),
        (2, "publisher", "text", "Fighters take border crossings", ROUND_UP.replace("Amman", "Damascus")),
    ):
        insert(
            connection, "revisions", id=number, article=1, kind=kind, changed=changed, headline=headline,
            lede="Fighters took two more border crossings on Sunday.", byline="By Ann Example and Ben Example",
            text=text, seen_at=f"2026-11-2{number}T06:00:00Z",
        )  # fmt: skip


def _hostile(connection: sqlite3.Connection) -> None:
    """Rows as the worst page of the web would leave them."""
    day = "2013-01-01"
    article(
        connection, 11, headline="<script>alert(1)</script>", lede="<img src=x onerror=alert(1)>",
        section='"><svg onload=alert(2)>', byline="</title><script>alert(3)</script>", published_day=day,
        text="<script>alert(4)</script>\n\n{{ 7 * 7 }}", tags=["<b>tag</b>"], authors=["<i>author</i>"],
    )  # fmt: skip
    article(connection, 12, headline="Link", url="javascript:alert(document.cookie)", published_day=day)
    article(connection, 13, headline="\u202egnp.exe\u2066 turned", place="\u202ePlace", published_day=day)
    article(
        connection, 14, headline='=HYPERLINK("http://evil.example","x")', byline="@SUM(1)", published_day=day
    )
    article(connection, 15, headline="long " * 200_000, published_day=day, text="Short.")
    article(
        connection,
        16,
        headline="\x00\x01nul",
        url='https://morning.example/a b"onmouseover=x',
        published_day=day,
    )
    article(connection, 17, headline=None, text="", published_day=day)


@pytest.fixture(scope="session")
def archive_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """About 130 articles: one with everything, an Arabic one, a withheld and a gone one, hostile ones."""
    path = tmp_path_factory.mktemp("publish") / "archive.db"
    connection = create(path)
    _sources(connection)
    _story(connection)
    _hostile(connection)
    article(
        connection, 3, source="sabah", headline="افتتاح الجسر الجديد في بغداد", lede="افتتح الجسر يوم الأحد.",
        language="ar", section="محليات", published_day="2015-02-03", place="Baghdad", country="IQ",
        text="افتتح الجسر يوم الأحد.\n\nوقال المتحدث إن الجسر يربط ضفتي النهر.",
    )  # fmt: skip
    article(
        connection, 4, headline="Secret headline", state="withheld", published_day="2016-01-01", tags=["Iraq"]
    )
    article(connection, 5, headline="Removed by its publisher", state="gone", published_day="2016-01-02")
    article(connection, 6, headline="Nobody knows when", published_sort=SEEN)
    start = datetime(2020, 3, 1, 9, tzinfo=UTC)
    for number in range(100, 220):
        at = start + timedelta(hours=number)
        article(
            connection, number, headline=f"Council meets about bridge {number}", section=["Local", "Sport"][number % 2],
            language="en", published_at=at.strftime("%Y-%m-%dT%H:%M:%SZ"), published_day=at.strftime("%Y-%m-%d"),
            tags=["council", f"t{number % 40}"], authors=["Cara O'Neill"] if number % 3 else [],
            text=f"The council of covid-19 met. Meeting {number}.",
        )  # fmt: skip
    insert(connection, "fetches", key="k", url="https://morning.example/x", source="morning", kind="article",
           visited_at=SEEN, outcome="failed", reason="timeout")  # fmt: skip
    index(connection)
    connection.close()
    return path


@pytest.fixture(scope="session")
def room(archive_path: Path) -> Iterator[ReadingRoom]:
    """That archive, published."""
    found = build(archive_path)
    yield found
    found.room.connections.close()


def getter(room: ReadingRoom) -> Get:
    """A GET against the application."""

    def get(path: str, method: str = "GET", **options: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            await room.invoke_startup()
            found: httpx.Response = await room.client.request(method, path, **options)
            return found

        return asyncio.run(ask())

    return get


@pytest.fixture(scope="session")
def get(room: ReadingRoom) -> Get:
    """A GET against the archive of the tests."""
    return getter(room)


@pytest.fixture(scope="session")
def publish() -> Iterator[Callable[[Path], Get]]:
    """Publishes any archive and gives a GET against it."""
    rooms = []

    def start(path: Path, **options: Any) -> Get:
        rooms.append(build(path, **options))
        return getter(rooms[-1])

    yield start
    for found in rooms:
        found.room.connections.close()


class Scribe:
    """Writes an archive row by row."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = create(path)

    def insert(self, table: str, **values: object) -> int:
        return insert(self.connection, table, **values)

    def source(self, name: str, **values: object) -> None:
        insert(self.connection, "sources", id=name, name=name.title(), first_seen_at=SEEN, **values)

    def article(self, number: int, **values: Any) -> int:
        return article(self.connection, number, **values)

    def finish(self) -> Path:
        index(self.connection)
        self.connection.close()
        return self.path


@pytest.fixture
def scribe(tmp_path: Path) -> Iterator[Scribe]:
    """An empty archive to write into."""
    found = Scribe(tmp_path / "archive.db")
    yield found
    found.connection.close()


HOSTILE = "<script>alert(9)</script>\u202e"


def _live_blog(connection: sqlite3.Connection) -> None:
    article(
        connection, 2, headline="Storm: as it happened", language="en", form="live_blog", published_at="2026-11-18T09:00:00Z",
        published_day="2026-11-18", place="Hamburg", country="DE", text="What came before.\n\nTrains stop\n\nEntry 0.",
    )  # fmt: skip
    for position, (at, printed, headline) in enumerate(
        [("2026-11-18T09:30:00Z", "10.30", "Trains stop"), (None, "10.05", HOSTILE), (None, "", None)]
    ):
        insert(
            connection, "live_entries", article=2, position=position, at=at, printed=printed, headline=headline,
            byline="Ann Example", text=f"Entry {position}.\n\n{HOSTILE}",
        )  # fmt: skip


def _record(connection: sqlite3.Connection, captures: Path) -> None:
    """A capture that lies in its file, one that does not, and three revisions."""
    captures.mkdir()
    writer = CaptureWriter(captures, run=1)
    place = writer.write(
        "http://morning.example/1", 200, [("Content-Type", "text/html")], b"<html>page</html>",
        datetime(2026, 11, 18, 6, tzinfo=UTC),
    )  # fmt: skip
    writer.close()
    for number, (file, offset, length) in enumerate(
        [(place.file, place.offset, place.length), ("../archive.db", 0, 100), ("nowhere.warc.gz", 0, 100)],
        start=1,
    ):
        insert(
            connection, "captures", id=number, key="morning.example/1", url="http://morning.example/1", file=file,
            offset=offset, length=length, digest="sha1:X", captured_at=SEEN, status=200, media_type="text/html",
            payload_bytes=17,
        )  # fmt: skip
    for number, (changed, headline, text) in enumerate(
        [("figure,text", "Thirty trees", "Thirty trees.\n\nSame."), ("headline", "Forty trees", "Forty trees.\n\nSame."),
         ("removed", "Fifty trees", "Forty trees.\n\nSame."), ("restored", "Fifty trees", "Forty trees.\n\nSame.")], start=1
    ):  # fmt: skip
        insert(
            connection, "revisions", id=number, article=1, kind="publisher", changed=changed, headline=headline,
            lede="The council planted trees.", byline=None, text=text, seen_at=f"2026-11-18T0{number}:00:00Z",
            capture=min(number, 3),
        )  # fmt: skip


@pytest.fixture(scope="session")
def rich_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of what newer pages show: pictures, notes, a live blog, captures, places, versions, corrections."""
    path = tmp_path_factory.mktemp("rich") / "archive.db"
    connection = create(path)
    insert(
        connection, "sources", id="morning", name="The Morning Post", homepage="https://morning.example/",
        country="KW", language="en", timezone="Asia/Kuwait", first_seen_at=SEEN,
    )  # fmt: skip
    insert(connection, "sources", id="dark", name="Dark & <b>", publish="metadata", first_seen_at=SEEN)
    _record(connection, path.parent / "captures")
    article(
        connection, 1, headline="Fifty trees", lede="The council planted trees.", language="en", capture=1, revisions=4,
        published_at="2026-11-17T21:30:00Z", published_day="2026-11-18", place="Kuwait City", country="KW",
        byline="By Ann & Ben", authors=["Ann {Example}", "Ben \\ Example"], text="Fifty trees.\n\nSame.",
    )  # fmt: skip
    connection.execute(
        "UPDATE article_text SET markdown = ? WHERE article = 1",
        ("## The plan\n\n- one\n- two\n\n> Said so.\n\n| a | b |\n| --- | --- |\n| 1 | <i>2</i> |",),
    )
    for position, (url, caption) in enumerate(
        [
            ("https://pictures.example/1.jpg", "A tree"),
            ("javascript:alert(1)", HOSTILE),
            ("data:image/svg+xml,x", None),
        ]
    ):
        insert(
            connection,
            "article_images",
            article=1,
            position=position,
            url=url,
            caption=caption,
            credit=HOSTILE,
            alt="Tree",
        )
    insert(
        connection, "article_notes", article=1, position=0, kind="correction", text=f"Not thirty. {HOSTILE}",
        printed="18 November 2026",
    )  # fmt: skip
    insert(
        connection, "corrections", article=1, field="place", value="Kuwait City", author="Desk", reason=HOSTILE,
        made_at=SEEN,
    )  # fmt: skip
    _live_blog(connection)
    article(
        connection, 3, source="dark", headline="Only named", lede="darklede", published_day="2026-11-18", capture=1,
        place="Hamburg", country="DE", text="darktext",
    )  # fmt: skip
    insert(
        connection,
        "article_images",
        article=3,
        position=0,
        url="https://x.example/1.jpg",
        caption="darkcaption",
    )
    insert(connection, "article_notes", article=3, position=0, kind="update", text="darknote")
    insert(connection, "live_entries", article=3, position=0, text="darkentry")
    insert(
        connection, "revisions", article=3, kind="publisher", changed="lede,text", headline="Only named",
        lede="darkoldlede", text="darkoldtext", seen_at="2026-11-18T05:00:00Z",
    )  # fmt: skip
    article(connection, 4, headline="Secret trees", state="withheld", published_day="2026-11-18", place="Secretplace",
            country="FR", capture=1)  # fmt: skip
    for name, country, latitude, longitude in (
        ("Kuwait City", "KW", 29.37, 47.98), ("Hamburg", "DE", 53.55, 9.99), ("Hamburg", "US", 42.7, -78.8),
        ("Secretplace", "FR", 48.9, 2.4),
    ):  # fmt: skip
        insert(connection, "places", name=name, country=country, latitude=latitude, longitude=longitude)
    for number in range(10, 40):
        day = datetime(2026, 10, 19, tzinfo=UTC) + timedelta(days=number - 10)
        if 20 <= number < 26:
            continue
        article(
            connection, number, headline=f"Trees {number}", published_day=day.strftime("%Y-%m-%d"), section="Local",
            text="Trees and water." if number % 2 else "Trees.",
        )  # fmt: skip
    insert(
        connection, "runs", id=1, started_at=SEEN, state="finished", version="0", reading="0", command="crawl"
    )
    for outcome, reason in (("stored", None), ("skipped", "robots"), ("failed", "timeout")):
        insert(
            connection, "fetches", run=1, key="k", url=f"https://morning.example/{HOSTILE}", source="morning",
            kind="article", visited_at=SEEN, outcome=outcome, reason=reason, detail=HOSTILE,
        )  # fmt: skip
    insert(
        connection, "alarms", source="morning", alarm="silence", sentence=f"Nothing came. {HOSTILE}", raised_at=SEEN,
        seen_at=SEEN,
    )  # fmt: skip
    index(connection)
    connection.close()
    return path


@pytest.fixture(scope="session")
def rich_room(rich_path: Path) -> Iterator[ReadingRoom]:
    """That archive, published."""
    found = build(rich_path)
    yield found
    found.room.connections.close()


@pytest.fixture(scope="session")
def rich(rich_room: ReadingRoom) -> Get:
    """A GET against it."""
    return getter(rich_room)
