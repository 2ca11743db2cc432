"""The tables of archive.db and what each column means: the source of the DDL and of the data dictionary."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column: SQLite type with constraints, and a sentence for the data dictionary."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `hidden` tables are working tables that Datasette's front leaves out."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()  # composite primary key, where no column says PRIMARY KEY
    indexes: tuple[str, ...] = ()  # column lists, e.g. "source, published_sort DESC, id DESC"
    hidden: bool = False


def _columns(text: str) -> tuple[Column, ...]:
    """Columns from lines of `name | type | meaning`."""
    rows = (line.split("|", 2) for line in text.strip().splitlines())
    return tuple(Column(name.strip(), kind.strip(), meaning.strip()) for name, kind, meaning in rows)


TABLES: tuple[Table, ...] = (
    Table(
        "articles",
        "One row an article, narrow so that browsing and facets stay fast; the text is in article_text.",
        _columns("""
id | INTEGER PRIMARY KEY | Number of the article in this archive.
public_id | TEXT NOT NULL UNIQUE | Short hash of the article's first URL key: the same in every archive.
url | TEXT NOT NULL | Address under which the article was first fetched.
source | TEXT NOT NULL REFERENCES sources(id) | Source that the article belongs to (id in sources.toml).
headline | TEXT | Headline as the article prints it.
lede | TEXT | Stand-first where the page marks one, else the first paragraph.
section | TEXT | Section of the outlet.
language | TEXT | Language of the text (BCP 47 primary subtag).
byline | TEXT | Byline as printed; single names are in article_authors.
published_at | TEXT | UTC instant of publication; empty unless the time of day is known.
published_day | TEXT | Calendar day of publication as printed at the outlet (YYYY-MM-DD).
published_year | INTEGER | Year of published_day.
published_month | TEXT | Month of published_day (YYYY-MM).
published_sort | TEXT NOT NULL | What listings are ordered by: published_at, else published_day, else first_seen_at.
published_precision | TEXT | second, minute, day or month; empty where the date is unknown and published_sort fell back to first_seen_at.
published_from | TEXT | Evidence that decided the date, e.g. "jsonld NewsArticle.datePublished"; all evidence is in evidence.
published_confidence | REAL | 0 to 1.
modified_at | TEXT | UTC instant of the last change that the page itself states.
dateline | TEXT | Dateline as printed, e.g. "BAGHDAD, June 22, (Agencies):".
dateline_date | TEXT | Date of the dateline; empty while its year is open.
dateline_month_day | TEXT | Day of the dateline as --MM-DD, also where the year is open.
place | TEXT | Place of the dateline.
country | TEXT | Country of that place (ISO 3166 alpha-2).
first_seen_at | TEXT NOT NULL | UTC instant at which this archive first fetched the article.
changed_at | TEXT | UTC instant at which this archive last saw the publisher change it.
revisions | INTEGER NOT NULL DEFAULT 0 | Number of the publisher's revisions seen.
word_count | INTEGER | Words of the text; in Chinese and Japanese, characters.
paywalled | INTEGER | 1 behind a paywall, 0 free, empty unknown.
cluster | INTEGER REFERENCES clusters(id) | Story that ran with the same text in more than one source.
state | TEXT NOT NULL DEFAULT 'published' | published, gone (the publisher removed it) or withheld (taken down here).
content_hash | TEXT | Hash of headline, lede, byline and text.
reading | TEXT | Version of the reading that made this row.
capture | INTEGER REFERENCES captures(id) | Capture that was read.
"""),
        indexes=(
            "published_sort DESC, id DESC",
            "source, published_sort DESC, id DESC",
            "section, published_sort DESC, id DESC",
            "country, published_sort DESC, id DESC",
            "place, published_sort DESC, id DESC",
            "language, published_sort DESC, id DESC",
            "published_year, published_sort DESC, id DESC",
            "published_month, published_sort DESC, id DESC",
            "state, published_sort DESC, id DESC",
            "paywalled, published_sort DESC, id DESC",
            "cluster, published_sort DESC, id DESC",
            "changed_at DESC, id DESC",
            "first_seen_at DESC, id DESC",
            "url",
        ),
    ),
    Table(
        "article_text",
        "The text of an article and what is too wide for the browse row.",
        _columns("""
article | INTEGER PRIMARY KEY REFERENCES articles(id) | The article.
text | TEXT NOT NULL DEFAULT '' | Cleaned text, paragraphs separated by a blank line.
image | TEXT | Address of the main image.
canonical_url | TEXT | Address that the page names as its canonical one.
text_hash | TEXT | Hash of the folded text without its dateline: equal where two outlets ran one story.
"""),
        indexes=("text_hash",),
    ),
    Table(
        "article_authors",
        "Authors of articles, one row a name.",
        _columns("""
article | INTEGER NOT NULL REFERENCES articles(id) | The article.
author | TEXT NOT NULL | One name.
position | INTEGER NOT NULL | Order in the byline, from 0.
"""),
        key=("article", "author"),
        indexes=("author, article",),
    ),
    Table(
        "article_tags",
        "Tags and keywords that the outlet gave its articles.",
        _columns("""
article | INTEGER NOT NULL REFERENCES articles(id) | The article.
tag | TEXT NOT NULL | One tag as printed.
"""),
        key=("article", "tag"),
        indexes=("tag, article",),
    ),
    Table(
        "article_agencies",
        "Wire agencies that articles are credited to.",
        _columns("""
article | INTEGER NOT NULL REFERENCES articles(id) | The article.
agency | TEXT NOT NULL | Short name of the wire agency, e.g. Reuters.
"""),
        key=("article", "agency"),
        indexes=("agency, article",),
    ),
    Table(
        "places",
        "Places that datelines name.",
        _columns("""
name | TEXT NOT NULL | Place as in articles.place.
country | TEXT NOT NULL DEFAULT '' | ISO 3166 alpha-2; empty where it is unknown.
latitude | REAL | Degrees north (GeoNames, CC BY).
longitude | REAL | Degrees east.
"""),
        key=("name", "country"),
    ),
    Table(
        "sources",
        "Whom we read, as sources.toml says; a source that was removed from the file is retired and its articles stay.",
        _columns("""
id | TEXT PRIMARY KEY | Stable id from sources.toml.
name | TEXT NOT NULL | Name of the outlet.
homepage | TEXT | Its homepage.
country | TEXT | ISO 3166 alpha-2.
language | TEXT | Default language.
timezone | TEXT | IANA zone for dates without one.
store | TEXT NOT NULL DEFAULT 'full' | What is kept: full, text or metadata.
publish | TEXT NOT NULL DEFAULT 'full' | What is shown: full, excerpt or metadata.
state | TEXT NOT NULL DEFAULT 'active' | active or retired.
first_seen_at | TEXT NOT NULL | UTC instant at which the archive first met the source.
"""),
    ),
    Table(
        "revisions",
        "Earlier versions of articles: each row is what stood there before a change was seen.",
        _columns("""
id | INTEGER PRIMARY KEY | Number of the revision.
article | INTEGER NOT NULL REFERENCES articles(id) | The article.
kind | TEXT NOT NULL | publisher (the outlet changed it) or reading (newsbot reads better now).
changed | TEXT NOT NULL | What changed, comma-separated: headline, lede, byline, text, removed, restored.
seen_at | TEXT NOT NULL | UTC instant at which the change was seen.
headline | TEXT | Headline before.
lede | TEXT | Lede before.
byline | TEXT | Byline before.
text | TEXT | Text before.
content_hash | TEXT | Hash before.
reading | TEXT | Version of the reading that had made it.
capture | INTEGER REFERENCES captures(id) | Capture that it was read from.
new_capture | INTEGER REFERENCES captures(id) | Capture in which the change was seen; empty where the page was gone.
"""),
        indexes=("article, id", "seen_at DESC, id DESC"),
    ),
    Table(
        "removed_blocks",
        "What cleaning took out of the page of an article, and by which rule.",
        _columns("""
article | INTEGER NOT NULL REFERENCES articles(id) | The article.
position | INTEGER NOT NULL | Order on the page, from 0.
rule | TEXT NOT NULL | Name of the rule.
reason | TEXT NOT NULL | The rule in a sentence.
text | TEXT NOT NULL | What was removed.
"""),
        key=("article", "position"),
        indexes=("rule, article",),
    ),
    Table(
        "evidence",
        "What is known about a URL's dates: what listings said of it (kind found) and what its page says (kind date).",
        _columns("""
id | INTEGER PRIMARY KEY | Number of the row.
key | TEXT NOT NULL | URL key.
kind | TEXT NOT NULL | found (a listing spoke of the URL) or date (a candidate from the page).
origin | TEXT NOT NULL | feed, news_sitemap, sitemap, section, list; or jsonld, meta, itemprop, time, script, url, header, dateline, text, htmldate.
name | TEXT | Which field of it.
printed | TEXT | As it stood there.
at | TEXT | UTC instant, where one is told.
day | TEXT | Calendar day as printed.
precision | TEXT | second, minute, day or month.
role | TEXT | published or modified.
confidence | REAL | 0 to 1.
chosen | INTEGER NOT NULL DEFAULT 0 | 1 where this candidate decided the date.
note | TEXT | Why it was refused or mended.
title | TEXT | Title that the listing gave.
author | TEXT | Author that the listing gave.
lastmod | TEXT | Last change that the listing gave, as printed.
section | TEXT | Section or category that the listing gave.
seen_in | TEXT | Address of the listing.
seen_at | TEXT NOT NULL | UTC instant at which it was seen.
"""),
        indexes=("key, kind",),
    ),
    Table(
        "doubts",
        "Things about single articles that a person may want to look at.",
        _columns("""
id | INTEGER PRIMARY KEY | Number of the row.
key | TEXT NOT NULL | URL key.
article | INTEGER REFERENCES articles(id) | The article, where there is one.
doubt | TEXT NOT NULL | One word for the kind of doubt.
detail | TEXT NOT NULL | A sentence.
seen_at | TEXT NOT NULL | UTC instant.
"""),
        indexes=("doubt, article", "article"),
    ),
    Table(
        "clusters",
        "Stories that ran with the same text in more than one source.",
        _columns("""
id | INTEGER PRIMARY KEY | Number of the cluster.
text_hash | TEXT NOT NULL UNIQUE | Hash that its articles share.
first_article | INTEGER REFERENCES articles(id) | The article that ran first, as far as the dates tell.
agency | TEXT | Wire agency that the story is credited to.
articles | INTEGER NOT NULL | Number of articles in it.
"""),
    ),
    Table(
        "captures",
        "WARC records of fetched article pages.",
        _columns("""
id | INTEGER PRIMARY KEY | Number of the capture.
key | TEXT NOT NULL | URL key.
url | TEXT NOT NULL | Address that answered.
file | TEXT NOT NULL | WARC file, relative to captures/ beside the archive.
offset | INTEGER NOT NULL | Where the record begins, in bytes.
length | INTEGER NOT NULL | Length of the compressed record, in bytes.
digest | TEXT NOT NULL | Digest of the payload as received (sha1:BASE32).
captured_at | TEXT NOT NULL | UTC instant.
status | INTEGER NOT NULL | HTTP status.
media_type | TEXT | Content-Type.
payload_bytes | INTEGER NOT NULL | Size of the payload as received.
"""),
        indexes=("key, captured_at DESC",),
    ),
    Table(
        "rights",
        "What the captured page itself says may be done with it.",
        _columns("""
capture | INTEGER PRIMARY KEY REFERENCES captures(id) | The capture.
robots | TEXT | Directives of meta robots and X-Robots-Tag.
noarchive | INTEGER NOT NULL DEFAULT 0 | 1 where the page asks not to be archived.
nosnippet | INTEGER NOT NULL DEFAULT 0 | 1 where the page asks for no excerpt.
noai | INTEGER NOT NULL DEFAULT 0 | 1 where the page forbids use for AI.
tdm_reservation | INTEGER | TDM Reservation Protocol: 1 reserved, 0 not, empty unsaid.
licence | TEXT | Licence that the page names.
"""),
    ),
    Table(
        "runs",
        "One row a crawl.",
        _columns("""
id | INTEGER PRIMARY KEY | Number of the run.
started_at | TEXT NOT NULL | UTC instant.
ended_at | TEXT | UTC instant; empty while it runs or where it was killed.
state | TEXT NOT NULL | running, finished, stopped or killed.
exit_code | INTEGER | Exit code of the command.
version | TEXT NOT NULL | Version of newsbot.
reading | TEXT NOT NULL | Version of the reading.
command | TEXT NOT NULL | The command as it was given.
listings | INTEGER NOT NULL DEFAULT 0 | Feeds, sitemaps and sections visited.
found | INTEGER NOT NULL DEFAULT 0 | Articles that listings named and the archive had never seen.
stored | INTEGER NOT NULL DEFAULT 0 | Articles stored.
revised | INTEGER NOT NULL DEFAULT 0 | Articles whose publisher changed them.
unchanged | INTEGER NOT NULL DEFAULT 0 | Visits that found nothing new.
gone | INTEGER NOT NULL DEFAULT 0 | Articles found removed.
skipped | INTEGER NOT NULL DEFAULT 0 | Pages not kept, by decision.
failed | INTEGER NOT NULL DEFAULT 0 | Visits that failed.
received_bytes | INTEGER NOT NULL DEFAULT 0 | Bytes received.
"""),
    ),
    Table(
        "fetches",
        "The ledger: one row a visit, with its outcome and reason.",
        _columns("""
id | INTEGER PRIMARY KEY | Number of the visit.
run | INTEGER REFERENCES runs(id) | The run.
key | TEXT NOT NULL | URL key.
url | TEXT NOT NULL | Address asked.
final_url | TEXT | Address that answered, where redirects led elsewhere.
source | TEXT NOT NULL | The source.
kind | TEXT NOT NULL | homepage, feed, sitemap, section or article.
visited_at | TEXT NOT NULL | UTC instant.
status | INTEGER | HTTP status; empty where there was no answer.
outcome | TEXT NOT NULL | stored, revised, unchanged, listed, gone, skipped or failed.
reason | TEXT | Why; see docs/archive.md.
detail | TEXT | The fault or the numbers behind it.
ms | INTEGER | Milliseconds until the answer was complete.
received_bytes | INTEGER NOT NULL DEFAULT 0 | Size of the answer as received.
new_links | INTEGER | Of a listing: articles that the archive had never seen.
"""),
        indexes=("key, id DESC", "run, source, outcome", "source, visited_at DESC"),
    ),
    Table(
        "urls",
        "Every URL key ever seen, with what became of it.",
        _columns("""
key | TEXT PRIMARY KEY | URL key: the one identity of a URL.
url | TEXT NOT NULL | Address as first seen.
source | TEXT NOT NULL | The source.
article | INTEGER REFERENCES articles(id) | The article under this address, where there is one.
alias_of | TEXT | Key of the address under which the article is kept, where this is another one.
outcome | TEXT | Last outcome; empty while it was never visited.
reason | TEXT | Last reason.
first_seen_at | TEXT NOT NULL | UTC instant.
last_visited_at | TEXT | UTC instant.
"""),
        indexes=("article", "source, outcome"),
        hidden=True,
    ),
    Table(
        "sightings",
        "When a URL was last listed anywhere.",
        _columns("""
key | TEXT PRIMARY KEY | URL key.
last_seen_at | TEXT NOT NULL | UTC instant.
seen_in | TEXT | Address of the listing that named it last.
times | INTEGER NOT NULL DEFAULT 1 | How often it was listed.
"""),
        hidden=True,
    ),
    Table(
        "frontier",
        "What is to be visited, and when.",
        _columns("""
key | TEXT PRIMARY KEY | URL key.
url | TEXT NOT NULL | Address to ask.
source | TEXT NOT NULL | The source.
kind | TEXT NOT NULL | homepage, feed, sitemap, section or article.
host | TEXT NOT NULL | Host of the address.
state | TEXT NOT NULL DEFAULT 'due' | due, leased or parked.
due_at | TEXT NOT NULL | UTC instant from which it may be visited.
run | INTEGER | Run that leased it.
visits | INTEGER NOT NULL DEFAULT 0 | Visits so far.
failures | INTEGER NOT NULL DEFAULT 0 | Failures in a row.
first_due_at | TEXT NOT NULL | UTC instant of the first due_at; revisits count from here.
etag | TEXT | ETag of the answer that was stored.
last_modified | TEXT | Last-Modified of that answer.
"""),
        indexes=("state, host, kind, due_at", "source, state"),
        hidden=True,
    ),
    Table(
        "hosts",
        "What hosts asked of us, remembered across runs.",
        _columns("""
host | TEXT PRIMARY KEY | Host with port, where it is not the default one.
retry_at | TEXT | UTC instant before which the host wants no request.
failures | INTEGER NOT NULL DEFAULT 0 | Failures in a row.
crawl_delay | REAL | Crawl-delay of its robots.txt, seconds.
robots | TEXT | robots.txt as last received.
robots_status | INTEGER | HTTP status of robots.txt.
robots_at | TEXT | UTC instant at which it was received.
"""),
        hidden=True,
    ),
    Table(
        "corrections",
        "Corrections by a person; they win over every reading.",
        _columns("""
article | INTEGER NOT NULL REFERENCES articles(id) | The article.
field | TEXT NOT NULL | Column of articles.
value | TEXT | The corrected value.
author | TEXT NOT NULL | Who corrected it.
reason | TEXT NOT NULL | Why.
made_at | TEXT NOT NULL | UTC instant.
"""),
        key=("article", "field"),
        hidden=True,
    ),
    Table(
        "tombstones",
        "URL keys that are kept out after a takedown.",
        _columns("""
key | TEXT PRIMARY KEY | URL key.
reason | TEXT NOT NULL | Why.
made_at | TEXT NOT NULL | UTC instant.
"""),
        hidden=True,
    ),
    Table(
        "source_health",
        "Per source and day: how much came in and how complete it was.",
        _columns("""
source | TEXT NOT NULL | The source.
day | TEXT NOT NULL | UTC day of the visits.
visits | INTEGER NOT NULL DEFAULT 0 | Visits.
stored | INTEGER NOT NULL DEFAULT 0 | Articles stored.
failed | INTEGER NOT NULL DEFAULT 0 | Visits that failed.
with_date | INTEGER NOT NULL DEFAULT 0 | Stored articles whose date is known.
with_byline | INTEGER NOT NULL DEFAULT 0 | Stored articles with a byline.
words | INTEGER NOT NULL DEFAULT 0 | Words of the stored articles.
"""),
        key=("source", "day"),
        hidden=True,
    ),
    Table(
        "exports",
        "Exports made from this archive.",
        _columns("""
id | INTEGER PRIMARY KEY | Number of the export.
name | TEXT | Name given to it.
made_at | TEXT NOT NULL | UTC instant.
query | TEXT NOT NULL | What was exported.
rows | INTEGER NOT NULL | Rows written.
sha256 | TEXT NOT NULL | Checksum of the file.
"""),
        hidden=True,
    ),
    Table(
        "about",
        "Facts about this archive itself.",
        _columns("""
name | TEXT PRIMARY KEY | created_at, created_by, sample.
value | TEXT NOT NULL | The fact.
"""),
        hidden=True,
    ),
)
