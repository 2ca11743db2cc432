"""The addresses a page gives as tables: its image and its canonical URL, None where there is none."""

from __future__ import annotations

import pytest

from .made_page import URL, article, read


@pytest.mark.parametrize(
    ("head", "node", "image"),
    [
        pytest.param(
            "", article(image="/a.jpg"), "https://www.post.example/a.jpg", id="JSON-LD, made absolute"
        ),
        pytest.param(
            "",
            article(image=[{"url": "https://cdn.example/a.jpg"}]),
            "https://cdn.example/a.jpg",
            id="a list of objects",
        ),
        pytest.param(
            '<meta property="og:image" content="/static/logo.png"><meta name="twitter:image" content="/b.jpg">',
            None,
            "https://www.post.example/b.jpg",
            id="a logo is not the image",
        ),
        pytest.param(
            '<meta property="og:image" content="data:image/png;base64,AAAA">',
            None,
            None,
            id="no data address",
        ),
        pytest.param(
            '<meta property="og:image" content="http://[broken">', None, None, id="a malformed address"
        ),
        pytest.param(
            '<link rel="image_src" href="c.jpg">',
            None,
            "https://www.post.example/harbour/c.jpg",
            id="link rel=image_src",
        ),
        pytest.param("", None, None, id="nothing said"),
    ],
)
def test_image(head: str, node: object, image: str | None) -> None:
    assert read(head=head, node=node).image == image


@pytest.mark.parametrize(
    ("head", "url", "canonical"),
    [
        pytest.param('<link rel="canonical" href="/harbour/pier">', URL, URL, id="relative"),
        pytest.param(
            '<link rel="Canonical" href="https://wire.example/1">',
            URL,
            "https://wire.example/1",
            id="another site is kept: the page says so",
        ),
        pytest.param('<link rel="canonical" href="/">', URL, None, id="the front page is left out"),
        pytest.param(
            '<link rel="canonical" href="javascript:x"><meta property="og:url" content="/harbour/pier#a">',
            URL,
            URL,
            id="og:url where the link is none",
        ),
        pytest.param("", URL, None, id="nothing said"),
        pytest.param(
            '<link rel="canonical" href="http://[x">', "http://[broken", None, id="malformed on both sides"
        ),
    ],
)
def test_canonical(head: str, url: str, canonical: str | None) -> None:
    assert read(head=head, url=url).canonical_url == canonical
