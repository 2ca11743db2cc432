"""Pages that are hard to read, are no articles, or want to be more than text."""

from __future__ import annotations

from stories import CANARY, HEALTHY, LD, SECRET, healthy_story, html, page, story, told

# ---- markup and charsets

html("nine-megabytes", lambda: story("nine", body="<p>" + "word " * 1_800_000 + "</p>"))
html("two-megabytes-of-text", lambda: story("megabytes", body="<p>" + "word and " * 220_000 + "</p>"))
html("nested-divs", lambda: b"<html><body>" + b"<div>" * 200_000 + story("nested"))
html("nested-deep-enough", lambda: story("nestedenough", body="<div>" * 3_000 + "in the depth"))
html(
    "million-attributes",
    lambda: story("attributes", body="<p " + " ".join(f"a{n}=1" for n in range(700_000)) + ">x</p>"),
)
html("tag-dense", lambda: story("tagdense", body="<b>a</b>" * 900_000))
html("million-links", lambda: story("links", body="<a href=/x>y</a>" * 190_000))
html("unclosed-quotes", lambda: story("quotes", body='<a href="' * 100_000))
html("comments", lambda: story("comments", body="<!--" * 200_000 + "-->"))
html("table-in-table", lambda: story("tables", body="<table><tr><td>" * 20_000))
html("nuls", lambda: story("nuls").replace(b" ", b"\x00 "))
html("only-nuls", lambda: b"\x00" * 100_000)
html("utf-16-unsaid", lambda: story("utf16").decode().encode("utf-16"), "text/html")
html("utf-16-mislabelled", lambda: story("utf16bad").decode().encode("utf-16-le"), "text/html; charset=utf-8")
html(
    "charset-mislabelled",
    lambda: story("mislabelled", headline="Überschwemmung am Fluß für alle").decode().encode("latin-1"),
    "text/html; charset=utf-8",
)
html("charset-nonsense", lambda: story("nonsense"), 'text/html; charset="x\'; drop"')
html("utf-7", lambda: story("utf7").replace(b"<p>", b"+ADw-script+AD4-<p>"), "text/html; charset=utf-7")
html("binary", lambda: bytes(range(256)) * 400)
html("an-image", lambda: b"\x89PNG\r\n\x1a\n" + b"\x00\xff" * 40_000)
html("a-pdf", lambda: b"%PDF-1.7\n" + b"\xe2\xe3" * 40_000)
html("said-to-be-video", lambda: story("video"), "video/mp4")
html(
    "entity-bomb",
    lambda: (
        b'<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        + b"".join(
            b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % (c + 1, *[c] * 8) for c in range(98, 121)
        )
        + b"]>"
        + story("entities", body="<p>&y;</p>")
    ),
    "application/xhtml+xml",
)
html(
    "external-entity",
    lambda: (
        f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{SECRET}"><!ENTITY y SYSTEM "http://127.0.0.1:{CANARY}/">]>'.encode()
        + story("external", body="<p>&x; &y;</p>")
    ),
    "application/xhtml+xml",
)

# ---- no articles

html(
    "captcha",
    lambda: (
        b"<html><head><title>Just a moment...</title></head><body><h1>Checking your browser before accessing</h1><div id=cf-challenge class=g-recaptcha></div><p>Please complete the security check. Enable JavaScript and cookies to continue.</p></body></html>"
    ),
)
html(
    "soft-404",
    lambda: (
        b"<html><head><title>Page not found</title></head><body><h1>404 - Page not found</h1><p>Sorry, the page you are looking for does not exist or was moved.</p></body></html>"
    ),
)
html(
    "contact-form",
    lambda: (
        b"<html><head><title>Contact</title></head><body><form><input name=q><textarea></textarea><button>Send</button></form></body></html>"
    ),
)
html(
    "javascript-only",
    lambda: (
        b"<html><head><title>App</title></head><body><div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript><script src=/app.js></script></body></html>"
    ),
)
html(
    "front-page",
    lambda: (
        b"<html><body>"
        + b"".join(
            b"<h2><a href=/2026/11/20/x%d/>Some headline of another story %d</a></h2>" % (n, n)
            for n in range(80)
        )
        + b"</body></html>"
    ),
)
REFRESH = (
    f'<html><head><meta http-equiv=refresh content="0; url=http://127.0.0.1:{CANARY}/control"></head></html>'
)
html("meta-refresh", REFRESH.encode)

# ---- content

html(
    "headline-script",
    lambda: story(
        "script",
        headline="<script>alert(1)</script>&lt;script&gt;alert(2)&lt;/script&gt;<img src=x onerror=alert(3)> Flood",
    ),
)
html(
    "headline-escaped-script",
    lambda: story(
        "escapedscript",
        headline="&lt;img src=x onerror=alert(4)&gt; &lt;/title&gt;&lt;script&gt;alert(5)&lt;/script&gt; flood",
    ),
)
html(
    "headline-formula",
    lambda: story("formula", headline='=HYPERLINK("http://127.0.0.1/";"Flood") at the gates'),
)
html(
    "headline-bidi",
    lambda: story("bidi", headline="River \u202egnisir si revir eht\u202c \u2066rises\u2069 \x1b[31mred\x07"),
)
html("headline-megabyte", lambda: story("megabyte", headline="Flood " * 170_000))
html("headline-of-marks", lambda: story("marks", headline="F" + "\u0301" * 20_000 + "lood"))
html(
    "byline-hostile",
    lambda: story(
        "byline",
        head=told(
            headline="Byline",
            author=[{"name": "=cmd|'/c calc'!A1"}, {"name": "x" * 100_000}, {"name": {"a": ["b"]}}, None, 5],
        ),
    ),
)
html(
    "section-hostile",
    lambda: story(
        "section",
        head=told(
            headline="Section",
            articleSection=["<b>x</b>" * 1000, "'; drop table articles; --"],
            keywords=["t" * 9999] * 100,
        ),
    ),
)
html(
    "image-hostile",
    lambda: story(
        "image",
        head='<meta property="og:image" content="javascript:alert(1)">'
        + told(image=["file:///etc/passwd", {"url": "http://169.254.169.254/"}]),
    ),
)
html("date-9999", lambda: story("date9999", head=told(datePublished="9999-12-31T23:59:59-12:00")))
html("date-0001", lambda: story("date0001", head=told(datePublished="0001-01-01T00:00:00+14:00")))
html(
    "date-99999",
    lambda: story("date99999", head=told(datePublished="99999-01-01T00:00:00Z", dateModified="-0001-01-01")),
)
html("date-number", lambda: story("datenumber", head=told(datePublished=10**400)))
html(
    "date-surrogate",
    lambda: story(
        "datesurrogate",
        head=LD.format(
            '{"@type":"NewsArticle","datePublished":"2026-11-\\ud800 20","headline":"\\udfff Flood"}'
        ),
    ),
)
html("date-zone-absurd", lambda: story("datezone", head=told(datePublished="2026-11-20T10:00:00+99:99")))
html("surrogates", lambda: story("surrogates", headline="Flood \ud800 and &#xD800; &#55296; &#1114112; &#0;"))
html("jsonld-deep", lambda: story("deep", head=LD.format("[" * 200_000 + "]" * 200_000)))
html(
    "jsonld-nan",
    lambda: story(
        "nan",
        head=LD.format('{"@type":"NewsArticle","headline":NaN,"datePublished":Infinity,"wordCount":1e999}'),
    ),
)
html(
    "jsonld-huge",
    lambda: story(
        "hugeld", head=LD.format("[" + ",".join(['{"@type":"NewsArticle","headline":"x"}'] * 100_000) + "]")
    ),
)
html(
    "jsonld-not-closed",
    lambda: story(
        "notclosed",
        head='<script type="application/ld+json">{"@type":"NewsArticle","headline":"' + "x" * 500_000,
    ),
)
html("dateline-bait", lambda: story("dateline", body="<p>" + "BAGHDAD, June 22, (" * 20_000 + "</p>"))
html(
    "regex-bait",
    lambda: story("regex", body="<p>" + "a" * 400_000 + "! " + "12/" * 100_000 + " " * 200_000 + "x</p>"),
)
page("canonical-hijack")(
    lambda door: door.reply(
        200, story("hijack", head=f'<link rel="canonical" href="{HEALTHY[0]}/2026/11/20/healthy-1/">')
    )
)
page("canonical-hijack-copied")(
    lambda door: door.reply(
        200,
        healthy_story(
            2,
            head=f'<link rel="canonical" href="{HEALTHY[0]}/2026/11/20/healthy-2/"><meta property="og:url" content="{HEALTHY[0]}/2026/11/20/healthy-2/">',
        ),
    )
)
html(
    "canonical-nonsense",
    lambda: story("canonical", head='<link rel="canonical" href="http://[::1"><base href="javascript:x">'),
)
