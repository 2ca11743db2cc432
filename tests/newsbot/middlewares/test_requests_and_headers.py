"""Small decisions about what is sent and what is taken: validators, user agent, robots.txt, captures, headers."""

from __future__ import annotations

import pytest
from scrapy import Request
from scrapy.http import Headers, Response

from newsbot.middlewares.capture_point import is_page
from newsbot.middlewares.conditional import is_sendable
from newsbot.middlewares.headers import media_type, pairs, plain
from newsbot.middlewares.robots import readable
from newsbot.middlewares.user_agent import user_agent


@pytest.mark.parametrize(
    ("validator", "sendable"),
    [
        ('"abc"', True),
        ('W/"abc"', True),
        ("Sun, 22 Nov 2026 12:10:00 GMT", True),
        ("", False),
        ('"a\r\nX-Evil: 1"', False),
        ('"a\x00"', False),
        ('"é"', True),
        ('"日"', False),
        ("x" * 1025, False),
    ],
)
def test_only_a_validator_that_fits_a_header_is_sent(validator, sendable):
    assert is_sendable(validator) is sendable


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("editor@example.org", "(+editor@example.org)"),
        ("https://example.org/bot", "(+https://example.org/bot)"),
        ("a b)\r\nX: 1\u00e9", "(+abX:1)"),
    ],
)
def test_the_user_agent_names_a_contact(contact, shown):
    assert user_agent(contact).startswith("newsbot/")
    assert user_agent(contact).endswith(" " + shown)


def test_the_user_agent_without_a_contact_is_the_product_alone():
    assert "(" not in user_agent(None)


def test_of_a_huge_robots_txt_whole_lines_of_the_first_500_kib_are_read():
    body = b"Disallow: /a\n" * 100_000
    read = readable(body)
    assert len(read) <= 500 * 1024
    assert set(read.splitlines()) == {b"Disallow: /a"}


def test_a_line_of_robots_txt_that_is_longer_than_any_url_is_passed_over():
    assert readable(b"Disallow: /" + b"*a" * 5000 + b"\nDisallow: /b") == b"Disallow: /b"


@pytest.mark.parametrize(
    ("kind", "status", "body", "content_type", "kept"),
    [
        ("article", 200, b"<p>", "text/html; charset=utf-8", True),
        ("article", 200, b"<p>", "application/xhtml+xml", True),
        ("article", 200, b"<p>", "", True),
        ("article", 200, b"<p>", "application/x-httpd-php", True),
        ("article", 200, b"", "text/html", False),
        ("article", 404, b"<p>", "text/html", False),
        ("article", 304, b"", "text/html", False),
        ("article", 200, b"%PDF", "application/pdf", False),
        ("feed", 200, b"<rss>", "text/xml", False),
        ("section", 200, b"<p>", "text/html", False),
    ],
)
def test_article_pages_are_captured_and_nothing_else(kind, status, body, content_type, kept):
    request = Request("https://news.example/a", meta={"kind": kind})
    response = Response(request.url, status=status, body=body, headers={"Content-Type": content_type})
    assert is_page(request, response) is kept


def test_headers_keep_every_line_in_pairs_and_join_them_in_the_plain_form():
    headers = Headers({"Content-Type": "Text/HTML; charset=x"})
    headers.appendlist("Link", "<a>")
    headers.appendlist("Link", "<b>")
    assert pairs(headers) == [("Content-Type", "Text/HTML; charset=x"), ("Link", "<a>"), ("Link", "<b>")]
    assert plain(headers) == {"content-type": "Text/HTML; charset=x", "link": "<a>, <b>"}
    assert media_type(headers) == "text/html"
