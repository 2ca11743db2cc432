"""How many words a text has."""

import pytest

from pipelines.reading import count_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", 0, id="no text has no words"),
        pytest.param(
            "BAGHDAD, June 22, (Agencies): The river rose.", 7, id="what stands between spaces is a word"
        ),
        pytest.param("ارتفع منسوب النهر", 3, id="Arabic parts its words"),
        pytest.param("新华社北京电", 6, id="each Chinese character counts"),
        pytest.param("Kindle を使う", 4, id="a Latin word among Japanese is one word"),
        pytest.param("강물이 불었다", 2, id="Korean parts its words"),
    ],
)
def test_words_are_counted(text: str, words: int) -> None:
    assert count_words(text) == words
