"""Answers of a web archive: what is the capture that was asked for, and what it was before the archive touched it."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response

from newsbot.middlewares.memento import (
    ASKED,
    CAPTURED_AT,
    Asked,
    Memento,
    OtherCapture,
    captured_headers,
    is_payload,
)
from newsbot.middlewares.refused import Refused
from newsbot.middlewares.unpacking import UNPACKED
from pipelines.reasons import Reason

URL, STAMP = "http://paper.example/2014/06/22/story/", "20140622101500"
PAGE = b"<html><h1>Story</h1></html>"
DIGEST = "ZZQ5ADIAI5MDP4AGIF4O7VU7LRVILU5U"
MEMENTO = {"Memento-Datetime": "Sun, 22 Jun 2014 10:15:00 GMT"}


def passed(
    body: bytes = PAGE, status: int = 200, *, digest: str = "", unpacked: bytes | None = None, **headers: str
) -> tuple[Response, dict[str, Any]]:
    request = Request(
        f"http://web.archive.example/web/{STAMP}id_/{URL}",
        meta={ASKED: Asked(URL, STAMP, digest).told, "download_maxsize": 1 << 20},
    )
    if unpacked is not None:
        request.meta[UNPACKED] = unpacked
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    response = HtmlResponse(request.url, status=status, headers=told, body=body)
    memento = Memento(None)  # type: ignore[arg-type]  # it asks nothing of the crawler
    return asyncio.run(memento.process_response(request, response)), request.meta


def test_the_capture_gets_its_own_address_headers_and_time() -> None:
    response, meta = passed(
        **MEMENTO,
        Server="openresty",
        Content_Type="text/html; charset=windows-1252",
        X_Archive_Orig_Server="Apache/1.3",
        X_Archive_Orig_Set_Cookie="a=1",
        Link='<http://paper.example>; rel="original"',
    )
    assert (response.url, response.body, meta[CAPTURED_AT]) == (URL, PAGE, "2014-06-22T10:15:00+00:00")
    assert dict(response.headers.to_unicode_dict().items()) == {
        "Server": "Apache/1.3",
        "Set-Cookie": "a=1",
        "Content-Type": "text/html; charset=windows-1252",
    }


@pytest.mark.parametrize(
    ("status", "headers", "reason", "detail"),
    [
        pytest.param(404, {}, Reason.NO_MEMENTO, "HTTP 404 without a capture", id="the archive has it not"),
        pytest.param(404, MEMENTO, Reason.NO_MEMENTO, "What was captured then is HTTP 404", id="an error page was captured"),
        pytest.param(200, {}, Reason.NO_MEMENTO, "without a capture", id="a page of the archive's own"),
        pytest.param(302, {**MEMENTO, "Location": "http://paper.example/new"}, Reason.NO_MEMENTO, "a redirect to http", id="a redirect was captured"),
        pytest.param(302, {"Location": f"/web/20150101000000id_/{URL}"}, Reason.OTHER_CAPTURE, "20150101000000", id="redirected to another time"),
        pytest.param(302, {"Location": "/web/20150101000000/http://other.example/"}, Reason.NO_MEMENTO, "another address", id="redirected to another page"),
        pytest.param(200, {"Memento-Datetime": "Sun, 22 Jun 2014 10:15:01 GMT"}, Reason.OTHER_CAPTURE, "20140622101501", id="the closest one, silently"),
        pytest.param(200, {"Memento-Datetime": "rubbish"}, Reason.NO_MEMENTO, "without a capture", id="an instant that is none"),
    ],
)  # fmt: skip
def test_what_is_not_the_capture_is_refused(
    status: int, headers: dict[str, str], reason: Reason, detail: str
) -> None:
    with pytest.raises(Refused) as refused:
        passed(status=status, **headers)
    assert (refused.value.reason, refused.value.status) == (reason, status)
    assert detail in refused.value.detail
    assert isinstance(refused.value, OtherCapture) == (reason is Reason.OTHER_CAPTURE)


@pytest.mark.parametrize(
    "inserted",
    [
        b"<!-- BEGIN WAYBACK TOOLBAR INSERT -->",
        b'<script src="/_static/js/wombat.js">',
        b'<script>wbinfo.top_url = "http://127.0.0.1/"</script>',
    ],
    ids=["the Wayback Machine's toolbar", "its scripts", "pywb's"],
)
def test_a_page_with_the_archives_toolbar_is_refused(inserted: bytes) -> None:
    with pytest.raises(Refused) as refused:
        passed(PAGE + inserted, **MEMENTO)
    assert refused.value.reason is Reason.REWRITTEN
    packed = gzip.compress(PAGE + inserted)
    with pytest.raises(Refused):
        passed(packed, unpacked=PAGE + inserted, Content_Encoding="gzip", **MEMENTO)


PACKED = gzip.compress(PAGE, mtime=0)


@pytest.mark.parametrize(
    ("body", "unpacked", "headers", "digest", "payload", "encoding", "content"),
    [
        pytest.param(PACKED, PAGE, {"Content-Encoding": "gzip", "X-Archive-Orig-Content-Encoding": "gzip"}, "", PACKED, "gzip", PAGE, id="captured packed"),
        pytest.param(PACKED, PAGE, {"Content-Encoding": "gzip", "X-Archive-Orig-Server": "a"}, "", PAGE, None, None, id="the archive packed it"),
        pytest.param(PACKED, PAGE, {"Content-Encoding": "gzip"}, DIGEST, PAGE, None, None, id="the digest tells that the archive packed it"),
        pytest.param(PACKED, PAGE, {"Content-Encoding": "gzip"}, "", PACKED, "gzip", PAGE, id="pywb gives its own headers"),
        pytest.param(PACKED, None, {"X-Archive-Orig-Content-Encoding": "gzip"}, "", PACKED, "gzip", PAGE, id="the archive forgot to say it"),
        pytest.param(PACKED, None, {}, "", PACKED, "gzip", PAGE, id="nobody says it"),
        pytest.param(PAGE, None, {"X-Archive-Orig-Content-Encoding": "gzip"}, "", PAGE, None, None, id="the archive had unpacked it"),
    ],
)  # fmt: skip
def test_the_payload_is_that_of_its_time(
    body: bytes, unpacked: bytes | None, headers: dict[str, str], digest: str, payload: bytes, encoding: str | None, content: bytes | None
) -> None:  # fmt: skip
    assert is_payload(PAGE, DIGEST)
    response, meta = passed(body, unpacked=unpacked, digest=digest, **MEMENTO, **headers)
    said = response.headers.get(b"Content-Encoding")
    assert (response.body, said.decode() if said else None, meta.get(UNPACKED)) == (
        payload,
        encoding,
        content,
    )


def test_damaged_and_cut_captures_are_refused() -> None:
    with pytest.raises(Refused) as damaged:
        passed(PACKED[:-9], X_Archive_Orig_Content_Encoding="gzip", **MEMENTO)
    assert damaged.value.reason is Reason.TRUNCATED
    with pytest.raises(Refused) as cut:
        passed(PAGE, digest=DIGEST, X_Archive_Orig_Content_Length="9000", **MEMENTO)
    assert cut.value.detail == "The web archive captured 27 of 9,000 bytes."


def test_headers_of_pywb_lose_what_it_added() -> None:
    lines = [
        ("Server", "nginx"),
        ("Content-Encoding", "br"),
        *MEMENTO.items(),
        ("Link", "<a>"),
        ("Content-Location", "b"),
    ]
    assert captured_headers(lines) == ([("Server", "nginx")], None)
