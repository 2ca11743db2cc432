"""Which reason a failure or a status is given."""

from __future__ import annotations

import asyncio
import zlib
from urllib.parse import urljoin

import pytest
from OpenSSL import SSL
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.internet import error as connection
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError
from twisted.web.client import ResponseFailed

from newsbot.middlewares.outcome import reason_of, reason_of_status
from newsbot.middlewares.refused import Refused
from pipelines.reasons import Reason


def caused_by(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Refused(Reason.BAD_URL, "why"), Reason.BAD_URL),
        (CannotResolveHostError("no results"), Reason.DNS),
        (DownloadTimeoutError("took longer"), Reason.TIMEOUT),
        (DownloadConnectionRefusedError("refused"), Reason.CONNECTION),
        (DownloadFailedError("lost"), Reason.CONNECTION),
        (ResponseDataLossError(), Reason.TRUNCATED),
        (DownloadCancelledError("Received 9 bytes which is larger"), Reason.TOO_LARGE),
        (UnsupportedURLSchemeError("ftp"), Reason.BAD_URL),
        (NotSupported("ftp"), Reason.BAD_URL),
        (IgnoreRequest("max redirections reached"), Reason.TOO_MANY_REDIRECTS),
        (IgnoreRequest("Forbidden by robots.txt"), Reason.ROBOTS),
        (IgnoreRequest("exceeded DOWNLOAD_MAXSIZE (1 B)"), Reason.TOO_LARGE),
        (IgnoreRequest("something else"), Reason.READER_FAULT),
        (connection.ConnectionLost(), Reason.CONNECTION),
        (connection.NoRouteError(), Reason.CONNECTION),
        (connection.TCPTimedOutError(), Reason.TIMEOUT),
        (zlib.error("bad"), Reason.UNDECODABLE),
        (asyncio.CancelledError(), Reason.STOPPED),
        (OSError(104, "reset"), Reason.CONNECTION),
        (RuntimeError("a bug"), Reason.READER_FAULT),
        (SSL.Error([("SSL", "", "certificate verify failed")]), Reason.TLS),
        (
            caused_by(
                DownloadFailedError("x"), ResponseFailed([Failure(SSL.Error([("", "", "bad certificate")]))])
            ),
            Reason.TLS,
        ),
        (
            caused_by(DownloadFailedError("x"), ResponseFailed([Failure(connection.ConnectionDone())])),
            Reason.CONNECTION,
        ),
    ],
    ids=lambda value: value if isinstance(value, Reason) else f"{type(value).__name__} {value}"[:60],
)
def test_every_failure_has_a_reason_and_a_detail(error, reason):
    for fault in (error, Failure(error)):
        found, detail = reason_of(fault)
        assert found is reason
        assert 0 < len(detail) <= 300


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(
            caused_by(
                DownloadFailedError(f"[{Failure(connection.ConnectionDone())!r}]"),
                ResponseFailed([Failure(connection.ConnectionDone())]),
            ),
            "the server closed the connection before its answer was whole",
            id="a server that hangs up",
        ),
        pytest.param(
            caused_by(
                DownloadFailedError("x"[:0]),
                ResponseFailed(
                    [Failure(connection.ConnectionDone()), Failure(ParseError("odd", b"SSH-2.0"))]
                ),
            ),
            "the answer is no HTTP: ('odd', b'SSH-2.0')",
            id="what is no HTTP",
        ),
        pytest.param(
            caused_by(DownloadFailedError(""), ResponseFailed([Failure(ValueError("conflicting lengths"))])),
            "conflicting lengths",
            id="a header that cannot be",
        ),
        pytest.param(
            DownloadCancelledError("Expected to receive 9 bytes in request <GET http://a.example/>."),
            "Expected to receive 9 bytes",
            id="a size that is announced",
        ),
        pytest.param(
            DownloadCancelledError(), "the answer went on past the limit of its size", id="an endless body"
        ),
        pytest.param(ResponseDataLossError(), "the answer ended before it was whole", id="a cut body"),
    ],
)
def test_a_detail_is_for_people(error, said):
    assert reason_of(Failure(error))[1] == said


@pytest.mark.parametrize("target", ["javascript:alert(1)", "http://[half"])
def test_a_redirect_to_what_is_no_address_is_the_sites_fault(target):
    with pytest.raises(ValueError) as raised:
        Request("http://a.example/").replace(url=urljoin("http://a.example/", target) or target)
    assert reason_of(raised.value)[0] is Reason.BAD_URL


def test_a_detail_is_one_line_of_bearable_length():
    _, detail = reason_of(RuntimeError("a\nb " * 1000))
    assert "\n" not in detail and len(detail) == 300


@pytest.mark.parametrize(
    ("status", "headers", "reason"),
    [
        (200, {}, None),
        (203, {}, None),
        (202, {"x-amzn-waf-action": "challenge"}, Reason.BLOCKED),
        (204, {}, Reason.EMPTY),
        (206, {}, Reason.TRUNCATED),
        (304, {}, Reason.NOT_MODIFIED),
        (302, {"location": "file:///etc/passwd"}, Reason.BAD_URL),
        (302, {}, Reason.HTTP_ERROR),
        (401, {}, Reason.HTTP_ERROR),
        (403, {}, Reason.HTTP_ERROR),
        (403, {"cf-mitigated": "challenge"}, Reason.BLOCKED),
        (403, {"x-iinfo": "1-2-3"}, Reason.BLOCKED),
        (200, {"x-datadome": "protected"}, None),
        (410, {"x-datadome": "protected"}, Reason.HTTP_410),
        (404, {}, Reason.HTTP_404),
        (410, {}, Reason.HTTP_410),
        (451, {}, Reason.HTTP_451),
        (429, {}, Reason.RATE_LIMITED),
        (503, {"retry-after": "5"}, Reason.RATE_LIMITED),
        (503, {}, Reason.HTTP_ERROR),
        (500, {}, Reason.HTTP_ERROR),
        (999, {}, Reason.HTTP_ERROR),
    ],
)
def test_every_status_has_its_reason(status, headers, reason):
    assert reason_of_status(status, headers) is reason
