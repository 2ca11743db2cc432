"""The "Check Also" family never leaks, in eleven shapes and thirteen languages, and no paragraph is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipelines.clean import Cleaned, clean
from pipelines.document import parse
from pipelines.items import Rules

HEADLINE = "Harbour council votes to rebuild the northern pier"
PARAGRAPHS = (
    "PORT ELLERY, June 22, (Agencies): The harbour council voted late on Sunday to rebuild the northern pier, "
    "two winters after a storm tore away a third of its length and cut the ferry off from the town.",
    "Engineers told the meeting that the new pier would stand on steel piles driven eleven metres into the sea "
    "bed, and that work could begin before the autumn gales if the money arrived in time.",
    "The vote passed with nine members in favour and four against, after a debate that lasted until shortly "
    "before midnight and drew more than two hundred residents into the small assembly hall.",
    "Opponents said the plan would cost more than the island earns in three good years, and asked for a loan "
    "from the national ports fund to be settled before any contract is signed.",
    "The ferry company welcomed the decision and said it would keep the temporary landing stage in service "
    "until the first ship can berth at the new pier again, which it expects in two years.",
)
TITLE = "Old lighthouse to open its lamp room to visitors"
TEASER = "The keeper's family has handed over the keys after forty years, and the first tours begin …"
LABELS = {
    "en": "Check Also",
    "de": "Lesen Sie auch",
    "fr": "À lire aussi",
    "es": "Te puede interesar",
    "it": "Leggi anche",
    "pt": "Leia também",
    "nl": "Lees ook",
    "pl": "Czytaj także",
    "ru": "Читайте также",
    "ar": "شاهد أيضاً",
    "tr": "İlginizi çekebilir",
    "zh": "相关阅读",
    "ja": "関連記事",
}


def _p(*texts: str) -> str:
    return "".join(f"<p>{text}</p>\n" for text in texts)


def _page(body: str, language: str) -> str:
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{HEADLINE} - Island Post</title>'
        f'<meta property="og:title" content="{HEADLINE}"><meta property="og:type" content="article">'
        '<meta property="og:site_name" content="Island Post"></head><body>'
        '<header class="site-header"><nav class="main-nav"><ul><li><a href="/">Home</a></li><li><a href="/s">Sport</a></li>'
        f"</ul></nav></header>{body}"
        '<footer class="site-footer"><p>Island Post, the paper of the outer isles</p></footer></body></html>'
    )


def _article(entry: str, after: str = "", inside: str = "") -> str:
    return (
        '<div id="content" class="site-content"><article id="post-77" class="post type-post">'
        f'<h1 class="entry-title">{HEADLINE}</h1><div class="entry-content">{entry}</div>{inside}</article>{after}</div>'
    )


def _box(tag: str, label: str, classes: str = "", heading: str = "h3") -> str:
    return (
        f'<{tag} {classes}><{heading} class="block-head">{label}</{heading}><div class="item">'
        f'<h2 class="post-title"><a href="/lamp-room">{TITLE}</a></h2><p>{TEASER}</p></div></{tag}>'
    )


def section_after_the_article(label: str) -> str:
    return _article(
        _p(*PARAGRAPHS),
        after=_box("section", label, 'id="check-also-box" class="post-listing check-also-right"'),
    )


def div_inside_the_article_after_the_entry(label: str) -> str:
    return _article(_p(*PARAGRAPHS), inside=_box("div", label, 'class="check-also-box"'))


def box_as_last_child_of_the_entry(label: str) -> str:
    return _article(_p(*PARAGRAPHS) + _box("div", label, 'class="related-box"'))


def div_between_paragraphs(label: str) -> str:
    return _article(
        _p(*PARAGRAPHS[:2]) + _box("div", label, 'class="inline-related-post"') + _p(*PARAGRAPHS[2:])
    )


def section_between_paragraphs(label: str) -> str:
    return _article(_p(*PARAGRAPHS[:3]) + _box("section", label, 'class="check-also"') + _p(*PARAGRAPHS[3:]))


def aside_between_paragraphs(label: str) -> str:
    return _article(_p(*PARAGRAPHS[:2]) + _box("aside", label, 'class="mag-box"', "h4") + _p(*PARAGRAPHS[2:]))


def heading_and_list_at_the_end(label: str) -> str:
    links = f'<ul><li><a href="/lamp-room">{TITLE}</a></li><li><a href="/tide">{TEASER}</a></li></ul>'
    return _article(_p(*PARAGRAPHS) + f"<h3>{label}</h3>{links}")


def naked_paragraphs_at_the_end(label: str) -> str:
    return _article(_p(*PARAGRAPHS, label, TITLE, TEASER))


def strong_label_and_link_at_the_end(label: str) -> str:
    link = f'<a href="/lamp-room">{TITLE}</a>'
    return _article(_p(*PARAGRAPHS, f"<strong>{label}</strong>", link, TEASER))


def plain_box_without_theme_classes(label: str) -> str:
    return (
        f"<div><h1>{HEADLINE}</h1><div>{_p(*PARAGRAPHS)}</div>"
        f'<div><h4>{label}</h4><a href="/lamp-room">{TITLE}</a><p>{TEASER}</p></div></div>'
    )


def related_box_after_strong_sub_heads(label: str) -> str:
    entry = _p(*PARAGRAPHS[:3]) + f"<p><strong>Rejected</strong><br>{PARAGRAPHS[3]}</p>" + _p(PARAGRAPHS[4])
    related = f'<div class="related"><h3>{label}</h3><ul><li><a href="/lamp-room">{TITLE}</a><p>{TEASER}</p></li></ul></div>'
    return _article(entry, inside=related)


SHAPES: dict[str, Callable[[str], str]] = {
    shape.__name__.replace("_", " "): shape
    for shape in (
        section_after_the_article,
        div_inside_the_article_after_the_entry,
        box_as_last_child_of_the_entry,
        div_between_paragraphs,
        section_between_paragraphs,
        aside_between_paragraphs,
        heading_and_list_at_the_end,
        naked_paragraphs_at_the_end,
        strong_label_and_link_at_the_end,
        plain_box_without_theme_classes,
        related_box_after_strong_sub_heads,
    )
}


def page(shape: str, language: str) -> bytes:
    """The page of a shape, with the label in a language."""
    return _page(SHAPES[shape](LABELS[language]), language).encode()


def read_page(shape: str, language: str) -> Cleaned:
    return clean(parse(page(shape, language), {}, "https://post.example/pier"), Rules())


@pytest.mark.parametrize("language", LABELS)
@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_leaks_and_nothing_is_lost(shape: str, language: str) -> None:
    cleaned = read_page(shape, language)

    assert cleaned.is_article
    assert cleaned.headline == HEADLINE
    paragraphs = cleaned.text.split("\n\n")
    sub_heads = ["Rejected"] if shape.endswith("strong sub heads") else []
    assert [p for p in paragraphs if p not in sub_heads] == list(PARAGRAPHS)


@pytest.mark.parametrize("language", ["en", "ar", "ja"])
@pytest.mark.parametrize("shape", SHAPES)
def test_what_was_removed_is_kept_with_its_rule(shape: str, language: str) -> None:
    removed = [block for block in read_page(shape, language).removed if TITLE in block.text]

    assert removed, "the teaser must stand among the removed blocks"
    for block in removed:
        assert block.rule in {"check_also", "related_block", "check_also_tail"}
        assert block.reason.startswith("It")
        assert block.position >= 0


def test_a_glued_sub_head_stands_apart() -> None:
    paragraphs = read_page("related box after strong sub heads", "en").text.split("\n\n")

    assert paragraphs[paragraphs.index("Rejected") + 1] == PARAGRAPHS[3]


def test_a_sub_head_that_is_a_label_among_paragraphs_keeps_the_story() -> None:
    """A label cuts a tail only where short lines follow it to the end."""
    entry = _p(*PARAGRAPHS[:2]) + "<h3>Related</h3>" + _p(*PARAGRAPHS[2:])
    cleaned = clean(parse(_page(_article(entry), "en").encode(), {}, "https://post.example/pier"), Rules())

    assert all(paragraph in cleaned.text for paragraph in PARAGRAPHS)


@pytest.mark.parametrize(
    "line",
    [
        'Read more: <a href="/x">Old lighthouse to open its lamp room</a>',
        'LESEN SIE AUCH: <a href="/x">Alter Leuchtturm öffnet seine Lampenstube</a>',
        '<a href="/x">READ ALSO | Old lighthouse to open its lamp room</a>',
        'Lire aussi : <a href="/x">Le vieux phare ouvre sa salle des lampes</a>',
        'Leia também: <a href="/x">Velho farol abre a sala da lâmpada</a>',
        'Les også: <a href="/x">Gammelt fyr åpner lykterommet</a>',
        'اقرأ أيضا: <a href="/x">المنارة القديمة تفتح غرفة المصباح</a>',
        'Читайте также: <a href="/x">Старый маяк откроет фонарный зал</a>',
    ],
)
def test_a_pointer_inside_the_text_is_dropped(line: str) -> None:
    entry = _p(*PARAGRAPHS[:2], line, *PARAGRAPHS[2:])
    cleaned = clean(parse(_page(_article(entry), "en").encode(), {}, "https://post.example/pier"), Rules())

    assert cleaned.text.split("\n\n") == list(PARAGRAPHS)
    assert any(block.rule == "read_more_line" for block in cleaned.removed)
