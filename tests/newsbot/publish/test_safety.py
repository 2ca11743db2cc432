"""What the reading room must never do, whatever the web left in the archive."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from base64 import b64encode
from hashlib import sha256

import pytest

from newsbot.clock import utc_now
from newsbot.publish import build
from newsbot.publish.connections import Snapshot, TookTooLong
from newsbot.publish.headers import HEADERS, allowed_hosts, host_name
from newsbot.publish.query import FACETS
from pipelines import dedupe
from pipelines.errors import ArchiveUnusable
from pipelines.store import Archive

PAGES = [
    "/",
    "/archive/articles",
    "/archive/articles?published_year=2013",
    "/a/p000011",
    "/a/p000012",
    "/a/p000013",
    "/a/p000015",
    "/a/p000016",
    "/a/p000017",
    "/changes",
    "/archive/articles?_view=table&published_year=2013",
]


@pytest.mark.parametrize(
    "path",
    [*PAGES, "/nowhere", "/a/p000004", "/archive.db", "/archive/articles.json", "/export/articles.csv",
     "/export/articles.csv?nonsense=1", "/assets/reading-room.css", "/favicon.ico", "/-/static/app.css",
     "/archive/articles.json?_size=-1", "/archive/articles?_view=table&_sort=nothing"],
)  # fmt: skip
def test_the_headers_stand_on_every_answer(get, path) -> None:
    answer = get(path)
    for name, value in HEADERS.items():
        assert answer.headers.get_list(name) == [value], (path, name)


def test_the_policy_allows_one_script_by_its_digest_and_nothing_from_elsewhere(get) -> None:
    policy = HEADERS["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    address, integrity = re.search(r'<script src="([^"]+)" integrity="([^"]+)"', get("/").text).groups()
    digest = b64encode(sha256(get(address).content).digest()).decode()
    assert integrity == f"sha256-{digest}"
    assert re.findall("script-src ([^;]*)", policy) == [f"'sha256-{digest}'"]


@pytest.mark.parametrize("path", PAGES)
def test_scraped_text_is_never_markup(get, path) -> None:
    html = get(path).text
    assert not re.search(
        r'<(?:script(?! src="/assets/)|svg(?! class="chart)|img|iframe|object)\b', html, re.I
    )
    assert not re.search(r"<[^>]*\son\w+\s*=", html, re.I)
    assert not re.search(r"href=[\"']?\s*javascript:", html, re.I)
    assert "alert(1)</" not in html
    assert len(html) < 400_000


@pytest.mark.parametrize(
    "path", ["/", "/archive/articles", "/a/p000001", "/sources", "/dictionary", "/nowhere"]
)
def test_pages_load_nothing_from_elsewhere_and_run_no_script_but_ours(get, path) -> None:
    html = get(path).text
    assert re.findall(r"<script[^>]*>", html) == re.findall(r'<script src="/assets/[^>]*>', html)[:1]
    assert "<style" not in html
    assert not re.search(r"\sstyle=", html)
    assert all(
        link.startswith("/assets/")
        for link in re.findall(r'<link rel="(?:stylesheet|icon)" href="([^"]+)"', html)
    )


def test_an_address_that_is_no_web_address_is_text(get) -> None:
    html = get("/a/p000012").text
    assert "Its address is no web address: <code>javascript:alert(document.cookie)</code>" in html
    assert "no web address" in get("/a/p000016").text


def test_text_that_turns_round_is_kept_apart(get) -> None:
    html = get("/a/p000013").text
    assert "\u202e" not in html
    assert re.search(r'<h1 dir="auto">', html)


def test_template_syntax_in_a_text_is_text(get) -> None:
    assert "{{ 7 * 7 }}" in get("/a/p000011").text


def test_a_withheld_article_is_nowhere(get) -> None:
    for path in (
        "/", "/archive/articles?tag=Iraq", "/archive/articles?_search=Secret", "/archive/articles?state=withheld",
        "/a/p000004", "/archive/articles/4", "/export/articles.csv?text=1", "/export/articles.csv?state=withheld",
        "/archive/articles.json?_size=max", "/archive/articles.csv?_size=max", "/archive/articles?_view=table&_size=max",
    ):  # fmt: skip
        assert "Secret headline" not in get(path).text, path


@pytest.fixture
def limited(scribe, publish):
    """One article each of a source that shows all, an excerpt, and metadata only."""
    for number, policy in enumerate(("full", "excerpt", "metadata"), start=1):
        scribe.source(policy, publish=policy)
        scribe.article(
            number, source=policy, headline=f"Headline {policy}", lede=f"{policy}lede " * 60, revisions=1,
            text=f"{policy}text paragraph.", published_day="2020-01-01",
        )  # fmt: skip
        scribe.insert(
            "revisions", article=number, kind="publisher", changed="text,lede", seen_at="2020-01-02T00:00:00Z",
            lede=f"{policy}oldlede", text=f"{policy}oldtext",
        )  # fmt: skip
        scribe.insert(
            "removed_blocks", article=number, position=0, rule="r", reason="R.", text=f"{policy}removed"
        )
        scribe.insert(
            "article_images", article=number, position=0, url="https://m.example/a.jpg", caption=f"{policy}caption",
            alt=f"{policy}alt",
        )  # fmt: skip
        scribe.insert("article_notes", article=number, position=0, kind="update", text=f"{policy}note")
        scribe.insert(
            "live_entries", article=number, position=0, headline=f"{policy}entryhead", text=f"{policy}entry"
        )
    return publish(scribe.finish())


def test_publish_decides_how_much_of_a_text_our_pages_show(limited) -> None:
    full, excerpt, metadata = (limited(f"/a/p00000{number}").text for number in (1, 2, 3))
    assert "fulltext paragraph" in full
    assert "fullremoved" in full
    assert "fulloldtext" in full
    assert "excerptlede" in excerpt
    assert excerpt.count("excerptlede") == 2 * 300 // len("excerptlede "), "in the lede and in its revision"
    assert "only an excerpt is shown" in excerpt
    assert "metadatalede" not in metadata
    assert "no text is shown" in metadata
    for html, name in ((excerpt, "excerpt"), (metadata, "metadata")):
        for kind in ("text paragraph", "removed", "oldtext"):
            assert f"{name}{kind}" not in html
    assert "metadataoldlede" not in metadata


def test_publish_decides_for_lists_searches_and_exports_too(limited) -> None:
    for path in ("/", "/archive/articles", "/archive/articles?_search=paragraph", "/export/articles.csv?text=1",
                 "/export/articles.jsonl?text=1"):  # fmt: skip
        text = limited(path).text
        assert "excerpttext" not in text, path
        assert "metadatatext" not in text, path
        assert "metadatalede" not in text, path
    assert "fulltext paragraph" in limited("/export/articles.csv?text=1").text


@pytest.mark.parametrize(
    "path",
    ["/archive/article_text.json", "/archive/article_text/2.json", "/archive/article_text.csv", "/archive/article_text",
     "/archive/revisions.json", "/archive/removed_blocks.json", "/archive/articles.json", "/archive/articles/3.json",
     "/archive/articles_fts.json", "/archive/articles_words.json",
     "/archive/article_images.json", "/archive/article_notes.json", "/archive/live_entries.json",
     "/archive/article_text.json?_facet=text", "/archive/article_text.json?text__contains=excerpttext"],
)  # fmt: skip
def test_stock_pages_do_not_leak_what_is_held_back(limited, path) -> None:
    answer = limited(path).text
    for name in ("excerpt", "metadata"):
        for kind in ("text paragraph", "oldtext", "removed", "oldlede", "caption", "alt", "note", "entry"):
            assert f"{name}{kind}" not in answer
    assert "metadatalede" not in answer


def test_a_policy_that_changes_while_the_server_runs_holds_at_once(scribe, publish) -> None:
    scribe.source("morning")
    scribe.article(1, text="The whole text.", published_day="2020-01-01")
    path = scribe.finish()
    get = publish(path)
    assert "The whole text." in get("/archive/article_text/1.json").text
    assert "The whole text." in get("/archive/article_text.json").text
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE sources SET publish = 'metadata'")
    connection.close()
    assert "The whole text." not in get("/archive/article_text/1.json").text
    assert "The whole text." not in get("/archive/article_text.json").text
    assert "The whole text." not in get("/a/p000001").text


def test_a_name_that_is_not_ours_is_turned_away(archive_path, publish) -> None:
    get = publish(archive_path, hosts=allowed_hosts("127.0.0.1", ("news.example",)))
    assert get("/", headers={"host": "rebound.example"}).status_code == 421
    for host in ("localhost:8001", "127.0.0.1:8001", "[::1]:8001", "news.example"):
        assert get("/", headers={"host": host}).status_code == 200, host


@pytest.mark.parametrize(
    ("value", "name"),
    [("localhost:80", "localhost"), ("[::1]:80", "::1"), ("A.example", "a.example"), ("", "")],
)
def test_host_names(value, name) -> None:
    assert host_name(value) == name


def test_open_to_the_network_answers_to_any_name_unless_names_are_given() -> None:
    assert allowed_hosts("0.0.0.0") is None  # noqa: S104
    assert allowed_hosts("127.0.0.1", ("*",)) is None
    assert "news.example" in (allowed_hosts("0.0.0.0", ("News.example",)) or ())  # noqa: S104


def test_answers_are_compressed_for_whoever_accepts_it(get) -> None:
    plain = get("/dictionary", headers={"accept-encoding": "identity"})
    packed = get("/dictionary", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 3
    assert packed.text == plain.text
    assert "content-encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["vary"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(None, "is not there: make one with `newsbot crawl`", id="missing"),
        pytest.param(b"", "no table of articles", id="empty"),
        pytest.param(b"not a database, " * 100, "no SQLite file or is damaged", id="something else"),
    ],
)
def test_an_archive_that_cannot_be_served_is_a_sentence(tmp_path, content, sentence) -> None:
    path = tmp_path / "archive.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ArchiveUnusable, match=re.escape(sentence)):
        build(path)


@pytest.mark.parametrize(
    "other", ["CREATE TABLE articles (id)", "CREATE TABLE articles (public_id, published_sort)"]
)
def test_tables_of_another_program_are_a_sentence(tmp_path, other) -> None:
    connection = sqlite3.connect(tmp_path / "archive.db")
    connection.execute(other)
    connection.close()
    with pytest.raises(ArchiveUnusable, match="was not made by this newsbot"):
        build(tmp_path / "archive.db")


def test_a_folder_is_no_archive(tmp_path) -> None:
    with pytest.raises(ArchiveUnusable, match="is no file"):
        build(tmp_path)


def test_an_archive_that_breaks_while_it_is_served_is_a_sentence(scribe, publish) -> None:
    scribe.source("morning")
    scribe.article(1, published_day="2020-01-01")
    path = scribe.finish()
    get = publish(path)
    assert get("/").status_code == 200
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("DROP TABLE evidence")
    connection.close()
    answer = get("/a/p000001")
    assert answer.status_code == 503
    assert "could not be read just now" in answer.text


def test_a_request_that_fails_outside_every_page_gets_an_answer_with_the_headers(room) -> None:
    sent: list[dict] = []

    async def ask() -> None:
        async def receive() -> dict:
            return {"type": "http.request", "body": b""}

        async def send(message: dict) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": "/\xe9", "raw_path": b"/\xe9", "query_string": b"",
                 "headers": [(b"host", b"localhost")], "scheme": "http", "http_version": "1.1"}  # fmt: skip
        await room.app()(scope, receive, send)

    asyncio.run(ask())
    assert sent[0]["status"] in (404, 500)
    assert dict(sent[0]["headers"])[b"x-content-type-options"] == b"nosniff"
    assert b"Traceback" not in sent[1]["body"]


def test_a_facet_that_takes_too_long_leaves_the_page_standing(get, monkeypatch) -> None:
    monkeypatch.setattr("newsbot.publish.connections._INSTRUCTIONS", 1)
    monkeypatch.setattr("newsbot.publish.sql_counting.LIMIT", 0.0)
    html = get("/archive/articles").text
    assert html.count("Too many articles to count in time.") == len(FACETS) - 2, (
        "months and days wait for a year"
    )
    assert "Council meets about bridge 219" in html


def test_a_page_that_takes_too_long_is_a_sentence(get, monkeypatch) -> None:
    def slow(*_, **__):
        raise TookTooLong("SELECT secret")

    monkeypatch.setattr(Snapshot, "rows", slow)
    answer = get("/a/p000001")
    assert answer.status_code == 503
    assert "took too long and was stopped" in answer.text
    assert "SELECT" not in answer.text


def test_a_fault_of_ours_names_nothing_of_the_machine(get, monkeypatch, caplog) -> None:
    monkeypatch.setattr("newsbot.publish.routes.front_page", lambda *_: {}["secret path"])
    answer = get("/")
    assert answer.status_code == 500
    assert "secret path" not in answer.text
    assert "secret path" in caplog.text


def test_where_the_policy_cannot_be_read_everything_is_held_back(scribe, publish) -> None:
    scribe.source("morning")
    scribe.article(1, text="The whole text.", published_day="2020-01-01")
    path = scribe.finish()
    get = publish(path)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("ALTER TABLE sources RENAME TO elsewhere")
    connection.close()
    assert "The whole text." not in get("/archive/article_text.json").text


@pytest.mark.parametrize(
    ("wal", "sentence"),
    [(True, "holds what was not written back yet"), (False, "cannot be read")],
)
def test_a_folder_in_which_sqlite_cannot_work_is_a_sentence(scribe, monkeypatch, wal, sentence) -> None:
    path = scribe.finish()
    if wal:
        path.with_name(path.name + "-wal").touch()

    def refuse(*_, immutable):
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr("newsbot.publish.connections._probe", refuse)
    with pytest.raises(ArchiveUnusable, match=sentence):
        build(path)


def test_an_archive_of_a_newer_newsbot_is_a_sentence(tmp_path) -> None:
    path = tmp_path / "archive.db"
    Archive.open(path, judgement=dedupe, now=utc_now).close()
    build(path)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('newsbot', 'm999_future', '2031')"
        )
    connection.close()
    with pytest.raises(ArchiveUnusable, match="written by a newer newsbot"):
        build(path)
