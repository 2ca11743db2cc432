"""Wholeness, capture, conditional requests and reasons in one running crawl against a loopback site."""

from __future__ import annotations

import gzip
import ssl
import time
import zlib
from datetime import UTC, datetime

import brotli
import pytest
from backports import zstd
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

PAGE = b"<html><body>" + b"<p>A story that goes on for a while.</p>" * 2000 + b"</body></html>"
PACKERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda body: brotli.compress(body, quality=5),
    "zstd": zstd.compress,
}
ZEROS = b"\0" * (9 << 20)
HTML = "text/html; charset=utf-8"


def hang_up(handler):
    """Promises more than it sends, and closes the connection."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b"<p>half")
    handler.close_connection = True


def endless(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", HTML)
    handler.send_header("Connection", "close")
    handler.end_headers()
    for _ in range(400):
        handler.wfile.write(b"x" * 65536)


def header_flood(handler):
    """Headers that do not end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(20_000):
        handler.wfile.write(b"X-%d: %s\r\n" % (number, b"y" * 200))


def drip(handler):
    """A byte now and then: never idle, never done."""
    handler.send_response(200)
    handler.send_header("Content-Type", HTML)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    for _ in range(60):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.05)


def fickle(handler):
    """Truncated the first time, whole the second."""
    payload = gzip.compress(PAGE)
    again = handler.server.paths().count("/fickle") > 1
    handler.reply(200, payload if again else payload[:-20], Content_Encoding="gzip", Content_Type=HTML)


def fresh(handler):
    if handler.headers["If-None-Match"] == '"v1"' and handler.headers["If-Modified-Since"]:
        handler.reply(304)
    else:
        handler.reply(200, PAGE, ETag='"v2"', Content_Type=HTML)


@pytest.fixture
def self_signed(make_site, tmp_path):
    """A site whose certificate is its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "self-signed.pem"
    pem.write_bytes(
        certificate.public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    site = make_site()
    site.socket = context.wrap_socket(site.socket, server_side=True, do_handshake_on_connect=False)
    return site


@pytest.fixture
def results(site, self_signed, paper, crawl):
    urls = {}
    for name, pack in PACKERS.items():
        payload, bomb = pack(PAGE), pack(ZEROS)
        headers = {"Content_Encoding": name, "Content_Type": HTML}
        urls[f"whole {name}"] = site.answer(f"/whole-{name}", 200, payload, **headers)
        urls[f"cut {name}"] = site.answer(f"/cut-{name}", 200, payload[: -len(payload) // 3], **headers)
        urls[f"bomb {name}"] = site.answer(f"/bomb-{name}", 200, bomb, **headers)
        assert len(bomb) < 20_000
    gz = gzip.compress(PAGE)
    urls |= {
        "unknown": site.answer("/unknown", 200, PAGE, Content_Encoding="compress", Content_Type=HTML),
        "mislabelled": site.answer("/mislabelled", 200, PAGE, Content_Encoding="gzip", Content_Type=HTML),
        "charset": site.answer("/charset", 200, PAGE, Content_Encoding="UTF-8", Content_Type=HTML),
        "gone": site.answer("/gone", 410, gz[:50], Content_Encoding="gzip"),
        "text only": site.answer("/text-only", 200, PAGE, Content_Type=HTML),
        "not html": site.answer("/pdf", 200, b"%PDF-1.7", Content_Type="application/pdf"),
        "empty": site.answer("/empty", 200, b"", Content_Encoding="gzip", Content_Type=HTML),
        "unasked": site.answer("/unasked", 304),
        "loop": site.answer("/loop", 302, Location="/loop"),
        "moved": site.answer("/moved", 301, Location="/fresh"),
        "feed": site.answer(
            "/feed", 200, gzip.compress(ZEROS), Content_Encoding="gzip", Content_Type="text/xml"
        ),
    }
    urls |= {
        "self-signed": f"https://127.0.0.1:{self_signed.port}/",
        "unknown name": "http://no-such-host.invalid/",
        "private name": f"http://localhost:{site.port}/secret",
    }
    for name, answer in {
        "hang up": hang_up,
        "endless": endless,
        "header flood": header_flood,
        "drip": drip,
        "fickle": fickle,
        "fresh": fresh,
    }.items():
        path = "/" + name.replace(" ", "-")
        site.answers[path] = answer
        urls[name] = site.url(path)
    validators = {"etag": '"v1"', "last_modified": "Sun, 22 Nov 2026 08:00:00 GMT"}
    metas = {
        "fresh": validators,
        "moved": validators,
        "feed": {"kind": "feed"},
        "drip": {"download_timeout": 1, "dont_retry": True},
    }
    metas["self-signed"] = {"source": "secure"}
    metas["text only"] = {"source": "texts"}
    requests = [{"url": url, "case": case, "meta": metas.get(case, {})} for case, url in urls.items()]
    secure = {"id": "secure", "homepage": urls["self-signed"], "allow_private": True, "delay": 0.0}
    texts = {**paper, "id": "texts", "store": "text"}
    return crawl([paper, secure, texts], requests, settings={"DOWNLOAD_TIMEOUT": 15})


def test_only_whole_answers_of_bearable_size_reach_the_spider(results, site):
    for name in PACKERS:
        whole = results[f"whole {name}"]
        assert (whole["status"], whole["reason"], whole["size"]) == (200, None, len(PAGE)), name
        assert whole["capture"]["bytes"] == len(PACKERS[name](PAGE)), "captured as received"
        assert "Content-Encoding" in whole["capture"]["headers"]
        assert results[f"cut {name}"]["reason"] == "truncated", name
        assert site.paths().count(f"/cut-{name}") == 2, "asked once more"
        assert results[f"cut {name}"]["capture"] is None
        assert results[f"bomb {name}"]["reason"] == "too_large", name
        assert site.paths().count(f"/bomb-{name}") == 1
    assert results["unknown"]["reason"] == "undecodable"
    for name in ("mislabelled", "charset", "fickle"):
        assert (results[name]["reason"], results[name]["size"]) == (None, len(PAGE)), name
    assert results["hang up"]["reason"] == "truncated"
    assert results["endless"]["reason"] == "too_large"
    assert results["header flood"]["reason"] == "too_large"
    assert "headers" in results["header flood"]["detail"]
    assert results["feed"]["size"] == len(ZEROS), "a feed may be larger than a page"

    # A status tells its story whatever became of the body.
    assert (results["gone"]["status"], results["gone"]["reason"]) == (410, "http_410")
    assert (results["empty"]["status"], results["empty"]["size"], results["empty"]["capture"]) == (
        200,
        0,
        None,
    )
    assert results["not html"]["capture"] is None
    assert (results["text only"]["size"], results["text only"]["capture"]) == (len(PAGE), None), (
        "store = text"
    )
    assert results["loop"]["reason"] == "too_many_redirects"

    # Here no source names localhost, so it is the resolver that refuses it, and not the guard.
    assert results["private name"]["reason"] == "forbidden_address"
    assert "loopback" in results["private name"]["detail"]
    assert "/secret" not in site.paths()
    assert results["unknown name"]["reason"] == "dns"

    # A certificate that nobody vouches for is no publisher's.
    assert results["self-signed"]["reason"] == "tls"
    assert "certificate" in results["self-signed"]["detail"]

    # The deadline is one for the whole fetch: the server was never silent for as long as that.
    assert results["drip"]["reason"] == "timeout"

    # Validators go to the URL that gave them, and not to where it redirects.
    assert (results["fresh"]["status"], results["fresh"]["reason"]) == (304, "not_modified")
    assert (results["moved"]["status"], results["moved"]["size"]) == (200, len(PAGE))
    assert results["unasked"]["reason"] == "http_error"
    asked = {path: headers for path, _, headers in site.hits if path in ("/moved", "/fresh")}
    assert asked["/moved"]["If-None-Match"] == '"v1"'
    assert any("If-None-Match" not in headers for path, _, headers in site.hits if path == "/fresh")
    assert all("Cookie" not in headers and "Referer" not in headers for _, _, headers in site.hits)
