"""Live blogs as dated entries: from JSON-LD, from the shape of the page, from headings that begin with a time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.clean import Cleaned
from pipelines.clean.live import MAX_ENTRIES
from pipelines.reading import read as read_page

from .made_page import URL, read

NEWS = (
    ("21:00", "The vote is over", "Nine members of the council voted for the new pier, and four against it."),
    ("20:42", "The mayor speaks", "The mayor told the hall that the island could not wait for another winter without it."),
    ("19:05", "The hall fills", "Two hundred people came to hear the debate, more than the old hall has chairs for them."),
)  # fmt: skip
LEAD = "<p>The harbour council votes tonight on the new northern pier, and we tell you what happens in the hall.</p>"


def entry(time: str, headline: str, text: str, datetime: str = "") -> str:
    stated = f' datetime="{datetime}"' if datetime else ""
    return (
        f'<div class="live-event-entry"><div class="entry-info"><time{stated}>{time}</time>'
        f'<span class="author">Mara Quill</span></div><h3>{headline}</h3><div class="entry-content"><p>{text}</p>'
        f"<p>Somebody in the hall at {time.replace(':', ' past ')} was heard to say that this was news, and was right.</p></div></div>"
    )


def blog(*, name: str = "live-event-entries", date: str = "", **page: object) -> Cleaned:
    entries = "".join(
        entry(time, head, text, date and f"{date}T{time}:00+01:00") for time, head, text in NEWS
    )
    body = f'<article><h1>Pier vote live</h1>{LEAD}<div class="{name}">{entries}</div></article>'
    return read(body=body, **page)  # type: ignore[arg-type]


def posting(*updates: dict[str, object]) -> dict[str, object]:
    return {"@type": "LiveBlogPosting", "headline": "Pier vote live", "liveBlogUpdate": list(updates)}


def update(time: str, headline: str, text: str, **more: object) -> dict[str, object]:
    told = {"@type": "BlogPosting", "headline": headline, "articleBody": text, **more}
    return {"datePublished": f"2026-06-22T{time}:00+01:00", **told}


def test_entries_by_the_shape_of_the_page() -> None:
    cleaned = blog(date="2026-06-22")

    assert cleaned.form == "live_blog"
    assert [(e.printed, e.headline, e.byline) for e in cleaned.entries] == [
        (t, h, "Mara Quill") for t, h, _ in NEWS
    ]
    assert [e.at for e in cleaned.entries] == [
        datetime(2026, 6, 22, hour, minute, tzinfo=UTC) for hour, minute in ((20, 0), (19, 42), (18, 5))
    ]
    assert cleaned.entries[0].text.split("\n\n")[0] == NEWS[0][2]


def test_a_clock_without_a_date_is_no_instant() -> None:
    assert [(e.at, e.printed) for e in blog().entries] == [(None, time) for time, _, _ in NEWS]


def test_the_text_has_each_entry_under_its_own_heading() -> None:
    markdown = blog().markdown

    assert markdown.startswith("The harbour council votes tonight")
    for time, headline, text in NEWS:
        assert f"## {time} · {headline}\n\n{text}\n\n" in f"{markdown}\n\n"


def test_json_ld_gives_instants_and_the_page_its_paragraphs() -> None:
    older = update("18:00", "The doors open", "The doors of the hall are open since six.")
    told = [update(time, head, f"{text[:30]}…", author={"name": "Jon Aske"}) for time, head, text in NEWS]
    cleaned = blog(node=posting(*told, older))

    assert [(e.printed, e.byline) for e in cleaned.entries[:3]] == [(time, "Jon Aske") for time, _, _ in NEWS]
    assert cleaned.entries[0].at == datetime(2026, 6, 22, 20, tzinfo=UTC)
    assert cleaned.entries[0].text.startswith(NEWS[0][2])
    assert cleaned.entries[3].headline == "The doors open"
    assert "The doors" not in cleaned.text, "the page has not loaded it"


def test_entries_that_json_ld_alone_knows_make_the_text() -> None:
    told = [update(time, head, f"<p>{text}</p><p>More &amp; more.</p>") for time, head, text in NEWS]
    cleaned = read(
        body=f"<article><h1>Pier vote live</h1>{LEAD * 1}<p>Loading the news …</p></article>",
        node=posting(*told),
    )

    assert cleaned.entries[0].text == f"{NEWS[0][2]}\n\nMore & more."
    assert f"## 2026-06-22 21:00 · The vote is over\n\n{NEWS[0][2]}" in cleaned.markdown


def test_headings_that_begin_with_a_time() -> None:
    entries = "".join(f"<h3>{t.replace(':', '.')} Uhr: {h}</h3><p>{x}</p>" for t, h, x in NEWS)
    cleaned = read(body=f"<article><h1>Pier vote</h1>{LEAD}{entries}</article>")

    assert [(e.printed, e.headline, e.text) for e in cleaned.entries] == [
        (f"{t.replace(':', '.')} Uhr", h, x) for t, h, x in NEWS
    ]
    assert cleaned.markdown.count("The vote is over") == 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('<div class="comments">{}</div>', id="comments"),
        pytest.param('<aside class="live-ticker">{}</aside>', id="a ticker beside an article"),
        pytest.param('<div class="posts">{}</div>', id="nothing that calls it live"),
    ],
)
def test_what_is_no_live_blog(body: str) -> None:
    story = "".join(f"<p>{n}. {LEAD[3:-4]} {x}</p>" for n in range(6) for _, _, x in NEWS)
    rows = "".join(f'<div class="row"><time>{t}</time><p>{h}, and more of it</p></div>' for t, h, _ in NEWS)
    cleaned = read(body=f"<article><h1>Pier vote</h1>{story}</article>{body.format(rows)}")

    assert (cleaned.form, cleaned.entries) == ("article", ())


def test_there_is_a_limit() -> None:
    told = [update("21:00", f"News {n}", f"Nothing new for the {n}th time.") for n in range(MAX_ENTRIES + 50)]

    assert len(blog(node=posting(*told)).entries) == MAX_ENTRIES


def test_no_entry_is_dated_after_the_fetch() -> None:
    entries = "".join(entry(t, h, x, f"2026-06-22T{t}:00+01:00") for t, h, x in NEWS)
    page = f'<html><body><article><h1>Pier vote live</h1>{LEAD}<div class="live-event-entries">{entries}</div></article></body></html>'
    reading = read_page(page.encode(), {}, URL, datetime(2026, 6, 22, 19, 50, tzinfo=UTC))

    assert [entry.at is None for entry in reading.entries] == [True, False, False]
    assert [entry.printed for entry in reading.entries] == [time for time, _, _ in NEWS]
