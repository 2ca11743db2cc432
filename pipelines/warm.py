"""Imported by the forkserver: one page is read there, so that every reader starts with what the first page of a
process costs (tables of places and months, extractor, date parser: about half a second) and shares its memory."""

from datetime import UTC, datetime

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

read(
    (_PAGE % (_PROSE * 4, _PROSE * 4)).encode(),
    {"content-type": "text/html; charset=utf-8"},
    "https://ferry.example/2014/06/22/ferry-resumes",
    datetime(2014, 6, 23, tzinfo=UTC),
    (),
    Rules(country="DE", language="en", timezone="Europe/Berlin"),
)
