"""A payload that Wholeness has opened is not opened again."""

from __future__ import annotations

import gzip

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from newsbot.middlewares.unpacking import UNPACKED, Unpacking

PAGE = "<html><body><p>Überall café.</p></body></html>".encode("latin-1")
HEADERS = {"Content-Encoding": "gzip", "Content-Type": "text/html; charset=iso-8859-1"}


@pytest.fixture
def unpacking() -> Unpacking:
    return Unpacking.from_crawler(get_crawler())


def test_what_is_open_is_handed_on_without_a_look_at_the_payload(unpacking: Unpacking):
    request = Request("https://paper.example/a", meta={UNPACKED: PAGE})
    answer = unpacking.process_response(
        request, Response(request.url, headers=HEADERS, body=b"no gzip at all")
    )
    assert isinstance(answer, HtmlResponse)
    assert (answer.body, answer.encoding) == (PAGE, "cp1252")  # as the WHATWG names latin-1
    assert "Content-Encoding" not in answer.headers
    assert UNPACKED not in request.meta


def test_what_nobody_opened_is_opened_by_scrapy(unpacking: Unpacking):
    request = Request("https://paper.example/a")
    answer = unpacking.process_response(
        request, Response(request.url, headers=HEADERS, body=gzip.compress(PAGE))
    )
    assert isinstance(answer, HtmlResponse)
    assert answer.body == PAGE


def test_packed_answers_are_asked_for(unpacking: Unpacking):
    request = Request("https://paper.example/a")
    unpacking.process_request(request)
    assert request.headers["Accept-Encoding"] == b"gzip, deflate, br, zstd"
