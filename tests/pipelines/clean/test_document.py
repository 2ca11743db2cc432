"""parse(): charsets, limits, metas; what is no page is refused with a reason."""

from __future__ import annotations

import pickle
import time
from contextlib import suppress

import pytest

from pipelines.charset import decode
from pipelines.document import MAX_ATTRIBUTES, MAX_BYTES, MAX_TAGS, Document, Unreadable, parse
from pipelines.reasons import Reason

URL = "https://post.example/a"
RUSSIAN = "Совет гавани решил отстроить северный пирс заново"
JAPANESE = "港湾評議会は北桟橋の再建を決めた。工事は秋に始まる。"
GERMAN = "Der Hafenrat beschloß, die nördliche Mole für Fährgäste größer zu bauen"


def page(text: str, head: str = "") -> str:
    return f"<html><head>{head}<title>t</title></head><body><p>{text}</p></body></html>"


def meta(charset: str) -> str:
    return f'<meta charset="{charset}">'


def text_of(document: Document) -> str:
    return " ".join("".join(document.tree.itertext("p")).split())


@pytest.mark.parametrize(
    ("body", "header", "expected"),
    [
        pytest.param(page(RUSSIAN).encode(), None, RUSSIAN, id="UTF-8 that nobody declares"),
        pytest.param(
            page(RUSSIAN).encode("utf-8-sig"),
            "iso-8859-1",
            RUSSIAN,
            id="the byte order mark overrules the header",
        ),
        pytest.param(page(RUSSIAN).encode("utf-16"), None, RUSSIAN, id="UTF-16 with a byte order mark"),
        pytest.param(page(RUSSIAN).encode("utf-16-le"), None, RUSSIAN, id="UTF-16 little-endian without one"),
        pytest.param(page(GERMAN).encode("utf-16-be"), "utf-8", GERMAN, id="UTF-16 big-endian, called UTF-8"),
        pytest.param(
            page(RUSSIAN).encode("cp1251"), "windows-1251", RUSSIAN, id="the header says windows-1251"
        ),
        pytest.param(
            page(RUSSIAN, meta("windows-1251")).encode("cp1251"),
            None,
            RUSSIAN,
            id="the page says windows-1251",
        ),
        pytest.param(page(GERMAN).encode("latin-1"), "iso-8859-1", GERMAN, id="Latin-1"),
        pytest.param(
            page("“Mole”").encode("cp1252"),
            "iso-8859-1",
            "“Mole”",
            id="Latin-1 means windows-1252, as in browsers",
        ),
        pytest.param(page(JAPANESE, meta("shift_jis")).encode("cp932"), None, JAPANESE, id="Shift_JIS"),
        pytest.param(page(JAPANESE, meta("euc-jp")).encode("euc-jp"), None, JAPANESE, id="EUC-JP"),
        pytest.param(
            page(JAPANESE, meta("iso-2022-jp")).encode("iso-2022-jp"),
            None,
            JAPANESE,
            id="ISO-2022-JP, all seven bits",
        ),
        pytest.param(
            page("港口委员会决定重建北码头", meta("gb2312")).encode("gb18030"),
            None,
            "港口委员会决定重建北码头",
            id="GB18030 called GB2312",
        ),
        pytest.param(page(RUSSIAN).encode(), "windows-1251", RUSSIAN, id="UTF-8 mislabelled as windows-1251"),
        pytest.param(
            page(GERMAN, meta("iso-8859-1")).encode(), None, GERMAN, id="UTF-8 mislabelled as Latin-1"
        ),
        pytest.param(
            page((RUSSIAN + ". ") * 30).encode("cp1251"),
            "utf-8",
            (RUSSIAN + ". ") * 30,
            id="windows-1251 mislabelled as UTF-8",
        ),
        pytest.param(page(GERMAN).encode(), "no-such-charset", GERMAN, id="a charset that does not exist"),
        pytest.param(
            page("be\x00fore\x01").encode(), None, "before", id="NUL and control characters are left out"
        ),
    ],
)
def test_charset(body: bytes, header: str | None, expected: str) -> None:
    headers = {"Content-Type": f"text/html; charset={header}"} if header else {}

    assert text_of(parse(body, headers, URL)) == expected.strip()


def test_a_torn_character_costs_only_itself() -> None:
    body = page(f"{RUSSIAN} и еще {RUSSIAN}").encode()
    torn = body.replace("еще".encode(), "еще".encode()[:-1])

    assert decode(torn, "text/html; charset=utf-8").count("�") == 1


ATTRIBUTES = " ".join(f"a{i}=1" for i in range(50_000))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"", Reason.EMPTY, id="nothing"),
        pytest.param(b" \r\n\t ", Reason.EMPTY, id="white space"),
        pytest.param(b"\xef\xbb\xbf", Reason.EMPTY, id="only a byte order mark"),
        pytest.param(b"\x00" * 50, Reason.EMPTY, id="only NULs"),
        pytest.param(b"<!-- nothing -->", Reason.NOT_HTML, id="only a comment"),
        pytest.param(b"Just words without any markup", Reason.NOT_HTML, id="plain text"),
        pytest.param(b"%PDF-1.7 <p>", Reason.NOT_HTML, id="a PDF"),
        pytest.param(b"\x89PNG\r\n\x1a\n<p>", Reason.NOT_HTML, id="a picture"),
        pytest.param(b'{"a": 1}', Reason.NOT_HTML, id="JSON"),
        pytest.param(
            b'<?xml version="1.0"?><rss><channel><item><title>a</title></item></channel></rss>',
            Reason.NOT_HTML,
            id="a feed",
        ),
        pytest.param(b'<?xml version="1.0"?>\n<!-- x --><urlset></urlset>', Reason.NOT_HTML, id="a sitemap"),
        pytest.param(b"<html>" + b" " * MAX_BYTES, Reason.TOO_LARGE, id="larger than the limit"),
        pytest.param(b"<p>" * (MAX_TAGS + 1), Reason.TOO_LARGE, id="denser with tags than the limit"),
        pytest.param(
            f"<html><div {ATTRIBUTES}>x</div>".encode(),
            Reason.TOO_LARGE,
            id="50,000 attributes in one element",
        ),
        pytest.param(
            f"<html><script {ATTRIBUTES}>x</script>".encode(),
            Reason.TOO_LARGE,
            id="50,000 attributes in a script element",
        ),
        pytest.param(
            ("<html><p " + ATTRIBUTES.replace("=1", '=">"') + ">").encode(),
            Reason.TOO_LARGE,
            id="attributes with > in their values",
        ),
        pytest.param(
            f"<html><p {ATTRIBUTES.replace('=1', '=<')}>".encode(),
            Reason.TOO_LARGE,
            id="attributes with < in their values",
        ),
    ],
)
def test_what_is_no_page_is_refused(body: bytes, reason: Reason) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(body, {}, URL)

    assert caught.value.reason is reason
    assert caught.value.detail.endswith(".") or ":" in caught.value.detail


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<html>" + b'<a "' * 150_000, id="quotes that never close"),
        pytest.param(b"<html>" + b'<a ="' * 150_000, id="values that never close"),
        pytest.param(b"<html>" + b"<!--" * 150_000, id="comments that never close"),
        pytest.param(b"<html>" + b"<script>" * 150_000, id="scripts that never close"),
        pytest.param(b"<html><a " + b" " * 5_000_000, id="blanks in a tag"),
        pytest.param(b"<!-- x -->" * 150_000 + b"<html><p>x", id="comments in a row"),
        pytest.param(b"<html>" + b"<b><p>" * 90_000, id="misnested elements"),
    ],
)
def test_hostile_markup_is_over_soon(body: bytes) -> None:
    start = time.process_time()
    with suppress(Unreadable):
        parse(body, {}, URL)

    assert time.process_time() - start < 3


def test_code_in_a_script_is_no_element() -> None:
    code = "if (a<b " + " ".join(f"&& x{i}" for i in range(3 * MAX_ATTRIBUTES)) + ") {}"

    assert text_of(parse(page("story", f"<script>{code}</script>").encode(), {}, URL)) == "story"


@pytest.mark.parametrize("depth", [300, 3_000, 50_000])
def test_deep_nesting_keeps_its_text(depth: int) -> None:
    document = parse(("<html><body>" + "<div>" * depth + "<p>far down</p>").encode(), {}, URL)

    assert "far down" in "".join(document.tree.itertext())


def test_a_media_type_that_lies_is_not_believed() -> None:
    assert text_of(parse(page("story").encode(), {"Content-Type": "application/json"}, URL)) == "story"


def test_metas_titles_and_headers() -> None:
    head = (
        '<meta NAME="Author" content="A"><meta property="og:title" content="One"><meta property="og:title" content="Two">'
        '<meta itemprop="datePublished" content="2014-06-22"><meta http-equiv="Content-Language" content="de">'
        '<meta name="empty" content=" ">'
    )
    document = parse(
        page("x", head).replace("<html>", '<html lang="de-AT">').encode(), {"X-Robots-Tag": "noai"}, URL
    )

    assert document.metas["author"] == ("A",)
    assert document.metas["og:title"] == ("One", "Two")
    assert document.metas["datepublished"] == ("2014-06-22",)
    assert document.meta("empty", "content-language") == "de"
    assert document.meta("missing") is None
    assert document.headers == {"x-robots-tag": "noai"}
    assert (document.language, document.title) == ("de-AT", "t")


def test_the_title_of_a_drawing_is_not_the_title() -> None:
    body = b"<html><head></head><body><svg><title>Logo</title></svg><h1>x</h1></body></html>"

    assert parse(body, {}, URL).title in (None, "Logo")
    assert parse(body.replace(b"<head>", b"<head><title>Story</title>"), {}, URL).title == "Story"


def test_unreadable_crosses_processes() -> None:
    fault = pickle.loads(pickle.dumps(Unreadable(Reason.EMPTY, "The answer has no content.")))  # noqa: S301 - our own

    assert (fault.reason, fault.detail, str(fault)) == (
        Reason.EMPTY,
        "The answer has no content.",
        "The answer has no content.",
    )
