"""What a visit means: every decision, one row each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.decisions import Decision, Known, KnownArticle, Peer, Validators, Write
from pipelines.dedupe import content_hash, decide
from pipelines.dedupe.changes import changed_fields, less_than_before
from pipelines.dedupe.decision import _SKIPPED
from pipelines.dedupe.schedule import back_off, host_rest, next_revisit
from pipelines.items import Doubt, Kind, Note, Precision, Published, Reading, Rights, Visit
from pipelines.reasons import Outcome, Reason

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FIRST = NOW - timedelta(hours=3)
HOUR, DAY = 3600.0, 86400.0
TEXT = "Basra's port reopened on Sunday, officials said. " * 30
URL = "https://herald.example/basra"


def reading(**changes: Any) -> Reading:
    one = Reading(
        version="1",
        url=URL,
        is_article=True,
        headline="Port reopens",
        lede="It reopened.",
        byline="By A. Karim",
        text=TEXT,
    )
    one = replace(one, **changes)
    hashed = content_hash(one.headline, one.lede, one.byline, one.text)
    return replace(one, content_hash=hashed, word_count=changes.get("word_count", len(one.text.split())))


def visit(**changes: Any) -> Visit:
    one = Visit(
        url=URL,
        key=URL,
        source="herald",
        kind=Kind.ARTICLE,
        visited_at=NOW,
        status=200,
        reading=reading(),
        revisit=(HOUR, 6 * HOUR, DAY, 7 * DAY),
        every=2 * HOUR,
    )
    return replace(one, **changes)


def article(**changes: Any) -> KnownArticle:
    read = reading()
    one = KnownArticle(
        id=7,
        public_id="p7",
        source="herald",
        state="published",
        first_seen_at=FIRST,
        reading="1",
        content_hash=read.content_hash,
        headline=read.headline,
        lede=read.lede,
        byline=read.byline,
        text=read.text,
        word_count=read.word_count,
    )
    return replace(one, **changes)


def known(**changes: Any) -> Known:
    return replace(Known(source="herald", article=article(), first_due_at=FIRST), **changes)


NOTHING_KNOWN = Known(source="herald")
OTHER = replace(article(), id=9, public_id="p9", headline="Another story", text="Another text. " * 99)
SHORTER = "Basra's port reopened. " * 5
STORY = "\n\n".join(
    f"The {day} report spoke of {day} berths, of cranes that had stood still and of ships at anchor off {place}."
    for day, place in (("first", "Basra"), ("second", "Umm Qasr"), ("third", "Faw"), ("fourth", "Abadan"))
)
DATED = reading(published=Published(NOW - timedelta(hours=1), None, Precision.MINUTE, "jsonld", 0.9))
NOTE = Note("correction", "An earlier version gave a wrong name for the harbour master.", None)
TWIN = Peer(3, "herald", None, "https://m.herald.example/gulf/basra", "Port reopens", "2026-11-22T11:00:00Z")
WALL = (
    "This is the front page of today with a list of other things that people may want to read on the site. "
    * 4
)
YESTERDAY = NOW - timedelta(days=1)


def case(
    name: str, seen: Visit, knew: Known, outcome: Outcome, reason: Reason | None, **expected: Any
) -> Any:
    return pytest.param(seen, knew, outcome, reason, expected, id=name)


CASES = [
    # new
    case("a page never seen is stored", visit(), NOTHING_KNOWN, Outcome.STORED, None, write=Write.STORE, validators=Validators.SAVE, article=None, cluster=False),
    case("a text that another source ran too is tied to it", visit(), replace(NOTHING_KNOWN, peers=(Peer(3, "courier"),)), Outcome.STORED, None, cluster=True, doubts=()),
    case("a text that the same source ran elsewhere is a doubt, no cluster", visit(), replace(NOTHING_KNOWN, peers=(Peer(3, "herald"),)), Outcome.STORED, None, cluster=False, doubts=(Doubt("repeated_text", "Article 3 of the same source has the same text."),)),
    case("a text of the same source that is in a cluster joins it", visit(), replace(NOTHING_KNOWN, peers=(Peer(3, "herald", 1),)), Outcome.STORED, None, cluster=True),
    case("a page that is no article is left out, and looked at again within the day", visit(reading=reading(is_article=False, reason=Reason.NOT_ARTICLE)), NOTHING_KNOWN, Outcome.SKIPPED, Reason.NOT_ARTICLE, write=Write.NOTHING, due_at=NOW + timedelta(hours=1), validators=Validators.KEEP),
    case("after a day a page that is no article is given up", visit(reading=reading(is_article=False)), replace(NOTHING_KNOWN, first_due_at=YESTERDAY), Outcome.SKIPPED, Reason.NOT_ARTICLE, due_at=None),
    case("a bot wall is a failure", visit(reading=reading(is_article=False, reason=Reason.BLOCKED)), NOTHING_KNOWN, Outcome.FAILED, Reason.BLOCKED, write=Write.NOTHING, due_at=NOW + timedelta(minutes=5)),
    case("a page that needs JavaScript is a failure", visit(reading=reading(is_article=False, reason=Reason.NEEDS_JAVASCRIPT)), NOTHING_KNOWN, Outcome.FAILED, Reason.NEEDS_JAVASCRIPT),
    case("a page that asks not to be archived is kept where the source says so", visit(reading=reading(rights=Rights(noarchive=True))), NOTHING_KNOWN, Outcome.STORED, None),
    case("a page that asks not to be archived is left out where the source says so", visit(reading=reading(rights=Rights(noarchive=True)), keep_noarchive=False), NOTHING_KNOWN, Outcome.SKIPPED, Reason.NOARCHIVE, write=Write.NOTHING, due_at=None),
    case("a page without a reading is a fault of ours", visit(reading=None), NOTHING_KNOWN, Outcome.FAILED, Reason.READER_FAULT),
    case("a 304 for a page we do not have is a failure, and the validators go", visit(status=304, reading=None), NOTHING_KNOWN, Outcome.FAILED, Reason.HTTP_ERROR, validators=Validators.CLEAR),
    # unchanged
    case("a 304 changes nothing", visit(status=304, reading=None), known(), Outcome.UNCHANGED, Reason.NOT_MODIFIED, write=Write.NOTHING, validators=Validators.KEEP, article=7, due_at=FIRST + timedelta(hours=6)),
    case("a 304 with an ETag brings a new one", visit(status=304, reading=None, etag='"2"'), known(), Outcome.UNCHANGED, Reason.NOT_MODIFIED, validators=Validators.SAVE),
    case("the same words are unchanged", visit(), known(), Outcome.UNCHANGED, Reason.SAME_TEXT, write=Write.NOTHING, validators=Validators.SAVE, revision=None),
    case("the same words in a new reading refresh what else was read", visit(reading=reading(version="2")), known(), Outcome.UNCHANGED, Reason.SAME_TEXT, write=Write.REFRESH, revision=None),
    case("a wire story that another source runs later is tied when it is seen again", visit(), known(peers=(Peer(3, "courier"),)), Outcome.UNCHANGED, Reason.SAME_TEXT, cluster=True),
    # revised
    case("another headline is a publisher's revision", visit(reading=reading(headline="Port closes")), known(), Outcome.REVISED, None, write=Write.REPLACE, revision="publisher", changed=("headline",), validators=Validators.SAVE),
    case("another day in the text is a publisher's revision", visit(reading=reading(text=TEXT.replace("Sunday", "Monday"))), known(), Outcome.REVISED, None, changed=("text",)),
    case("other words in a new reading are a reading revision, and nobody is told", visit(reading=reading(version="2", headline="Port reopens at last")), known(), Outcome.UNCHANGED, Reason.REREAD, write=Write.REPLACE, revision="reading", changed=("headline",)),
    case("where no text is kept, a change that is not in the headline is in the text", visit(reading=reading(text=TEXT + "More.")), known(article=article(text=None, lede=None)), Outcome.REVISED, None, changed=("text",)),
    case("a text cut to half is the publisher's right", visit(reading=reading(text=TEXT[: len(TEXT) // 2])), known(), Outcome.REVISED, None, changed=("text",)),
    case("another figure alone is told as that", visit(reading=reading(text=TEXT + "It cost 19 lives.")), known(article=article(text=TEXT + "It cost 12 lives.", content_hash="old")), Outcome.REVISED, None, changed=("figure",)),
    case("a counter that moved on is no revision", visit(reading=reading(text=TEXT + "\n\n1,235 views")), known(article=article(text=TEXT + "\n\n1,234 views", content_hash=reading(text=TEXT + "\n\n1,234 views").content_hash)), Outcome.UNCHANGED, Reason.SAME_TEXT, write=Write.NOTHING),
    case("a correction note under the same text is a revision", visit(reading=reading(notes=(NOTE,))), known(article=article(notes=())), Outcome.REVISED, None, write=Write.REPLACE, revision="publisher", changed=("correction_note",)),
    case("a note that stays is none", visit(reading=reading(notes=(NOTE,))), known(article=article(notes=(NOTE.text,))), Outcome.UNCHANGED, Reason.SAME_TEXT),
    case("where no text is kept, notes are not compared", visit(reading=reading(notes=(NOTE,))), known(article=article(text=None, lede=None)), Outcome.UNCHANGED, Reason.SAME_TEXT),
    case("a page that says it was modified, with the same words, keeps that date and no more", visit(reading=reading(modified_at=NOW)), known(), Outcome.UNCHANGED, Reason.SAME_TEXT, write=Write.MODIFIED, revision=None),
    case("a modification date that is known already writes nothing", visit(reading=reading(modified_at=NOW)), known(article=article(modified_at=NOW)), Outcome.UNCHANGED, Reason.SAME_TEXT, write=Write.NOTHING),
    # nothing good is replaced by less
    case("a notice with status 200 that has nothing of the article does not replace it", visit(reading=reading(headline="Nothing here", text=WALL)), known(), Outcome.SKIPPED, Reason.LESS_THAN_BEFORE, write=Write.NOTHING),
    case("nor does a longer page of another address that has nothing of it", visit(final_url="https://herald.example/", reading=reading(headline="Nothing here", text=WALL * 4)), known(), Outcome.SKIPPED, Reason.LESS_THAN_BEFORE, write=Write.NOTHING),
    case("an address that moved and shows the article tells what changed in it", visit(final_url="https://herald.example/new", reading=reading(headline="Port closes")), known(), Outcome.REVISED, None, changed=("headline",)),
    case("a longer text with another headline at the same address is the publisher's: a first report was written anew", visit(reading=reading(headline="Nothing here", text=WALL * 4)), known(), Outcome.REVISED, None, revision="publisher"),
    case("a short rest of a text does not replace it", visit(reading=reading(text=SHORTER)), known(), Outcome.SKIPPED, Reason.LESS_THAN_BEFORE, write=Write.NOTHING, validators=Validators.KEEP, article=7),
    case("a teaser behind a new paywall does not replace the text", visit(reading=reading(text=TEXT[: len(TEXT) // 2], paywalled=True)), known(), Outcome.SKIPPED, Reason.LESS_THAN_BEFORE, write=Write.NOTHING),
    case("a page without text does not replace it", visit(reading=reading(text="")), known(), Outcome.SKIPPED, Reason.LESS_THAN_BEFORE),
    case("nor does it in a new reading", visit(reading=reading(version="2", text="")), known(), Outcome.SKIPPED, Reason.LESS_THAN_BEFORE),
    case("a page that is no article any more does not replace it", visit(reading=reading(is_article=False, text="")), known(), Outcome.SKIPPED, Reason.LESS_THAN_BEFORE, write=Write.NOTHING),
    case("a bot wall does not replace it", visit(reading=reading(is_article=False, reason=Reason.BLOCKED, text="")), known(), Outcome.FAILED, Reason.BLOCKED, write=Write.NOTHING, validators=Validators.KEEP),
    case("a truncated answer does not replace it", visit(reason=Reason.TRUNCATED, etag='"new"'), known(), Outcome.FAILED, Reason.TRUNCATED, write=Write.NOTHING, validators=Validators.KEEP),
    case("a page that now asks not to be archived leaves what we have", visit(reading=reading(rights=Rights(noarchive=True)), keep_noarchive=False), known(), Outcome.SKIPPED, Reason.NOARCHIVE, write=Write.NOTHING),
    case("an address that now leads to another article leaves ours", visit(final_url="https://herald.example/other"), known(elsewhere=OTHER), Outcome.SKIPPED, Reason.ALIAS, write=Write.NOTHING, article=7),
    # gone and back
    case("410 means gone at once", visit(status=410, reading=None), known(), Outcome.GONE, Reason.HTTP_410, write=Write.REMOVE, revision="publisher", changed=("removed",), validators=Validators.CLEAR),
    case("451 means gone at once", visit(status=451, reading=None), known(), Outcome.GONE, Reason.HTTP_451, write=Write.REMOVE),
    case("a first 404 means nothing yet, and another day is asked", visit(status=404, reading=None), known(), Outcome.FAILED, Reason.HTTP_404, write=Write.NOTHING, due_at=NOW + timedelta(days=1)),
    case("a second 404 on the same day means nothing yet", visit(status=404, reading=None), known(missing_since=NOW - timedelta(hours=2)), Outcome.FAILED, Reason.HTTP_404, write=Write.NOTHING),
    case("a second 404 on another day means gone", visit(status=404, reading=None), known(missing_since=YESTERDAY), Outcome.GONE, Reason.HTTP_404, write=Write.REMOVE),
    case("what is gone already is not removed twice", visit(status=410, reading=None), known(article=article(state="gone")), Outcome.UNCHANGED, Reason.HTTP_410, write=Write.NOTHING, revision=None),
    case("410 for a page never had is told and given up", visit(status=410, reading=None), NOTHING_KNOWN, Outcome.GONE, Reason.HTTP_410, write=Write.NOTHING, due_at=None),
    case("404 for a page never had is a failure until another day says so too", visit(status=404, reading=None), NOTHING_KNOWN, Outcome.FAILED, Reason.HTTP_404),
    case("what was gone and is there again is restored", visit(), known(article=article(state="gone")), Outcome.REVISED, None, write=Write.RESTORE, revision="publisher", changed=("restored",)),
    case("a 304 restores too", visit(status=304, reading=None), known(article=article(state="gone")), Outcome.REVISED, None, write=Write.RESTORE, changed=("restored",)),
    case("restored with other words, both are told", visit(reading=reading(headline="Port closes")), known(article=article(state="gone")), Outcome.REVISED, None, write=Write.REPLACE, revision="publisher", changed=("restored", "headline")),
    case("restored in a new reading, only the return is the publisher's", visit(reading=reading(version="2", headline="Port closes")), known(article=article(state="gone")), Outcome.REVISED, None, write=Write.REPLACE, changed=("restored",)),
    case("a wall does not restore", visit(reading=reading(is_article=False, reason=Reason.BLOCKED)), known(article=article(state="gone")), Outcome.FAILED, Reason.BLOCKED, write=Write.NOTHING),
    # other addresses
    case("an address that leads to an article we have is an alias", visit(final_url="https://herald.example/other"), replace(NOTHING_KNOWN, elsewhere=OTHER), Outcome.SKIPPED, Reason.ALIAS, article=9, write=Write.NOTHING, due_at=None),
    case("an alias visited again tells nothing", visit(reading=reading(headline="Port closes")), known(alias=True), Outcome.SKIPPED, Reason.ALIAS, write=Write.NOTHING, due_at=None),
    case("an alias that is gone does not take the article with it", visit(status=410, reading=None), known(alias=True), Outcome.GONE, Reason.HTTP_410, write=Write.NOTHING, due_at=None),
    case("a canonical link and the same text make an alias", visit(), replace(NOTHING_KNOWN, claimed=article(id=8, headline="Port")), Outcome.SKIPPED, Reason.ALIAS, article=8),
    case("a canonical link and most of the text make an alias: a print view leaves out a paragraph", visit(reading=reading(text=STORY)), replace(NOTHING_KNOWN, claimed=article(id=8, text=STORY.partition("\n\n")[2])), Outcome.SKIPPED, Reason.ALIAS, article=8),
    case("a canonical link and the same headline over another text merge nothing: a column has one every day", visit(), replace(NOTHING_KNOWN, claimed=article(id=8, text=STORY)), Outcome.STORED, None),
    case("where no text is kept, its hash tells that it agrees", visit(reading=reading(text_hash="h")), replace(NOTHING_KNOWN, claimed=article(id=8, text=None, lede=None, text_hash="h")), Outcome.SKIPPED, Reason.ALIAS, article=8),
    case("and that it does not", visit(reading=reading(text_hash="h")), replace(NOTHING_KNOWN, claimed=article(id=8, text=None, lede=None, text_hash="other")), Outcome.STORED, None),
    case("the same words under the same headline and date on the same site are one article: a copy for another country", visit(reading=DATED), replace(NOTHING_KNOWN, peers=(TWIN,)), Outcome.SKIPPED, Reason.ALIAS, article=3),
    case("with another date they are two: a notice that is printed every week", visit(reading=DATED), replace(NOTHING_KNOWN, peers=(replace(TWIN, published="2026-11-15T11:00:00Z"),)), Outcome.STORED, None),
    case("with another headline they are two", visit(reading=DATED), replace(NOTHING_KNOWN, peers=(replace(TWIN, headline="Port"),)), Outcome.STORED, None),
    case("without a date they are two", visit(), replace(NOTHING_KNOWN, peers=(replace(TWIN, published=None),)), Outcome.STORED, None),
    case("on another site of the source they are two", visit(reading=DATED), replace(NOTHING_KNOWN, peers=(replace(TWIN, url="https://other.example/basra"),)), Outcome.STORED, None),
    case("in another source they are two, and tied", visit(reading=DATED), replace(NOTHING_KNOWN, peers=(replace(TWIN, source="courier"),)), Outcome.STORED, None, cluster=True),
    case("a canonical link alone merges nothing", visit(), replace(NOTHING_KNOWN, claimed=OTHER), Outcome.STORED, None, write=Write.STORE),
    # withheld
    case("a tombstone keeps a page out", visit(), replace(NOTHING_KNOWN, withheld=True), Outcome.SKIPPED, Reason.WITHHELD, write=Write.NOTHING, due_at=None),
    case("a withheld article stays so, whatever its page says", visit(reading=reading(headline="Port closes")), known(article=article(state="withheld")), Outcome.SKIPPED, Reason.WITHHELD, write=Write.NOTHING, due_at=None),
    case("a withheld article stays so when it is gone", visit(status=410, reading=None), known(article=article(state="withheld")), Outcome.SKIPPED, Reason.WITHHELD, write=Write.NOTHING),
    # refused and failed
    case("what robots.txt forbids is asked about again in a week", visit(status=None, reading=None, reason=Reason.ROBOTS), NOTHING_KNOWN, Outcome.SKIPPED, Reason.ROBOTS, due_at=NOW + timedelta(days=7)),
    case("what is too old for --since may be taken by another run", visit(status=None, reading=None, reason=Reason.TOO_OLD), NOTHING_KNOWN, Outcome.SKIPPED, Reason.TOO_OLD, due_at=NOW + timedelta(days=1)),
    case("a run that was stopped leaves a page due", visit(status=None, reading=None, reason=Reason.STOPPED), replace(NOTHING_KNOWN, failures=2), Outcome.FAILED, Reason.STOPPED, due_at=NOW, failures=2),
    case("a failure is tried again after five minutes", visit(status=500, reading=None), NOTHING_KNOWN, Outcome.FAILED, Reason.HTTP_ERROR, failures=1, due_at=NOW + timedelta(minutes=5)),
    case("the second one after twenty", visit(status=500, reading=None), replace(NOTHING_KNOWN, failures=1), Outcome.FAILED, Reason.HTTP_ERROR, failures=2, due_at=NOW + timedelta(minutes=20)),
    case("the sixth one is the last for a page never had", visit(status=500, reading=None), replace(NOTHING_KNOWN, failures=5), Outcome.FAILED, Reason.HTTP_ERROR, failures=6, due_at=None),
    case("an article we have is tried on while its schedule lasts", visit(status=500, reading=None), known(failures=5), Outcome.FAILED, Reason.HTTP_ERROR, due_at=NOW + timedelta(days=1)),
    case("an article we have is given up when its schedule is over", visit(status=500, reading=None), known(failures=5, first_due_at=NOW - timedelta(days=8)), Outcome.FAILED, Reason.HTTP_ERROR, due_at=None),
    case("429 waits as long as the server says", visit(status=429, reading=None, retry_at=NOW + timedelta(hours=9)), NOTHING_KNOWN, Outcome.FAILED, Reason.RATE_LIMITED, due_at=NOW + timedelta(hours=9), host_retry_at=NOW + timedelta(hours=9)),
    case("503 with Retry-After asks to slow down", visit(status=503, reading=None, retry_at=NOW + timedelta(hours=1)), NOTHING_KNOWN, Outcome.FAILED, Reason.RATE_LIMITED),
    case("503 without it is an error", visit(status=503, reading=None), NOTHING_KNOWN, Outcome.FAILED, Reason.HTTP_ERROR),
    case("a forbidden address is given up at once", visit(status=None, reading=None, reason=Reason.FORBIDDEN_ADDRESS), NOTHING_KNOWN, Outcome.FAILED, Reason.FORBIDDEN_ADDRESS, due_at=None),
    case("success forgets the failures", visit(), replace(NOTHING_KNOWN, failures=3, host_failures=3), Outcome.STORED, None, failures=0, host_failures=0, host_retry_at=None),
    case("three connection failures let a host rest", visit(status=None, reading=None, reason=Reason.CONNECTION), replace(NOTHING_KNOWN, host_failures=2), Outcome.FAILED, Reason.CONNECTION, host_failures=3, host_retry_at=NOW + timedelta(minutes=5)),
    case("two do not", visit(status=None, reading=None, reason=Reason.TIMEOUT), replace(NOTHING_KNOWN, host_failures=1), Outcome.FAILED, Reason.TIMEOUT, host_failures=2, host_retry_at=None),
    case("a fault of ours says nothing of the host", visit(status=None, reading=None, reason=Reason.READER_DIED), replace(NOTHING_KNOWN, host_failures=2), Outcome.FAILED, Reason.READER_DIED, host_failures=2),
    case("after its last revisit an article rests", visit(), known(first_due_at=NOW - timedelta(days=8)), Outcome.UNCHANGED, Reason.SAME_TEXT, due_at=None),
    # listings
    case("a listing is read and due again as often as the source says", visit(kind=Kind.FEED, reading=None), NOTHING_KNOWN, Outcome.LISTED, None, due_at=NOW + timedelta(hours=2), validators=Validators.SAVE),
    case("a listing whose source does not say is due again in a day", visit(kind=Kind.SECTION, reading=None, every=None), NOTHING_KNOWN, Outcome.LISTED, None, due_at=NOW + timedelta(days=1)),
    case("a 304 of a feed is unchanged", visit(kind=Kind.FEED, status=304, reading=None), NOTHING_KNOWN, Outcome.UNCHANGED, Reason.NOT_MODIFIED, due_at=NOW + timedelta(hours=2), validators=Validators.KEEP),
    case("a malformed feed fails, and keeps the validators of the good one", visit(kind=Kind.FEED, reading=None, reason=Reason.MALFORMED, etag='"bad"'), NOTHING_KNOWN, Outcome.FAILED, Reason.MALFORMED, validators=Validators.KEEP),
    case("a feed is never given up", visit(kind=Kind.FEED, status=404, reading=None), replace(NOTHING_KNOWN, failures=99), Outcome.FAILED, Reason.HTTP_404, due_at=NOW + timedelta(days=1)),
    case("a feed that robots.txt forbids is asked again as often", visit(kind=Kind.FEED, status=None, reading=None, reason=Reason.ROBOTS), NOTHING_KNOWN, Outcome.SKIPPED, Reason.ROBOTS, due_at=NOW + timedelta(hours=2)),
]  # fmt: skip


@pytest.mark.parametrize(("seen", "knew", "outcome", "reason", "expected"), CASES)
def test_decision(
    seen: Visit, knew: Known, outcome: Outcome, reason: Reason | None, expected: dict[str, Any]
) -> None:
    decision = decide(seen, knew, NOW)
    assert (decision.outcome, decision.reason) == (outcome, reason)
    assert {name: getattr(decision, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("old", "new", "paywalled_before", "paywalled_now", "less"),
    [
        pytest.param(500, 499, None, None, False, id="a word less"),
        pytest.param(500, 500, None, True, False, id="all of it, though paywalled now"),
        pytest.param(500, 410, False, True, False, id="most of it behind a new paywall"),
        pytest.param(500, 390, False, True, True, id="clearly less behind a new paywall"),
        pytest.param(500, 390, True, True, False, id="paywalled as before, a little less"),
        pytest.param(500, 190, True, True, True, id="paywalled as before, a teaser now"),
        pytest.param(500, 190, False, False, False, id="a cut by the publisher"),
        pytest.param(500, 59, None, None, True, id="a stub of a long text"),
        pytest.param(80, 40, None, None, False, id="half of a short text"),
        pytest.param(80, 30, None, None, True, id="a third of a short text"),
        pytest.param(0, 0, None, None, False, id="nothing before, nothing now"),
    ],
)
def test_what_counts_as_less(
    old: int, new: int, paywalled_before: bool | None, paywalled_now: bool | None, less: bool
) -> None:
    before = article(word_count=old, paywalled=paywalled_before)
    now = reading(text="word " * new, paywalled=paywalled_now, word_count=new)
    assert bool(less_than_before(before, now)) is less


def test_spaces_alone_change_no_field() -> None:
    same = reading(headline="Port  reopens ", byline="By A. Karim")
    assert changed_fields(article(), replace(same, headline="Other")) == ("headline",)
    assert changed_fields(article(lede="Another lede"), same) == ("lede",)


def test_the_schedule_counts_from_first_sight_and_ends() -> None:
    schedule = (HOUR, DAY)
    assert next_revisit(schedule, FIRST, FIRST) == FIRST + timedelta(hours=1)
    assert next_revisit(schedule, FIRST, FIRST + timedelta(hours=1)) == FIRST + timedelta(days=1)
    assert next_revisit(schedule, FIRST, FIRST + timedelta(days=1)) is None
    assert next_revisit((), FIRST, FIRST) is None


def test_back_off_grows_to_a_day() -> None:
    minutes = [back_off(failures).total_seconds() / 60 for failures in range(8)]
    assert minutes == [5, 5, 20, 80, 320, 1280, 1440, 1440]
    assert sum(minutes[1:6]) / 60 > 24  # six attempts outlast a day
    assert host_rest(2, NOW) is None
    assert host_rest(10_000, NOW) == NOW + timedelta(days=1)


_READINGS = st.builds(
    reading,
    version=st.sampled_from(["1", "2"]),
    is_article=st.booleans(),
    reason=st.sampled_from([None, Reason.NOT_ARTICLE, Reason.BLOCKED]),
    headline=st.sampled_from(["Port reopens", "Port closes", None]),
    text=st.sampled_from([TEXT, SHORTER, ""]),
    paywalled=st.sampled_from([None, True, False]),
)
_VISITS = st.builds(
    visit,
    kind=st.sampled_from(Kind),
    status=st.sampled_from([None, 200, 304, 403, 404, 410, 451, 429, 500, 503]),
    reason=st.none() | st.sampled_from(Reason),
    reading=st.none() | _READINGS,
    retry_at=st.none() | st.just(NOW + timedelta(hours=1)),
    revisit=st.sampled_from([(), (HOUR, DAY)]),
)
_KNOWN = st.builds(
    known,
    article=st.none() | st.builds(article, state=st.sampled_from(["published", "gone", "withheld"])),
    elsewhere=st.none() | st.just(OTHER),
    claimed=st.none() | st.just(OTHER),
    alias=st.booleans(),
    withheld=st.booleans(),
    failures=st.integers(0, 9),
    host_failures=st.integers(0, 9),
    missing_since=st.none() | st.just(YESTERDAY),
    peers=st.sampled_from([(), (Peer(3, "courier"),)]),
)


@given(_VISITS, _KNOWN)
def test_whatever_comes_the_rules_hold(seen: Visit, knew: Known) -> None:
    decision: Decision = decide(seen, knew, NOW)
    before = knew.article
    if before is not None and before.state == "withheld":
        assert decision.write is Write.NOTHING
    if decision.write in (Write.STORE, Write.REPLACE, Write.REFRESH):
        assert (
            seen.reading is not None
            and seen.reading.is_article
            and seen.reason in (None, Reason.NOT_MODIFIED)
        )
        assert decision.outcome in (Outcome.STORED, Outcome.REVISED, Outcome.UNCHANGED)
    if decision.write in (Write.REPLACE, Write.REMOVE, Write.RESTORE):
        assert decision.revision is not None and decision.changed and decision.article is not None
    if decision.outcome in (Outcome.FAILED, Outcome.SKIPPED):
        assert decision.reason is not None and decision.write is Write.NOTHING
        assert decision.validators is not Validators.SAVE
        assert (decision.reason in _SKIPPED) is (decision.outcome is Outcome.SKIPPED)
    if seen.kind is not Kind.ARTICLE:
        assert decision.due_at is not None and decision.due_at >= NOW
        assert decision.write is Write.NOTHING
    if (
        decision.revision == "publisher"
        and "restored" not in decision.changed
        and "removed" not in decision.changed
    ):
        assert before is not None and seen.reading is not None and seen.reading.version == before.reading
