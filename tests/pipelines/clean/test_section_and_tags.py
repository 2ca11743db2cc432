"""Section and tags as a table: what JSON-LD, metas and the breadcrumb say -> what is read."""

from __future__ import annotations

import pytest

from .made_page import article, read


@pytest.mark.parametrize(
    ("head", "node", "section", "tags"),
    [
        pytest.param(
            "",
            article(articleSection="Harbour", keywords=["pier", "ferry"]),
            "Harbour",
            ("pier", "ferry"),
            id="JSON-LD",
        ),
        pytest.param(
            "",
            article(articleSection=["Home", "Harbour"], keywords="pier; ferry"),
            "Harbour",
            ("pier", "ferry"),
            id="Home is no section; semicolons part tags",
        ),
        pytest.param(
            '<meta property="article:section" content="Harbour"><meta property="article:tag" content="pier"><meta property="article:tag" content="Pier">',
            None,
            "Harbour",
            ("pier",),
            id="metas, each tag once",
        ),
        pytest.param(
            '<meta name="news_keywords" content="pier،ferry"><meta name="keywords" content="other">',
            None,
            None,
            ("pier", "ferry"),
            id="news keywords before keywords",
        ),
        pytest.param(
            "",
            {
                "@type": "BreadcrumbList",
                "itemListElement": [
                    {"position": 2, "name": "Harbour"},
                    {"position": 1, "name": "Home"},
                    {"position": 3, "item": {"name": "Pier vote"}},
                ],
            },
            "Harbour",
            (),
            id="the breadcrumb",
        ),
        pytest.param(
            "",
            article(articleSection="https://post.example/sections/harbour-news/"),
            "harbour news",
            (),
            id="a section by its address",
        ),
        pytest.param(
            "",
            article(keywords=[{"name": "pier"}, "type:story", "Island Post", 7]),
            None,
            ("pier",),
            id="machine terms and the site's name are no tags",
        ),
        pytest.param("", None, None, (), id="nothing said"),
    ],
)
def test_section_and_tags(head: str, node: object, section: str | None, tags: tuple[str, ...]) -> None:
    cleaned = read(head=head, node=node)

    assert (cleaned.section, cleaned.tags) == (section, tags)
