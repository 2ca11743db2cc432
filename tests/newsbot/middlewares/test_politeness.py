"""Hosts that fail again and again, and authorities for TLS."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from ssl import DefaultVerifyPaths
from types import SimpleNamespace

import certifi
import pytest
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError, ResponseDataLossError
from scrapy.http import Response

from newsbot.middlewares.certificates import authorities, trust_authorities
from newsbot.middlewares.politeness import Politeness
from newsbot.middlewares.refused import Refused
from pipelines.reasons import Reason

DEAD = "https://dead.example/"


def is_held(politeness: Politeness, url: str) -> Refused | None:
    try:
        asyncio.run(politeness.process_request(Request(url)))
    except Refused as refused:
        return refused
    return None


def fail(politeness: Politeness, times: int, exception: Exception, url: str = DEAD) -> None:
    for _ in range(times):
        asyncio.run(politeness.process_exception(Request(url), exception))


@pytest.fixture
def politeness() -> Politeness:
    return Politeness(SimpleNamespace(engine=None, spider=None))


def test_a_host_that_failed_five_times_in_a_row_is_left_alone_for_ten_minutes(politeness):
    fail(politeness, 4, DownloadTimeoutError("took longer"))
    assert is_held(politeness, DEAD) is None
    fail(politeness, 1, DownloadTimeoutError("took longer"))
    refused = is_held(politeness, DEAD + "page")
    assert refused is not None
    assert refused.reason is Reason.TIMEOUT
    assert "5 failures in a row" in refused.detail
    assert 590 < (refused.retry_at - datetime.now(UTC)).total_seconds() <= 600
    assert is_held(politeness, "https://alive.example/") is None


def test_an_answer_clears_the_failures(politeness):
    fail(politeness, 4, DownloadTimeoutError("took longer"))
    politeness.after(Request(DEAD), Response(DEAD, status=500))
    fail(politeness, 4, DownloadTimeoutError("took longer"))
    assert is_held(politeness, DEAD) is None


@pytest.mark.parametrize(
    "exception",
    [ResponseDataLossError(), Refused(Reason.TIMEOUT, "already refused"), Refused(Reason.ROBOTS, "no")],
    ids=["a page that broke off", "a refusal of our own", "robots.txt"],
)
def test_what_says_nothing_about_the_host_does_not_count(politeness, exception):
    fail(politeness, 9, exception)
    assert is_held(politeness, DEAD) is None


def test_names_that_are_unknown_count(politeness):
    fail(politeness, 5, CannotResolveHostError("no results"))
    assert is_held(politeness, DEAD).reason is Reason.DNS


NOWHERE = DefaultVerifyPaths(None, None, "SSL_CERT_FILE", "/no/cert.pem", "SSL_CERT_DIR", "/no/certs")


@pytest.mark.parametrize(
    ("paths", "environment", "file"),
    [
        pytest.param(NOWHERE, {}, certifi.where(), id="a machine without authorities"),
        pytest.param(NOWHERE, {"SSL_CERT_FILE": "/mine.pem"}, None, id="the owner has chosen a file"),
        pytest.param(NOWHERE, {"SSL_CERT_DIR": "/mine"}, None, id="the owner has chosen a folder"),
        pytest.param(
            NOWHERE._replace(cafile="/brew/cert.pem"), {}, "/brew/cert.pem", id="Python knows a file"
        ),
        pytest.param(NOWHERE._replace(capath="/etc/ssl/certs"), {}, None, id="a Linux distribution"),
    ],
)
def test_authorities_are_found_on_every_kind_of_machine(paths, environment, file):
    assert authorities(paths, environment) == file


def test_a_chosen_file_of_authorities_stays():
    environment = {"SSL_CERT_FILE": "/mine.pem"}
    trust_authorities(environment)
    assert environment == {"SSL_CERT_FILE": "/mine.pem"}
