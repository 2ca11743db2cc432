"""From an answer to a visit: what is kept of it, and under which address."""

from __future__ import annotations

import pytest
from scrapy import Request
from scrapy.http import Headers, HtmlResponse

from newsbot.sources import Source
from newsbot.spiders.visit import answered
from pipelines.items import Kind, Lease

SOURCE = Source(id="herald", name="Herald", homepage="https://herald.example/")
VALIDATORS = Headers({"ETag": '"1"', "Last-Modified": "Sun, 22 Jun 2014 10:00:00 GMT"})


@pytest.mark.parametrize(
    ("listed", "redirected_to", "final_url", "etag"),
    [
        pytest.param(
            "https://herald.example/port", None, None, '"1"', id="the address asked keeps its validators"
        ),
        pytest.param(
            "https://herald.example/größe und maß",
            None,
            None,
            '"1"',
            id="an address that had to be escaped to be asked is still the address asked",
        ),
        pytest.param(
            "https://herald.example/port",
            "https://herald.example/harbour",
            "https://herald.example/harbour",
            None,
            id="validators of a redirect's target are not those of the address asked",
        ),
    ],
)
def test_validators_belong_to_the_address_asked(
    listed: str, redirected_to: str | None, final_url: str | None, etag: str | None
) -> None:
    lease = Lease("key", listed, "herald", Kind.ARTICLE, "herald.example", visits=0)
    request = Request(listed)
    if redirected_to is not None:  # as Scrapy's redirect middleware does
        request = request.replace(url=redirected_to, meta={"redirect_urls": [request.url]})
    response = HtmlResponse(request.url, headers=VALIDATORS, body=b"<p>", request=request)
    visit = answered(lease, SOURCE, response)
    assert (visit.final_url, visit.etag) == (final_url, etag)
    assert bool(visit.last_modified) == bool(etag)
