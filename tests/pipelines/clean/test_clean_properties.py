"""Whatever the bytes: parse and clean end with Unreadable or Cleaned, the same each time."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.clean import Cleaned, clean
from pipelines.document import Unreadable, parse
from pipelines.items import Rules
from pipelines.reasons import Reason

TAGS = st.sampled_from(
    [
        "p",
        "div",
        "article",
        "section",
        "aside",
        "h1",
        "h2",
        "h3",
        "ul",
        "li",
        "a",
        "b",
        "strong",
        "br",
        "table",
        "tr",
        "td",
        "span",
        "figure",
        "figcaption",
        "time",
        "meta",
        "script",
        "blockquote",
    ]
)
WORDS = st.sampled_from(
    [
        "Check Also",
        "The council voted on Sunday to rebuild the pier, two winters after the storm.",
        "By Mara Quill",
        "Advertisement",
        "22 June 2014",
        "شاهد أيضاً",
        "関連記事",
        "&amp;",
        "\x00",
        "…",
        '{"@type":"NewsArticle","headline":',
        "Read more:",
        " ",
    ]
)
NAMES = st.sampled_from(
    ["related", "entry-content", "byline", "paywall", "post", "caption", "", "newsletter", "check-also"]
)


@st.composite
def markup(draw: st.DrawFn) -> str:
    """Element soup: opened, closed or left open at will."""
    parts = []
    for _ in range(draw(st.integers(0, 25))):
        tag = draw(TAGS)
        opening = (
            f'<{tag} class="{draw(NAMES)}" type="application/ld+json" content="{draw(NAMES)}" rel="author">'
        )
        parts.append(
            draw(st.sampled_from([opening, f"</{tag}>", draw(WORDS), opening + draw(WORDS) + f"</{tag}>"]))
        )
    return "".join(parts)


def outcome(body: bytes, headers: dict[str, str], url: str) -> Cleaned | tuple[Reason, str]:
    try:
        document = parse(body, headers, url)
    except Unreadable as fault:
        assert fault.reason in {Reason.EMPTY, Reason.NOT_HTML, Reason.TOO_LARGE}
        assert fault.detail
        return fault.reason, fault.detail
    return clean(document, Rules(outlet="Post", strip=("//aside", "//[")))


def check(body: bytes, headers: dict[str, str], url: str) -> None:
    first = outcome(body, headers, url)
    assert first == outcome(body, headers, url)
    if isinstance(first, Cleaned):
        assert first.is_article == (first.reason is None)
        assert first.is_article or first.detail
        assert "\n\n\n" not in first.text and first.text == first.text.strip()
        assert "\x00" not in first.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.binary(max_size=400), st.sampled_from(["", "text/html", "text/html; charset=shift_jis", "image/png"])
)
def test_any_bytes(body: bytes, content_type: str) -> None:
    check(body, {"content-type": content_type}, "https://post.example/a")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    markup(),
    st.sampled_from(["https://post.example/a", "https://post.example/", "", "http://[broken", "not a url"]),
)
def test_any_markup(html: str, url: str) -> None:
    check(f"<html><body>{html}</body></html>".encode(), {}, url)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=200), st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-7", "cp037"]))
def test_any_text_in_any_charset(text: str, charset: str) -> None:
    check(
        f"<html><h1>{text}</h1><p>{text}</p></html>".encode(charset, "replace"), {}, "https://post.example/a"
    )
