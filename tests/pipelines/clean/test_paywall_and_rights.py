"""Paywall and rights as tables: what JSON-LD, metas, headers and the page say -> what is read."""

from __future__ import annotations

import pytest

from pipelines.items import Rights

from .made_page import STORY, article, h1, read


@pytest.mark.parametrize(
    ("head", "node", "body", "paywalled"),
    [
        pytest.param("", article(isAccessibleForFree=False), h1("x"), True, id="not free"),
        pytest.param("", article(isAccessibleForFree="True"), h1("x"), False, id="free, as a string"),
        pytest.param(
            "",
            article(isAccessibleForFree=True, hasPart={"isAccessibleForFree": "false"}),
            h1("x"),
            True,
            id="a part is not free",
        ),
        pytest.param(
            '<meta property="article:content_tier" content="metered">',
            None,
            h1("x"),
            True,
            id="content tier metered",
        ),
        pytest.param(
            '<meta property="article:content_tier" content="free">',
            None,
            h1("x"),
            False,
            id="content tier free",
        ),
        pytest.param(
            "",
            article(),
            f'<h1>x</h1>{STORY}<div class="paywall">Subscribe</div>',
            True,
            id="a wall behind a short text",
        ),
        pytest.param(
            "",
            article(),
            f'<h1>x</h1><div class="paywall">{STORY * 4}</div>',
            None,
            id="a class alone says nothing",
        ),
        pytest.param("", None, h1("x"), None, id="nothing said"),
    ],
)
def test_paywall(head: str, node: object, body: str, paywalled: bool | None) -> None:
    assert read(head=head, node=node, body=body).paywalled is paywalled


@pytest.mark.parametrize(
    ("head", "headers", "rights"),
    [
        pytest.param("", {}, Rights(), id="nothing said"),
        pytest.param(
            '<meta name="robots" content="NOARCHIVE, nosnippet">',
            {},
            Rights(robots="noarchive, nosnippet", noarchive=True, nosnippet=True),
            id="meta robots",
        ),
        pytest.param(
            '<meta name="robots" content="max-snippet: 0">',
            {},
            Rights(robots="max-snippet:0", nosnippet=True),
            id="a snippet of no length",
        ),
        pytest.param(
            "",
            {"X-Robots-Tag": "noarchive, noai"},
            Rights(robots="noarchive, noai", noarchive=True, noai=True),
            id="the header",
        ),
        pytest.param(
            "",
            {"X-Robots-Tag": "googlebot: noarchive, newsbot: noai"},
            Rights(robots="noai", noai=True),
            id="the header for one crawler",
        ),
        pytest.param(
            '<meta name="googlebot" content="noarchive">', {}, Rights(), id="a meta for another crawler"
        ),
        pytest.param("", {"TDM-Reservation": "1"}, Rights(tdm_reservation=True), id="mining reserved"),
        pytest.param(
            '<meta name="tdm-reservation" content="0">',
            {},
            Rights(tdm_reservation=False),
            id="mining not reserved",
        ),
        pytest.param(
            '<link rel="license" href="/licence">',
            {},
            Rights(licence="https://www.post.example/licence"),
            id="a licence",
        ),
    ],
)
def test_rights(head: str, headers: dict[str, str], rights: Rights) -> None:
    assert read(head=head, headers=headers).rights == rights
