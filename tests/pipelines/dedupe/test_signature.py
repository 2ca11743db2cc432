"""Nearly the same text in two outlets, and texts that only look alike."""

from __future__ import annotations

import random

import pytest

from pipelines.dedupe import is_near, signature_of
from pipelines.dedupe.signature import NEAR, estimated_likeness, likeness

NOUNS = [
    "harbour",
    "council",
    "river",
    "bridge",
    "market",
    "school",
    "ferry",
    "warehouse",
    "ministry",
    "union",
    "festival",
    "hospital",
]
VERBS = [
    "opened",
    "closed",
    "flooded",
    "rebuilt",
    "sold",
    "visited",
    "promised",
    "delayed",
    "measured",
    "counted",
    "repaired",
    "painted",
]


def story(seed: int, paragraphs: int = 10) -> list[str]:
    """Paragraphs of prose that no other seed has."""
    chance = random.Random(seed)  # noqa: S311
    return [
        " ".join(
            f"The {chance.choice(NOUNS)} of {chance.choice(NOUNS)} {chance.randrange(999)} {chance.choice(VERBS)} the"
            f" {chance.choice(NOUNS)} after {chance.randrange(99)} days of {chance.choice(NOUNS)} and {chance.choice(VERBS)} it."
            for _ in range(3)
        )
        for _ in range(paragraphs)
    ]


WIRE = story(1)
LOCAL = story(2, 2)
VARIANTS = {
    "cut to a third": WIRE[:3],
    "cut to half": WIRE[:5],
    "paragraphs in another order": [WIRE[0], *reversed(WIRE[1:])],
    "a local paragraph added": [WIRE[0], LOCAL[0], *WIRE[1:]],
    "cut, in another order, a local paragraph": [LOCAL[0], *reversed(WIRE[:6])],
    "a word here and there": [p.replace("after", "behind", 1) for p in WIRE],
}
WEATHER = (
    "The weather in {} on {} will be {} with temperatures between {} and {} degrees. In the morning there may be {} in the"
    " north, and winds of {} kilometres an hour. In the night temperatures fall to {} degrees. The weather service warned"
    " of {} in the mountains and asked drivers to take care. The outlook for the coming days is {} with highs of {}."
)


def near(one: str, other: str) -> float:
    mine, its = signature_of(one), signature_of(other)
    if mine is None or its is None:
        return 0.0
    return is_near(one, mine, other, its.algorithm, its.shingles, its.numbers)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_wire_story_is_known_again(name: str) -> None:
    original, copy = "\n\n".join(WIRE), "\n\n".join(VARIANTS[name])
    assert near(original, copy) >= NEAR
    mine, its = signature_of(original), signature_of(copy)
    assert mine is not None and its is not None
    assert set(mine.bands) & set(its.bands)  # it is found at all
    estimate = estimated_likeness(mine, its.algorithm, its.shingles, its.numbers)
    assert estimate == pytest.approx(likeness(original, copy), abs=0.25)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("\n\n".join(WIRE), "\n\n".join(story(3)), id="two stories of one paper"),
        pytest.param(
            WEATHER.format("Basra", "Sunday", "sunny", 30, 41, "fog", 20, 28, "dust", "dry", 42),
            WEATHER.format("Faw", "Monday", "cloudy", 19, 24, "rain", 45, 11, "floods", "wet", 22),
            id="two weather reports of one form",
        ),
        pytest.param(
            "\n\n".join([*story(4, 6), LOCAL[0]]),
            "\n\n".join([*story(5, 6), LOCAL[0]]),
            id="one notice under both",
        ),
    ],
)
def test_what_only_looks_alike_is_not_tied(one: str, other: str) -> None:
    assert near(one, other) == 0.0


def test_short_texts_have_no_signature() -> None:
    assert signature_of("The ferry will not run on Sunday. " * 9) is None  # the same seven words
    assert signature_of(" ".join(f"word{n}" for n in range(49))) is None
    assert signature_of(" ".join(f"word{n}" for n in range(50))) is not None
    assert signature_of("") is None


def test_scripts_without_spaces_are_compared_by_characters() -> None:
    chance = random.Random(7)  # noqa: S311
    lines = ["".join(chr(0x4E00 + chance.randrange(2000)) for _ in range(40)) + "。" for _ in range(8)]
    assert near("\n\n".join(lines), "\n\n".join(lines[:4])) == 1.0
    assert near("\n\n".join(lines[:4]), "\n\n".join(lines[4:])) == 0.0


def test_another_algorithm_says_nothing() -> None:
    text = "\n\n".join(WIRE)
    mine = signature_of(text)
    assert mine is not None
    assert is_near(text, mine, text, "rensa-r1-64", mine.shingles, mine.numbers) == 0.0
    assert (
        is_near(text, mine, None, mine.algorithm, mine.shingles, mine.numbers) == 1.0
    )  # no text is kept there
    assert is_near(text, mine, text, mine.algorithm, mine.shingles, b"") == 0.0


def test_a_signature_is_the_same_everywhere_and_in_any_order() -> None:
    text = "\n\n".join(WIRE)
    mine = signature_of(text)
    assert mine is not None and mine == signature_of(text)
    assert (
        mine.algorithm == "rensa-r2-64-s42-w5c8"
    )  # where this changes, older signatures are not compared any more
    assert mine.numbers[:8].hex() == "dafc4d0eb7964d00"
