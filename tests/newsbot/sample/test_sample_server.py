"""The loopback server answers for the sample's hosts, by proxy and by Host header, and keeps its ledger."""

from __future__ import annotations

import http.client
import threading
from urllib.parse import urlsplit

import pytest
from scrapy import Request
from scrapy.exceptions import NotConfigured
from scrapy.utils.test import get_crawler

from newsbot.sample import Newsroom, SampleServer
from newsbot.sample.route import SampleRoute

FEED = "http://www.gulfcourier.example/feed/"


def test_by_proxy_by_host_header_and_on_one_connection() -> None:
    with SampleServer(1) as server:
        address = urlsplit(server.proxy)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=5)
        connection.request("GET", FEED)
        proxied = connection.getresponse()
        first = proxied.read()
        connection.request("GET", "/feed/", headers={"Host": "www.gulfcourier.example"})
        second = connection.getresponse().read()
        connection.request("GET", FEED, headers={"If-None-Match": proxied.headers["ETag"]})
        unchanged = connection.getresponse()
        assert unchanged.read() == b""
        connection.request("HEAD", FEED)
        assert connection.getresponse().read() == b""
        connection.close()
        assert first == second == Newsroom(1).answer("GET", FEED).body
        assert [(line.method, line.url, line.status) for line in server.ledger] == [
            ("GET", FEED, 200),
            ("GET", FEED, 200),
            ("GET", FEED, 304),
            ("HEAD", FEED, 200),
        ]


def test_a_post_is_refused_and_ends_the_connection() -> None:
    with SampleServer(2) as server:
        address = urlsplit(server.proxy)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=5)
        connection.request("POST", FEED, body=b"email=x")
        answer = connection.getresponse()
        assert answer.status == 405 and answer.read()
        connection.close()


def test_closing_ends_kept_connections_and_frees_the_address() -> None:
    before = set(threading.enumerate())
    with SampleServer(1) as server:
        address = urlsplit(server.proxy)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=5)
        connection.request("GET", FEED)
        connection.getresponse().read()
    with pytest.raises(RuntimeError, match="with"):
        _ = server.proxy
    assert connection.sock is not None
    assert connection.sock.recv(1) == b""  # the server hung up
    connection.close()
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
    assert set(threading.enumerate()) <= before


def test_the_middleware_routes_the_sample_and_nothing_else() -> None:
    crawler = get_crawler(settings_dict={"SAMPLE_PROXY": "http://127.0.0.1:9"})
    route = SampleRoute.from_crawler(crawler)
    ours, theirs = Request(FEED), Request("http://www.example.org/feed/")
    for request in (ours, theirs):
        route.process_request(request)
    assert ours.meta["proxy"] == "http://127.0.0.1:9"
    assert "proxy" not in theirs.meta


def test_the_middleware_is_not_there_without_the_setting() -> None:
    with pytest.raises(NotConfigured):
        SampleRoute.from_crawler(get_crawler())
