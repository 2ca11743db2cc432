"""What to do with a visit: new, unchanged, revised, gone, skipped or failed. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from pipelines.decisions import Decision, Known, KnownArticle, Peer, Validators, Write
from pipelines.dedupe.changes import agrees, changed_fields, is_another_story, less_than_before, notes_differ
from pipelines.dedupe.past import decide_past
from pipelines.dedupe.schedule import (
    ATTEMPTS,
    EVERY,
    STUB_WINDOW,
    back_off,
    host_rest,
    next_look,
    next_revisit,
    spoken,
)
from pipelines.dedupe.spelling import folded
from pipelines.dedupe.url_key import same_site
from pipelines.items import Doubt, Kind, Reading, Visit
from pipelines.reasons import Outcome, Reason

_GONE_BY_STATUS: Final = {410: Reason.HTTP_410, 451: Reason.HTTP_451, 404: Reason.HTTP_404}
_GONE_AT_ONCE: Final = frozenset((Reason.HTTP_410, Reason.HTTP_451))
_SKIPPED: Final = frozenset(
    (
        Reason.NOT_ARTICLE,
        Reason.NOT_HTML,
        Reason.EXCLUDED,
        Reason.OFF_SITE,
        Reason.TOO_OLD,
        Reason.ROBOTS,
        Reason.NOARCHIVE,
        Reason.LESS_THAN_BEFORE,
        Reason.WITHHELD,
        Reason.ALIAS,
    )
)
_NOT_THE_URLS_FAULT: Final = frozenset((Reason.STOPPED,))  # due as it was
_FOR_GOOD: Final = frozenset((Reason.BAD_URL, Reason.FORBIDDEN_ADDRESS, Reason.TOO_LARGE))
_THE_HOSTS_FAULT: Final = frozenset(
    (Reason.DNS, Reason.CONNECTION, Reason.TLS, Reason.TIMEOUT, Reason.RATE_LIMITED)
)
_ROBOTS_PATIENCE: Final = timedelta(days=7)  # robots.txt may change its mind
_SINCE_PATIENCE: Final = timedelta(days=1)  # too old for --since of one run is not too old for the next one's


def decide(visit: Visit, known: Known, now: datetime) -> Decision:
    """What the archive does with `visit`, given what it knew of the URL before; `now` is an aware instant.

    Nothing good is replaced by less; a publisher's revision is told only where the same reading version finds
    other words; 410 and 451 mean gone at once, 404 when two visits on different (UTC) days say so.
    """
    reason = _reason(visit)
    decision = _listing(visit, reason) if visit.kind is not Kind.ARTICLE else _article(visit, known, reason)
    return _host(visit, known, _when(visit, known, decision, now), now)


def _reason(visit: Visit) -> Reason | None:
    """Why the visit brought no page; from the status where nobody said so before."""
    if visit.reason is not None:
        return visit.reason
    status = visit.status
    if status is None or status == 304 or 200 <= status < 300:
        return None
    if status in (429, 503) and (status == 429 or visit.retry_at is not None):
        return Reason.RATE_LIMITED
    return _GONE_BY_STATUS.get(status, Reason.HTTP_ERROR)


def _listing(visit: Visit, reason: Reason | None) -> Decision:
    if reason in _SKIPPED:
        return Decision(Outcome.SKIPPED, reason, visit.detail)
    if reason is Reason.NOT_MODIFIED or (reason is None and visit.status == 304):
        return Decision(Outcome.UNCHANGED, Reason.NOT_MODIFIED, validators=_confirmed(visit))
    if reason is not None:
        return Decision(Outcome.FAILED, reason, visit.detail)
    return Decision(Outcome.LISTED, detail=visit.detail, validators=Validators.SAVE)


def _article(visit: Visit, known: Known, reason: Reason | None) -> Decision:
    article = known.article
    if known.withheld or (article is not None and article.state == "withheld"):
        return Decision(Outcome.SKIPPED, Reason.WITHHELD, article=article.id if article else None)
    if reason is Reason.NOT_MODIFIED or (reason is None and visit.status == 304):
        return _not_modified(visit, article)
    if reason is not None:
        return _without_page(visit, known, reason)
    reading = visit.reading
    if reading is None:
        return _kept(article, Outcome.FAILED, Reason.READER_FAULT, "No reading came with the page.")
    if known.elsewhere is not None:
        return _moved(visit, known.elsewhere, article)
    if reading.rights.noarchive and not visit.keep_noarchive:
        return _kept(article, Outcome.SKIPPED, Reason.NOARCHIVE, visit.detail)
    if not reading.is_article:
        return _no_article(reading, article, visit.is_past)
    if article is None:
        return _new(visit, reading, known)
    if known.alias:
        return Decision(
            Outcome.SKIPPED, Reason.ALIAS, article=article.id
        )  # its first address tells what changed
    past = decide_past(visit, reading, known) if visit.is_past else None
    return past or _again(visit, reading, article, known)


def _kept(
    article: KnownArticle | None, outcome: Outcome, reason: Reason, detail: str, *doubts: Doubt
) -> Decision:
    """The article, where there is one, stays as it is."""
    return Decision(outcome, reason, detail, article=article.id if article else None, doubts=doubts)


def _not_modified(visit: Visit, article: KnownArticle | None) -> Decision:
    if article is None:
        detail = "The server said 304 for a page that the archive does not have."
        return Decision(Outcome.FAILED, Reason.HTTP_ERROR, detail, validators=Validators.CLEAR)
    unchanged = Decision(
        Outcome.UNCHANGED, Reason.NOT_MODIFIED, article=article.id, validators=_confirmed(visit)
    )
    return _restored(unchanged, article) if article.state == "gone" else unchanged


def _confirmed(visit: Visit) -> Validators:
    """Some servers leave the validators off a 304: the old ones stay (measured)."""
    return Validators.SAVE if visit.etag or visit.last_modified else Validators.KEEP


def _without_page(visit: Visit, known: Known, reason: Reason) -> Decision:
    """The answer was no page: gone, refused, or not to be had this time."""
    article = known.article
    if reason in _SKIPPED:
        return _kept(article, Outcome.SKIPPED, reason, visit.detail)
    since = known.missing_since
    missing = reason is Reason.HTTP_404 and since is not None and since.date() < visit.visited_at.date()
    if not (missing or reason in _GONE_AT_ONCE):
        return _kept(article, Outcome.FAILED, reason, visit.detail)
    gone = Decision(Outcome.GONE, reason, visit.detail, validators=Validators.CLEAR)
    if article is not None and article.state == "gone" and not known.alias:
        return replace(gone, outcome=Outcome.UNCHANGED, article=article.id)  # told when it went
    if article is None or known.alias:
        return replace(gone, article=article.id if article else None)
    return replace(gone, article=article.id, write=Write.REMOVE, revision="publisher", changed=("removed",))


def _moved(visit: Visit, elsewhere: KnownArticle, article: KnownArticle | None) -> Decision:
    """The visit ended at the address of another article: an alias, or an article that now leads elsewhere."""
    if article is None:
        return Decision(Outcome.SKIPPED, Reason.ALIAS, article=elsewhere.id)
    detail = (
        f"The address now leads to {visit.final_url or visit.url}, which is article {elsewhere.public_id}."
    )
    return _kept(article, Outcome.SKIPPED, Reason.ALIAS, detail, Doubt("leads_elsewhere", detail))


def _no_article(reading: Reading, article: KnownArticle | None, past: bool) -> Decision:
    reason = reading.reason or Reason.NOT_ARTICLE
    if reason not in _SKIPPED:  # a bot wall, a page without text until its JavaScript has run
        return _kept(article, Outcome.FAILED, reason, reading.detail)
    if article is None or past:
        return _kept(article, Outcome.SKIPPED, reason, reading.detail)
    detail = f"The page is no article any more: {reading.detail or reason}."
    return _kept(article, Outcome.SKIPPED, Reason.LESS_THAN_BEFORE, detail, Doubt("less_than_before", detail))


def _new(visit: Visit, reading: Reading, known: Known) -> Decision:
    """A page whose URL has no article: a new one, unless the words say that it is one we have."""
    claimed = known.claimed
    if claimed is not None and agrees(claimed, reading):
        return Decision(Outcome.SKIPPED, Reason.ALIAS, article=claimed.id)
    repeated = [peer for peer in known.peers if peer.source == known.source]
    twin = next((peer for peer in repeated if _is_twin(peer, visit, reading)), None)
    if twin is not None:
        detail = f"The same words stand under the same headline and date at {twin.url}."
        return Decision(Outcome.SKIPPED, Reason.ALIAS, detail, article=twin.id)
    doubts = tuple(
        Doubt("repeated_text", f"Article {peer.id} of the same source has the same text.")
        for peer in repeated[:1]
    )
    return Decision(
        Outcome.STORED,
        write=Write.STORE,
        validators=Validators.SAVE,
        cluster=_ran_elsewhere(known),
        near=known.near,
        doubts=doubts,
    )


def _is_twin(peer: Peer, visit: Visit, reading: Reading) -> bool:
    """Whether an article of the same source with the same text is the same article: copies for other countries,
    devices and printers have their headline and date too, while a report that is printed again has another date."""
    published = reading.published.at or reading.published.day
    return (
        bool(reading.headline)
        and folded(peer.headline) == folded(reading.headline)
        and published is not None
        and peer.published == _printed(published)
        and same_site(peer.url, visit.url)
    )


def _printed(published: date) -> str:
    """As `published_sort` has it: a UTC instant, or a day."""
    if isinstance(published, datetime):
        return published.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return published.isoformat()


def _ran_elsewhere(known: Known) -> bool:
    return any(peer.source != known.source or peer.cluster is not None for peer in known.peers)


def _again(visit: Visit, reading: Reading, article: KnownArticle, known: Known) -> Decision:
    """A page of an article that we have."""
    less = less_than_before(article, reading) or _led_away(visit, reading, article)
    if less:
        return _kept(article, Outcome.SKIPPED, Reason.LESS_THAN_BEFORE, less, Doubt("less_than_before", less))
    same_version = reading.version == article.reading
    changed = what_changed(article, reading)
    moved_on = reading.modified_at is not None and reading.modified_at != article.modified_at
    write = Write.MODIFIED if moved_on else Write.NOTHING
    decision = Decision(
        Outcome.UNCHANGED,
        Reason.SAME_TEXT,
        write=write if same_version else Write.REFRESH,
        article=article.id,
        validators=Validators.SAVE,
        cluster=_ran_elsewhere(known),
        near=known.near,
    )
    if changed and same_version:
        decision = replace(
            decision,
            outcome=Outcome.REVISED,
            reason=None,
            detail=", ".join(changed),
            write=Write.REPLACE,
            revision="publisher",
            changed=changed,
        )
    elif changed:
        decision = replace(
            decision, reason=Reason.REREAD, write=Write.REPLACE, revision="reading", changed=changed
        )
    return _restored(decision, article) if article.state == "gone" else decision


def what_changed(article: KnownArticle, reading: Reading) -> tuple[str, ...]:
    """As `changed_fields`; where the hashes are equal, only the notes are looked at."""
    if reading.content_hash == article.content_hash:
        return ("correction_note",) if notes_differ(article, reading) else ()
    return changed_fields(article, reading)


def _led_away(visit: Visit, reading: Reading, article: KnownArticle) -> str:
    """Why the answer of another address is not the article; empty where it may be."""
    if visit.final_url is None or not is_another_story(article, reading):
        return ""
    return f"The address now leads to {visit.final_url}, which has nothing of the article."


def _restored(decision: Decision, article: KnownArticle) -> Decision:
    """An article that was gone is back: the publisher's doing, whatever else changed."""
    return replace(
        decision,
        outcome=Outcome.REVISED,
        reason=None,
        detail="restored",
        write=Write.RESTORE if decision.write in (Write.NOTHING, Write.MODIFIED) else decision.write,
        revision="publisher",
        changed=("restored", *(decision.changed if decision.revision == "publisher" else ())),
    )


def _when(visit: Visit, known: Known, decision: Decision, now: datetime) -> Decision:
    """The decision with the next visit, failures in a row counted."""
    if decision.reason in _NOT_THE_URLS_FAULT:
        return replace(
            decision,
            due_at=now,
            why="the run ended before its turn came",
            failures=known.failures,
            quiet=known.standing.quiet,
        )
    if decision.outcome is Outcome.FAILED:
        return _after_failure(visit, known, decision, now)
    if visit.kind is not Kind.ARTICLE:
        # A listing that was refused (robots) is asked again as often: sources.toml wants it.
        every = visit.every or EVERY
        look = next_look(visit.url, visit.kind, every, visit.fresh_for, known.standing, now)
        return replace(decision, due_at=look.at, why=look.why, quiet=look.quiet)
    due_at, why = _article_due(visit, known, decision, now)
    return replace(decision, due_at=due_at, why=why)


def _article_due(
    visit: Visit, known: Known, decision: Decision, now: datetime
) -> tuple[datetime | None, str]:
    first_due_at = known.first_due_at or visit.visited_at
    if decision.reason is Reason.ROBOTS:
        return now + _ROBOTS_PATIENCE, "robots.txt may change its mind in a week"
    if decision.reason is Reason.TOO_OLD:
        return now + _SINCE_PATIENCE, "too old for the --since of one run is not too old for the next one's"
    if known.alias or decision.reason is Reason.WITHHELD:
        return None, ""  # its article is looked at under its first address
    due_at = next_revisit(visit.revisit, first_due_at, now)
    why = f"{spoken(due_at - first_due_at)} after it was first seen" if due_at is not None else ""
    if decision.article is None and decision.outcome is not Outcome.STORED:
        # Never had: only what may become an article within the day is looked at again.
        stub = decision.reason is Reason.NOT_ARTICLE and due_at is not None
        if stub and due_at is not None and due_at <= first_due_at + STUB_WINDOW:
            return due_at, f"{why}, as it may become an article yet"
        return None, ""
    if decision.reason is Reason.ALIAS and known.article is None:
        return None, ""
    return due_at, why


def _after_failure(visit: Visit, known: Known, decision: Decision, now: datetime) -> Decision:
    if visit.retry_at is not None:  # the host's wish, or its trouble, is no failure of this address
        due_at = max(visit.retry_at, now + back_off(1))
        why = "its host is left alone until then"
        return replace(decision, failures=known.failures, due_at=due_at, why=why, quiet=known.standing.quiet)
    failures = known.failures + 1
    if _given_up(visit, known, decision, failures, now):
        return replace(decision, failures=failures, due_at=None)
    due_at = now + back_off(failures)
    why = "it failed" if failures == 1 else f"it failed {failures} times in a row"
    if decision.reason is Reason.HTTP_404:
        due_at = max(due_at, visit.visited_at + timedelta(days=1))
        why = "another day has to say 404 too"
    return replace(decision, failures=failures, due_at=due_at, why=why, quiet=known.standing.quiet)


def _given_up(visit: Visit, known: Known, decision: Decision, failures: int, now: datetime) -> bool:
    """Listings never; an article never had after some attempts; one we have when its schedule is over too."""
    if visit.kind is not Kind.ARTICLE:
        return False
    if known.article is None:
        return decision.reason in _FOR_GOOD or failures >= ATTEMPTS
    over = next_revisit(visit.revisit, known.first_due_at or visit.visited_at, now) is None
    return known.alias or (over and failures >= ATTEMPTS)


def _host(visit: Visit, known: Known, decision: Decision, now: datetime) -> Decision:
    """The decision with what the visit says of the host as a whole."""
    reason = visit.reason or decision.reason
    if decision.reason in _NOT_THE_URLS_FAULT or (visit.status is None and reason not in _THE_HOSTS_FAULT):
        return replace(decision, host_failures=known.host_failures, host_retry_at=visit.retry_at)
    if reason not in _THE_HOSTS_FAULT:
        return replace(decision, host_failures=0, host_retry_at=visit.retry_at)
    failures = known.host_failures + 1
    rest = host_rest(failures, now)
    waits = [moment for moment in (rest, visit.retry_at) if moment is not None]
    return replace(decision, host_failures=failures, host_retry_at=max(waits, default=None))
