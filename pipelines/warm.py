"""Imported by the forkserver: two pages are read there, so that every reader starts with what the first pages of a
process cost (tables of places and months, the extractor, its second opinion on short pages and the words of a hundred
languages that this one asks for: about a second) and shares its memory."""

from datetime import UTC, datetime

from pipelines.dedupe import content_hash
from pipelines.items import Rules
from pipelines.reading import read

_PAGE = """<!doctype html><html lang="en"><head><title>Ferry resumes after the storm</title>
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry resumes after the storm"}</script>
</head><body><nav><a href="/">Home</a></nav><article><h1>Ferry resumes after the storm</h1><p>By Mira Holt</p>
<p>HAMBURG, June 22 (Reuters) - %s</p><p>%s</p></article><footer>2014</footer></body></html>"""
_PROSE = (
    "The ferry between the two islands resumed its service on Sunday, a week after the storm had torn away the pier "
    "and the people of both sides had begun to row to each other's market with whatever would float. "
)

for page in (_PAGE % (_PROSE * 4, _PROSE * 4), _PAGE % ("It is back.", "See you there.")):
    read(
        page.encode(),
        {"content-type": "text/html; charset=utf-8"},
        "https://ferry.example/2014/06/22/ferry-resumes",
        datetime(2014, 6, 23, tzinfo=UTC),
        (),
        Rules(country="DE", language="en", timezone="Europe/Berlin"),
    )
content_hash(
    None, None, None, "Updated June 22, 3 hours ago"
)  # the names of months in the languages of such lines
