"""Which links lead to articles: a table of addresses as papers really write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbot.discovery import Place, Verdict, judge
from newsbot.discovery.judge import refusal

SITE = "https://paper.example"
LINE = Place(headline=True, card=True, dated=True)
FOOT = Place(chrome=True)
PLAIN = Place()

ARTICLES = [
    ("a date and a slug", "/2026/06/22/world/dam-opens-after-ten-years", "", PLAIN),
    ("a date without hyphens", "/20260622/dam-opens", "", PLAIN),
    ("a date in the navigation, as breaking news bars have it", "/2026/06/22/dam-opens", "Dam opens after ten years of work", FOOT),
    ("a slug with its number", "/politics/dam-opens-after-ten-years-100017", "", PLAIN),
    ("a slug alone, under a headline", "/success-mindset", "How to find the mindset of success", LINE),
    ("a long slug alone", "/nasa-adds-five-companies-to-lunar-program", "NASA adds five", PLAIN),
    ("a coded id", "/news/articles/c1fabc90ee2o", "", PLAIN),
    ("a coded id in capitals", "/nyheter/a/OklJOk/zelenskyj-vadjar-efter-attackerna", "", PLAIN),
    ("an id alone", "/article/379018", "", PLAIN),
    ("an id, then a name that says nothing", "/business/article/100074/story.html", "", PLAIN),
    ("an id in the query", "/index.php?id=4711", "Bread prices rise for the third time", LINE),
    ("a page of an old site", "/politik/Trump-spricht-nach-Stuermung-id30134161.html", "", PLAIN),
    ("a number behind letters", "/world/20241203-OYT1T50218", "", PLAIN),
    ("a slug in Arabic", "/أخبار/افتتاح-سد-الموصل-بعد-عشر-سنوات", "", PLAIN),
    ("the same, percent-encoded", "/%D8%A3/%D8%A7%D9%81-%D8%B3%D8%AF-%D8%A7%D9%84%D9%85-%D8%A8%D8%B9%D8%AF", "", PLAIN),
    ("a headline in Chinese", "/a/1234", "水坝在十年后终于开放引发关注", LINE),
    ("a slug in Chinese", "/新闻/水坝在十年后终于开放", "水坝在十年后终于开放", PLAIN),
    ("a story under its writer's name", "/autoren/lennart-laberenz/ehrengast-der-buchmesse-was-lesen-die-philippinen", "", PLAIN),
    ("a review in a section that is called games", "/games/the-witcher-3-review-still-great", "", PLAIN),
    ("a date in the slug of a weekly", "/2025/oman-space-industry-launchpad-satellites", "", PLAIN),
    ("a story about a contact", "/world/contact-lost-with-plane-over-sea", "", PLAIN),
]  # fmt: skip

OTHERS = [
    ("the front page", "/", "The Paper", LINE),
    ("a section", "/world", "World", FOOT),
    ("a section named in a headline", "/world", "All the news of the world today", Place(headline=True)),
    ("a sub-section", "/world/middle-east/", "Middle East", FOOT),
    ("a tag", "/tag/climate", "Climate change and what it does to us", LINE),
    ("a topic of many words", "/topics/war-in-the-east-and-what-follows", "War in the east", LINE),
    ("a writer", "/author/jane-doe", "Jane Doe, our correspondent in Baghdad", LINE),
    ("a writer in German", "/autoren/erika-mustermann", "", PLAIN),
    ("a category of WordPress", "/category/world/asia", "Asia", PLAIN),
    ("the way in", "/login?next=/2026/06/22/dam-opens", "Log in to read this story about dams", LINE),
    ("the way in, deep", "/account/2026/06/22/welcome-to-your-paper-123456", "", LINE),
    ("the newsletter", "/newsletters", "Get the best of our stories every morning", LINE),
    ("about us", "/about-us", "About us", FOOT),
    ("contact, with its language before", "/en/contact.html", "Contact", FOOT),
    ("privacy", "/privacy-policy", "Read our privacy policy for all readers", PLAIN),
    ("the weather", "/weather", "The weather in Baghdad for the week", Place(card=True)),
    ("a report as PDF", "/files/annual-report-2025.pdf", "Our annual report for the year 2025", LINE),
    ("a picture", "/2026/06/22/dam-opens-large.JPG", "", LINE),
    ("a video", "/video/2026/06/22/dam-opens-in-pictures", "Dam opens after ten years of work", LINE),
    ("a gallery", "/gallery/best-photos-of-the-week-100012", "Best photos of the week that was", LINE),
    ("a search", "/?s=iraq", "Iraq and its neighbours in the news", LINE),
    ("a search with its own path", "/search?q=iraq", "", PLAIN),
    ("a day of the calendar", "/2026/06/22/", "Everything that we wrote on Monday", LINE),
    ("a month of the calendar", "/2026/06", "June", PLAIN),
    ("a month of a calendar of its own", "/calendar/2031/05/", "All that happens in that month", LINE),
    ("a day of the archive", "/archive/2026-06-22", "All the stories of Monday at a glance", LINE),
    ("a further page", "/world/page/2/", "Older stories from all over the world", LINE),
    ("a comment form", "/2026/06/22/dam-opens?replytocom=17", "Reply", PLAIN),
    ("the feed", "/world/feed.xml", "Follow us by RSS in your reader", PLAIN),
    ("the theme's files", "/wp-content/uploads/2026/06/dam-opens-after-ten-years", "", LINE),
    ("a word in the footer", "/accessibility", "Accessibility", FOOT),
    ("house rules in the footer", "/about/our-editorial-standards-and-code", "Our standards", FOOT),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "text", "place"), [pytest.param(*rest, id=name) for name, *rest in ARTICLES]
)
def test_an_article(path: str, text: str, place: Place) -> None:
    verdict = judge(SITE + path, text, place)
    assert verdict.is_article, verdict.explain()


@pytest.mark.parametrize(("path", "text", "place"), [pytest.param(*rest, id=name) for name, *rest in OTHERS])
def test_no_article(path: str, text: str, place: Place) -> None:
    verdict = judge(SITE + path, text, place)
    assert not verdict.is_article, verdict.explain()


def test_a_verdict_explains_itself() -> None:
    assert judge(f"{SITE}/tag/climate").explain() == "No article: /tag/ is a list of articles or people."
    told = judge(f"{SITE}/2026/06/22/dam-opens", "Dam opens", FOOT).explain()
    assert told == (
        "No article with 0 of 3 points: a date in the address +3, a headline in the address +1, "
        "the words of the link -1, it stands in the navigation -3."
    )
    assert Verdict().explain() == "No article with 0 of 3 points: nothing speaks for it."


@settings(deadline=None)  # two cores are shared; the suite has a timeout
@given(st.text(max_size=100), st.text(max_size=100))
def test_whatever_the_link_there_is_a_verdict(path: str, text: str) -> None:
    assert judge(f"{SITE}/{path}", text).explain()
    refusal(path)
