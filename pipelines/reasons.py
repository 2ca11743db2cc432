"""Why a visit ended as it did: one enum, from which docs and `newsbot explain` are written."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What came of one visit to one URL (`fetches.outcome`)."""

    STORED = "stored"  # a new article
    REVISED = "revised"  # the publisher changed an article we have
    UNCHANGED = "unchanged"  # as we have it
    LISTED = "listed"  # a feed, sitemap or section was read
    GONE = "gone"  # the publisher took the article away
    SKIPPED = "skipped"  # we decided not to keep it
    FAILED = "failed"  # we could not have it this time


class Reason(StrEnum):
    """Why, in one word; `SENTENCES` has the sentence for people."""

    # unchanged
    NOT_MODIFIED = "not_modified"
    SAME_TEXT = "same_text"
    REREAD = "reread"
    # gone
    HTTP_410 = "http_410"
    HTTP_451 = "http_451"
    HTTP_404 = "http_404"
    # revised
    EARLIER_VERSION = "earlier_version"
    # skipped
    OTHER_RULES = "other_rules"
    NOT_ARTICLE = "not_article"
    NOT_HTML = "not_html"
    EXCLUDED = "excluded"
    OFF_SITE = "off_site"
    TOO_OLD = "too_old"
    ROBOTS = "robots"
    NOARCHIVE = "noarchive"
    LESS_THAN_BEFORE = "less_than_before"
    WITHHELD = "withheld"
    EXPIRED = "expired"
    ALIAS = "alias"
    # failed
    FORBIDDEN_ADDRESS = "forbidden_address"
    TOO_LARGE = "too_large"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    BLOCKED = "blocked"
    NEEDS_JAVASCRIPT = "needs_javascript"
    RATE_LIMITED = "rate_limited"
    HTTP_ERROR = "http_error"
    DNS = "dns"
    CONNECTION = "connection"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    BAD_URL = "bad_url"
    MALFORMED = "malformed"
    READER_TIMEOUT = "reader_timeout"
    READER_DIED = "reader_died"
    READER_MEMORY = "reader_memory"
    READER_FAULT = "reader_fault"
    STOPPED = "stopped"
    UNDECODABLE = "undecodable"
    TRAP = "trap"
    # of web archives
    NO_MEMENTO = "no_memento"
    OTHER_CAPTURE = "other_capture"
    REWRITTEN = "rewritten"


SENTENCES: dict[Reason, str] = {
    Reason.NOT_MODIFIED: "The server said 304: nothing has changed since the last visit.",
    Reason.SAME_TEXT: "The page was fetched again and reads as before.",
    Reason.REREAD: "The page reads differently only because newsbot reads better now; the publisher changed nothing that we know of.",
    Reason.EARLIER_VERSION: "An older capture has other words: it became an earlier version of the article.",
    Reason.OTHER_RULES: "An older capture differs from what other rules had read of the article: after `newsbot reprocess` it can be told whether its outlet changed it.",
    Reason.HTTP_410: "The server said 410: the publisher removed the article.",
    Reason.HTTP_451: "The server said 451: the article is withheld for legal reasons.",
    Reason.HTTP_404: "The server said 404; the article counts as gone once two visits on different days say so.",
    Reason.NOT_ARTICLE: "The page is no article: a section front, a gallery, a form, or too little text.",
    Reason.NOT_HTML: "The answer is not an HTML page.",
    Reason.EXCLUDED: "`include` or `exclude` of the source leaves this URL out.",
    Reason.OFF_SITE: "The link leads to another site.",
    Reason.TOO_OLD: "The listing dates it before --since.",
    Reason.ROBOTS: "robots.txt of the site forbids this URL.",
    Reason.NOARCHIVE: "The page asks not to be archived (noarchive).",
    Reason.LESS_THAN_BEFORE: "The page now shows much less than the archive has; the good text was kept.",
    Reason.WITHHELD: "The article was taken down here; a tombstone keeps it out.",
    Reason.EXPIRED: "The article was kept as long as `retain` of its source says, then erased.",
    Reason.ALIAS: "The URL is another address of an article that the archive has.",
    Reason.FORBIDDEN_ADDRESS: "The URL leads to a private or otherwise forbidden address.",
    Reason.TOO_LARGE: "The answer is larger than newsbot reads.",
    Reason.TRUNCATED: "The answer ended before it was whole.",
    Reason.EMPTY: "The answer was empty.",
    Reason.BLOCKED: "The site answered with a bot wall, a captcha, a cookie wall, or only a request to log in or pay.",
    Reason.NEEDS_JAVASCRIPT: "The page has no text until its JavaScript has run.",
    Reason.RATE_LIMITED: "The server asked us to slow down (429 or 503 with Retry-After).",
    Reason.HTTP_ERROR: "The server answered with an error.",
    Reason.DNS: "The host name could not be resolved.",
    Reason.CONNECTION: "The connection was refused, reset or lost.",
    Reason.TLS: "The secure connection could not be made (certificate or protocol).",
    Reason.TIMEOUT: "The server did not answer in time.",
    Reason.TOO_MANY_REDIRECTS: "The redirects did not end.",
    Reason.BAD_URL: "The URL cannot be fetched: it is malformed or not http(s).",
    Reason.MALFORMED: "The feed or sitemap could not be understood.",
    Reason.READER_TIMEOUT: "Reading the page took too long and was stopped.",
    Reason.READER_DIED: "The process that read the page died.",
    Reason.READER_MEMORY: "Reading the page needed more memory than a reader may have.",
    Reason.READER_FAULT: "Reading the page failed; the fault is named in the detail.",
    Reason.STOPPED: "The run was stopped while the page was on its way.",
    Reason.TRAP: "The address is one of endlessly many: repeated parameters or folders, a view of a list, or listings that only lead to more listings.",
    Reason.UNDECODABLE: "The answer is compressed in a way that newsbot does not know, or its compression is damaged.",
    Reason.NO_MEMENTO: "The web archive did not give the capture that its index names.",
    Reason.OTHER_CAPTURE: "The web archive gave a capture of another time, which counts for itself.",
    Reason.REWRITTEN: "The web archive gave the page with its own toolbar or scripts instead of as it was captured.",
}


def sentence_of(reason: object) -> str:
    """The sentence of a reason that a row holds; a row may come from another version, or have none."""
    try:
        return SENTENCES[Reason(str(reason or ""))]
    except ValueError:
        return f"Reason: {reason}." if reason else "No reason was recorded."
