"""One whole page as a CMS sends it, one test a field."""

from __future__ import annotations

import json

import pytest

from pipelines.clean import Cleaned, clean
from pipelines.document import Document, parse
from pipelines.items import Image, Note, Rights, Rules

URL = "https://www.island-post.example/news/2026/pier-vote?utm_source=x"
NODE = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "Island Post", "url": "https://www.island-post.example/"},
        {
            "@type": "NewsArticle",
            "mainEntityOfPage": "https://www.island-post.example/news/2026/pier-vote",
            "headline": "Pier vote: council says yes",
            "datePublished": "2026-06-22T06:30:00+03:00",
            "author": [{"@type": "Person", "name": "Mara Quill"}, {"@type": "Person", "name": "Jon Aske"}],
            "publisher": {"@type": "NewsMediaOrganization", "name": "Island Post"},
            "articleSection": "Harbour",
            "keywords": "pier, ferry, council, pier",
            "image": {"@type": "ImageObject", "url": "/media/pier-wide.jpg"},
            "isAccessibleForFree": "False",
        },
        {"@type": "VideoObject", "name": "Storm at the pier", "uploadDate": "2020-01-01"},
    ],
}
BODY = (
    "The harbour council voted late on Sunday to rebuild the northern pier, two winters after a storm tore away a third of it.",
    "Engineers told the meeting that the new pier would stand on steel piles driven eleven metres into the sea bed.",
    "What happens next",
    "The vote passed with nine members in favour and four against, after a debate that lasted until shortly before midnight.",
    "“We cannot wait for another winter,” said the harbour master, who has kept the temporary landing stage open since the storm.",
    "- Work begins in September",
    "- The ferry moves to the southern quay",
    "Opponents said the plan would cost more than the island earns in three good years, and asked for a loan from the ports fund.",
)
NOTE = "Correction, 23 June 2026: an earlier version of this article counted eight votes, not nine."
PAGE = f"""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8">
<title>Pier vote: council says yes | Harbour | Island Post</title>
<link rel="canonical" href="https://www.island-post.example/news/2026/pier-vote#top">
<link rel="license" href="https://creativecommons.example/by/4.0/">
<meta property="og:title" content="Council votes to rebuild the northern pier - Island Post">
<meta property="og:site_name" content="Island Post"><meta property="og:type" content="article">
<meta property="og:image" content="https://www.island-post.example/media/og.jpg">
<meta name="author" content="Island Post"><meta name="robots" content="max-image-preview:large, NoAI">
<meta name="tdm-reservation" content="1">
<script type="application/ld+json">{json.dumps(NODE)}</script>
<style>p {{ color: black }}</style></head>
<body class="single has-related paywall-enabled">
<header class="site-header"><div class="logo">Island Post</div><nav><ul><li><a href="/">Home</a></li><li><a href="/harbour">Harbour</a></li></ul></nav></header>
<main><article class="post category-related">
  <header><h1>Council votes to rebuild the northern pier</h1>
  <p class="standfirst">Nine to four: after two winters of ferry trouble, the island gets its landing place back.</p>
  <p class="byline">By <a href="/mara">Mara Quill</a> and <a href="/jon">Jon Aske</a></p>
  <p class="post-date">22 June 2026, 06:30 · 3 min read</p></header>
  <figure><img src="/media/pier.jpg" alt=""><figcaption>The pier in March. Photo: Harbour Office</figcaption></figure>
  <div class="entry-content paywall">
    <p>Council votes to rebuild the northern pier</p>
    <p>{BODY[0]}</p>
    <p>Advertisement</p>
    <p>{BODY[1]}</p>
    <h3>{BODY[2]}</h3>
    <p>{BODY[3]}</p>
    <div class="newsletter-signup"><h4>The morning ferry</h4><p>Sign up for our newsletter and get the island in your inbox every day at six.</p></div>
    <blockquote><p>{BODY[4]}</p></blockquote>
    <p>READ MORE: <a href="/storm">The storm that took the pier</a></p>
    <ul><li>{BODY[5][2:]}</li><li>{BODY[6][2:]}</li></ul>
    <p>{BODY[7]}</p>
    <p>Follow us on Facebook and Twitter.</p>
    <p class="correction">Correction, 23 June 2026: an earlier version of this article counted eight votes, not nine.</p>
  </div>
  <div class="author-bio"><p>Mara Quill writes about the harbour, the weather and everything between them for the paper.</p></div>
</article>
<section class="comments"><p>I was there and it was eight to five, as everybody in the hall could count for themselves that night.</p></section>
</main>
<footer><p>© 2026 Island Post. All rights reserved.</p></footer>
</body></html>"""


@pytest.fixture(scope="module")
def document() -> Document:
    return parse(PAGE.encode(), {"Content-Type": "text/html", "X-Robots-Tag": "otherbot: noarchive"}, URL)


@pytest.fixture(scope="module")
def cleaned(document: Document) -> Cleaned:
    return clean(document, Rules(outlet="Island Post", country="GB"))


def test_it_is_an_article(cleaned: Cleaned) -> None:
    assert (cleaned.is_article, cleaned.reason, cleaned.detail) == (True, None, "")


def test_headline_is_the_one_the_reader_sees(cleaned: Cleaned) -> None:
    assert cleaned.headline == "Council votes to rebuild the northern pier"


def test_lede_is_the_marked_stand_first(cleaned: Cleaned) -> None:
    assert (
        cleaned.lede
        == "Nine to four: after two winters of ferry trouble, the island gets its landing place back."
    )


def test_authors_are_persons_not_the_outlet(cleaned: Cleaned) -> None:
    assert cleaned.authors == ("Mara Quill", "Jon Aske")


def test_byline_is_as_printed(cleaned: Cleaned) -> None:
    assert cleaned.byline == "By Mara Quill and Jon Aske"


def test_text_is_the_story_and_nothing_else(cleaned: Cleaned) -> None:
    assert cleaned.text.split("\n\n") == [cleaned.lede, *BODY, NOTE]


def test_the_story_begins_behind_the_stand_first(cleaned: Cleaned) -> None:
    assert cleaned.text[cleaned.story_at :].startswith(BODY[0])


def test_section(cleaned: Cleaned) -> None:
    assert cleaned.section == "Harbour"


def test_tags_stand_once_each(cleaned: Cleaned) -> None:
    assert cleaned.tags == ("pier", "ferry", "council")


def test_language_is_the_primary_subtag(cleaned: Cleaned) -> None:
    assert cleaned.language == "en"


def test_image_is_absolute(cleaned: Cleaned) -> None:
    assert cleaned.image == "https://www.island-post.example/media/pier-wide.jpg"


def test_pictures_with_caption_and_credit(cleaned: Cleaned) -> None:
    assert cleaned.images == (
        Image("https://www.island-post.example/media/pier-wide.jpg"),
        Image("https://www.island-post.example/media/pier.jpg", "The pier in March.", "Harbour Office"),
    )


def test_markdown_marks_the_sub_head_the_quote_and_the_list(cleaned: Cleaned) -> None:
    marked = dict(zip(BODY, (*BODY[:2], f"## {BODY[2]}", BODY[3], f"> {BODY[4]}", *BODY[5:]), strict=True))
    listed = f"{BODY[5]}\n{BODY[6]}"
    blocks = [cleaned.lede or "", *(marked[line] for line in BODY[:5]), listed, BODY[7], NOTE]

    assert cleaned.markdown == "\n\n".join(blocks)


def test_the_correction_is_a_note(cleaned: Cleaned) -> None:
    assert cleaned.notes == (Note("correction", NOTE, "23 June 2026"),)


def test_it_is_no_live_blog(cleaned: Cleaned) -> None:
    assert (cleaned.form, cleaned.entries) == ("article", ())


def test_paywall_by_schema_org(cleaned: Cleaned) -> None:
    assert cleaned.paywalled is True


def test_canonical_without_fragment(cleaned: Cleaned) -> None:
    assert cleaned.canonical_url == "https://www.island-post.example/news/2026/pier-vote"


def test_rights(cleaned: Cleaned) -> None:
    assert cleaned.rights == Rights(
        robots="max-image-preview:large, noai",
        noai=True,
        tdm_reservation=True,
        licence="https://creativecommons.example/by/4.0/",
    )


def test_removed_lines_name_their_rule(cleaned: Cleaned) -> None:
    rules = {block.text: block.rule for block in cleaned.removed}

    assert rules["Council votes to rebuild the northern pier"] == "headline_repeated"
    assert rules["READ MORE: The storm that took the pier"] == "read_more_line"
    assert rules["Advertisement"] == "interface_line"
    assert rules["Follow us on Facebook and Twitter."] == "plea_line"


def test_removed_stand_in_the_order_of_the_page(cleaned: Cleaned) -> None:
    positions = [block.position for block in cleaned.removed]

    assert positions == sorted(positions)


def test_no_doubts(cleaned: Cleaned) -> None:
    assert cleaned.doubts == ()


def test_the_shared_tree_is_left_as_it_was(document: Document) -> None:
    from lxml import etree

    before = etree.tostring(document.tree)
    clean(document, Rules(strip=("//article",)))

    assert etree.tostring(document.tree) == before


def test_the_same_page_reads_the_same(document: Document, cleaned: Cleaned) -> None:
    rules = Rules(outlet="Island Post", country="GB")

    assert all(clean(document, rules) == cleaned for _ in range(4))


def test_strip_rules_take_blocks_out_and_keep_them(document: Document) -> None:
    cleaned = clean(document, Rules(strip=("//blockquote",)))

    assert BODY[4] not in cleaned.text
    assert [b.text for b in cleaned.removed if b.rule == "strip_rule"] == [BODY[4]]


@pytest.mark.parametrize("expression", ["//div[", "//p[nope()]", "count(//p)", "//@class", "$x"])
def test_a_bad_strip_rule_is_a_doubt_at_most(document: Document, cleaned: Cleaned, expression: str) -> None:
    again = clean(document, Rules(strip=(expression,)))

    assert again.text == cleaned.text
    assert [d.doubt for d in again.doubts] in ([], ["bad_strip"])


def test_a_paragraph_that_the_extractor_leaves_out_is_kept_with_a_reason() -> None:
    notes = "<p>{}</p>".format(
        "Readers near the pier heard it first, and wrote to us before the siren went. " * 3
    )
    page = PAGE.replace(f"<p>{BODY[4]}</p>", f'<p>{BODY[4]}</p><aside class="x1">{notes}</aside>')
    assert page != PAGE
    cleaned = clean(parse(page.encode(), {"content-type": "text/html"}, URL), Rules())

    assert "Readers near the pier" not in cleaned.text
    assert [b.rule for b in cleaned.removed if "Readers near the pier" in b.text] == ["left_out"]
