"""The lede as a table: a marked stand-first, else the first paragraph."""

from __future__ import annotations

import pytest

from .made_page import STORY, h1, read


@pytest.mark.parametrize(
    ("body", "lede"),
    [
        pytest.param(
            f'<h1>Pier vote</h1><p class="subtitle">Nine to four, and the ferry comes back to the town.</p>{STORY}',
            "Nine to four, and the ferry comes back to the town.",
            id="a marked stand-first",
        ),
        pytest.param(
            h1("Pier vote"),
            "1. The harbour council voted late on Sunday to rebuild the northern pier after two winters without it.",
            id="else the first paragraph",
        ),
    ],
)
def test_lede(body: str, lede: str) -> None:
    assert read(body=body).lede == lede
