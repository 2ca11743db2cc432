"""Which reason a failure or a status is given."""

from __future__ import annotations

import asyncio
import zlib

import pytest
from OpenSSL import SSL
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
