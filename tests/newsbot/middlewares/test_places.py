"""Whether a request may go where its URL leads."""

from __future__ import annotations

import pytest

from newsbot.middlewares.places import host_key, private_places, refusal
from newsbot.sources import Source

PRIVATE = private_places(
    [
        Source(
            id="intranet",
            name="Intranet",
            homepage="http://intra.example:8000/",
            feeds=("http://127.0.0.1:8001/feed", "/feed"),
            sitemaps=("https://intra.example/sitemap.xml",),
            sections=("/news/",),
            allow_private=True,
        ),
        Source(id="rival", name="Rival", homepage="http://10.0.0.1/"),
    ]
)


@pytest.mark.parametrize(
    ("url", "source", "reason"),
    [
        ("https://news.example/a", "rival", None),
        ("http://news.example:8080/a", "rival", None),
        ("http://8.8.8.8/", "rival", None),
        ("http://intra.example:8000/x", "intranet", None),
        ("http://127.0.0.1:8001/x", "intranet", None),
        ("https://intra.example/x", "intranet", None),
        ("HTTP://INTRA.example.:8000/x", "intranet", None),
        ("http://intra.example:8000/x", "rival", "forbidden_address"),
        ("http://intra.example:8000/x", None, "forbidden_address"),
        ("http://intra.example:8001/x", "intranet", "forbidden_address"),
        ("http://intra.example/x", "intranet", "forbidden_address"),
        ("http://127.0.0.1:8000/x", "intranet", "forbidden_address"),
        ("http://10.0.0.1/", "rival", "forbidden_address"),
        ("http://[::1]/", "rival", "forbidden_address"),
        ("http://0x7f.1/", "rival", "forbidden_address"),
        ("ftp://news.example/", "rival", "bad_url"),
        ("file:///etc/passwd", "rival", "bad_url"),
        ("data:text/html,x", "rival", "bad_url"),
        ("javascript:alert(1)", "rival", "bad_url"),
        ("//news.example/", "rival", "bad_url"),
        ("", "rival", "bad_url"),
        ("http:///a", "rival", "bad_url"),
        ("http://", "rival", "bad_url"),
        ("http://news.example:0/", "rival", "bad_url"),
        ("http://news.example:22/", "rival", "bad_url"),
        ("http://news.example:6379/", "rival", "bad_url"),
        ("http://news.example:99999/", "rival", "bad_url"),
        ("http://news.example:http/", "rival", "bad_url"),
        ("http://user@news.example/", "rival", "bad_url"),
        ("http://user:word@news.example/", "rival", "bad_url"),
        ("http://@news.example/", "rival", "bad_url"),
        ("http://[::1/", "rival", "bad_url"),
        ("http://news.example/" + "x" * 3000, "rival", "bad_url"),
    ],
)
def test_refusals(url, source, reason):
    objection = refusal(url, source, PRIVATE)
    assert (objection and objection[0]) == reason
    assert objection is None or objection[1]


@pytest.mark.parametrize(
    ("url", "source", "passes"),
    [
        ("https://news.example/a", "rival", False),
        ("http://intra.example:8000/x", "intranet", True),
        ("http://8.8.8.8/", "rival", True),
    ],
)
def test_without_the_resolver_no_public_name_is_asked(url, source, passes):
    assert (refusal(url, source, PRIVATE, names=False) is None) == passes


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://News.example/a", "news.example"),
        ("https://news.example:443/a", "news.example"),
        ("http://news.example:443/a", "news.example:443"),
        ("http://127.0.0.1:8000/", "127.0.0.1:8000"),
        ("http://[2606:4700::1]/", "[2606:4700::1]"),
        ("http://[2606:4700::1]:81/", "[2606:4700::1]:81"),
    ],
)
def test_a_host_is_named_with_its_port_where_that_says_something(url, host):
    assert host_key(url) == host
