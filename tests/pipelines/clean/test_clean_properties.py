"""Whatever the bytes: parse and clean end with Unreadable or Cleaned, the same each time."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.clean import Cleaned, clean
from pipelines.document import Unreadable, parse
from pipelines.items import Rules
from pipelines.reasons import Reason

from .markdown_reader import plain

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
        assert plain(first.markdown) == first.text
        assert (
            first.text[first.story_at :] == ""
            or first.story_at == 0
            or first.text[first.story_at - 2] == "\n"
        )
        assert all(image.url.startswith(("http://", "https://")) for image in first.images)
        assert all(note.text and note.kind for note in first.notes)


WORDED = [
    "Harbour",
    "masters",
    "told",
    "nobody",
    "how",
    "many",
    "ships",
    "were",
    "lost",
    "before",
    "winter",
    "came",
    "again",
    "last",
]
COVERED = st.lists(
    st.tuples(
        st.sampled_from(["p", "h2", "li", "blockquote", "div"]),
        st.sampled_from(["", "related", "newsletter", "fact-box", "caption", "x"]),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(COVERED)
def test_every_paragraph_is_in_the_text_or_among_what_was_removed(blocks: list[tuple[str, str, int]]) -> None:
    said = [
        f"{' '.join(f'{word}{place}' for word in WORDED)} in a storm of {kind} days."
        for place, (_, _, kind) in enumerate(blocks)
    ]
    html = "".join(
        f'<{tag} class="{name}">{text}</{tag}>' for (tag, name, _), text in zip(blocks, said, strict=True)
    )
    story = "".join(
        f"<p>{n}. The council voted late on Sunday to rebuild the northern pier, two winters after a storm had torn it away.</p>"
        for n in range(6)
    )
    page = f"<html><body><article><h1>Pier vote</h1>{story}{html}{story.replace('The', 'Then the')}</article></body></html>"
    cleaned = clean(parse(page.encode(), {}, "https://post.example/a"), Rules())
    kept = " ".join([cleaned.text, *(block.text for block in cleaned.removed)])

    assert [text for text in said if text not in kept] == []


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
