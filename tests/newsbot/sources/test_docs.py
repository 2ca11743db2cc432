"""docs/add-a-source.md: what it tells a newcomer to write loads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsbot.sources.load import parse

DOCS = Path(__file__).parents[3] / "docs" / "add-a-source.md"
MINIMAL = '[[source]]\nid = "paper"\nname = "The Paper"\nhomepage = "https://paper.example/"\n'
SNIPPETS = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=range(len(SNIPPETS)))
def test_a_snippet_of_the_docs_loads(snippet: str) -> None:
    whole = (
        snippet
        if "[[source]]" in snippet
        else f"{snippet}{MINIMAL}"
        if "[defaults]" in snippet
        else MINIMAL + snippet
    )
    assert parse(whole, DOCS).sources
