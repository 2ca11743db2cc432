"""Tables of the crawl: captures, the ledger, and what is to be visited."""

from __future__ import annotations

from typing import Final

from pipelines.store.schema.table import Table, columns_of

CRAWL_TABLES: Final[tuple[Table, ...]] = (
    Table(
        "captures",
        "WARC records of fetched article pages.",
        columns_of("""
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
erased_at | TEXT | UTC instant at which the page was erased from its file; empty while it is there.
place | TEXT | Where the file lies, as a URL that ends in a folder: file://machine/folder, s3://bucket/folder; empty for captures/ beside the archive.
memento | TEXT | Address of the memento that the page was taken from, where a web archive gave it; captured_at is when that archive captured it.
"""),
        indexes=("key, captured_at DESC",),
    ),
    Table(
        "rights",
        "What the captured page itself says may be done with it.",
        columns_of("""
capture | INTEGER PRIMARY KEY REFERENCES captures(id) | The capture.
robots | TEXT | Directives of meta robots and X-Robots-Tag.
noarchive | INTEGER NOT NULL DEFAULT 0 | 1 where the page asks not to be archived.
nosnippet | INTEGER NOT NULL DEFAULT 0 | 1 where the page asks for no excerpt.
noai | INTEGER NOT NULL DEFAULT 0 | 1 where the page forbids use for AI.
tdm_reservation | INTEGER | TDM Reservation Protocol: 1 reserved, 0 not, empty unsaid.
licence | TEXT | Licence that the page names.
robots_allowed | INTEGER | Verdict of robots.txt when the page was asked for: 1 allowed; empty where none is known. What it forbids is never asked for.
paywalled | INTEGER | 1 where the page stood behind a paywall, 0 free, empty unknown.
"""),
    ),
    Table(
        "runs",
        "One row a crawl.",
        columns_of("""
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
requests | INTEGER NOT NULL DEFAULT 0 | Requests sent, with those for robots.txt, redirects and repetitions.
not_modified | INTEGER NOT NULL DEFAULT 0 | Visits that the server answered with 304.
reasons | TEXT | Numbers of the visits skipped and failed, by reason, as JSON; empty while it runs.
ended_by | TEXT | What ended it before its work was done: deadline, SIGINT, SIGTERM or a fault in words; empty where nothing did.
crawler | TEXT | Name of the crawler, where several share a frontier; empty for a crawl into this archive.
work | TEXT | What it did, where it was no crawl and ran beside them: backfill warc, and so on.
shared_run | TEXT | Its number in the shared frontier, behind the frontier's own id; empty for a crawl into this archive.
"""),
    ),
    Table(
        "fetches",
        "The ledger: one row a visit, with its outcome and reason.",
        columns_of("""
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
memento | TEXT | Address of the memento, where a web archive was asked for the page and not its site; visited_at is then the time of its capture there.
"""),
        indexes=("key, id DESC", "run, source, outcome", "source, visited_at DESC"),
    ),
    Table(
        "urls",
        "Every URL key ever seen, with what became of it.",
        columns_of("""
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
        indexes=("article", "source, outcome", "source, first_seen_at"),
        hidden=True,
    ),
    Table(
        "sightings",
        "When a URL was last listed anywhere.",
        columns_of("""
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
        columns_of("""
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
quiet | INTEGER NOT NULL DEFAULT 0 | Of a listing: visits in a row that brought nothing new.
why | TEXT | Why it is due then, in words.
depth | INTEGER NOT NULL DEFAULT 0 | Of a listing: listings between sources.toml and this one.
"""),
        indexes=("state, host, kind, due_at", "source, state"),
        hidden=True,
    ),
    Table(
        "hosts",
        "What hosts asked of us, remembered across runs.",
        columns_of("""
host | TEXT PRIMARY KEY | Host with port, where it is not the default one.
retry_at | TEXT | UTC instant before which the host wants no request.
failures | INTEGER NOT NULL DEFAULT 0 | Failures in a row.
crawl_delay | REAL | Crawl-delay of its robots.txt, seconds.
robots | TEXT | robots.txt as last received.
robots_status | INTEGER | HTTP status of robots.txt.
robots_at | TEXT | UTC instant at which it was received.
robots_from | TEXT | Address at which it was asked for.
"""),
        hidden=True,
    ),
)
