"""The guard and the resolver in a running crawl: no spelling and no redirect reaches the canary."""

from __future__ import annotations

SPELLINGS = [
    "http://127.0.0.1:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://127.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7f.0.0.1:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0.0.0.0:{port}/",
    "http://0:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST.:{port}/",
    "http://[::1]:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://127%2e0%2e0%2e1:{port}/",
    "http://127。0。0。1:{port}/",
    "http://１２７.０.０.１:{port}/",
    "http://user:word@127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
]


def test_no_spelling_and_no_redirect_reaches_a_private_address(site, canary, paper, crawl):
    requests = []
    for number, spelling in enumerate(SPELLINGS):
        url = spelling.format(port=canary.port)
        site.answers[f"/to/{number}"] = lambda handler, url=url: handler.reply(
            302, Location=url.encode().decode("latin-1")
        )
        requests.append({"url": site.url(f"/to/{number}"), "case": f"redirect {spelling}"})
        if not url.startswith("//"):
            requests.append({"url": url, "case": f"link {spelling}"})
    site.answer("/to/file", 302, Location="file:///etc/passwd")
    site.answer("/page", 200, b"<p>ours</p>", Content_Type="text/html")
    requests += [
        {"url": site.url("/to/file"), "case": "file"},
        {"url": site.url("/page"), "case": "own"},
        {"url": site.url("/page"), "case": "another source", "meta": {"source": "rival"}},
        {"url": site.url("/page"), "case": "no source", "meta": {"source": None}},
        {"url": f"http://localhost:{canary.port}/control", "case": "control", "meta": {"source": "intranet"}},
    ]
    sources = [
        paper,
        {"id": "rival", "homepage": "https://rival.example/"},
        {
            "id": "intranet",
            "homepage": f"http://localhost:{canary.port}/",
            "allow_private": True,
            "delay": 0.0,
        },
    ]
    results = crawl(sources, requests, settings={"DOWNLOAD_DELAY": 0})

    # The canary can be reached at all, by the one source that names it (and robots.txt with it).
    assert sorted(set(canary.paths())) == ["/control", "/robots.txt"]
    assert results["control"]["status"] == 200
    assert results["own"]["status"] == 200 and results["own"]["reason"] is None
    assert results["own"]["resolver"] == "GuardedResolver"
    refused = {case: r for case, r in results.items() if case not in {"control", "own", "file"}}
    assert {r["reason"] for r in refused.values()} <= {"forbidden_address", "bad_url"}, refused
    assert all(r["detail"] for r in refused.values())
    assert results["another source"]["reason"] == results["no source"]["reason"] == "forbidden_address"
    assert results["file"] | {"status": 302, "reason": "bad_url"} == results["file"]


def test_host_names_are_refused_where_the_resolver_is_not_at_work(canary, site, paper, crawl):
    """Scrapy passes over TWISTED_DNS_RESOLVER in custom_settings; then nothing checks what names lead to."""
    results = crawl(
        [paper],
        [{"url": f"http://localhost:{canary.port}/", "case": "name"}],
        resolver_in_custom_settings=True,
    )
    assert results["name"]["resolver"] == "CachingHostnameResolver"
    assert results["name"]["reason"] == "forbidden_address"
    assert "not at work" in results["name"]["detail"]
    assert canary.paths() == []
