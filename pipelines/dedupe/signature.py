"""MinHash signatures of texts: which of a hundred thousand texts are worth comparing with this one."""

from __future__ import annotations

import struct
import zlib
from typing import Final

from rensa import RMinHash

from pipelines.dedupe.shingles import CHARACTERS, WORDS, containment, shingles
from pipelines.items import Signature

NUMBERS: Final = 64  # of a signature
ROWS: Final = 2  # numbers of a band: 32 bands, of which texts that share a quarter of their groups have 86 % one in common
SEED: Final = 42  # part of the algorithm's name: another seed makes signatures that cannot be compared
FEWEST: Final = 46  # word groups, of a text of 50 words; a shorter one may be a service line or a caption
NEAR: Final = 0.6  # of the smaller text's word groups stand in the other: docs/decisions/near-duplicates.md
NEAR_UNSEEN: Final = 0.7  # the same by the signatures alone, which err by about 0.06
WORTH_COMPARING: Final = 0.4  # by the signatures

# Signatures of another algorithm version, seed or kind of word group say nothing about these.
ALGORITHM: Final = f"rensa-r{RMinHash.ALGORITHM_VERSION}-{NUMBERS}-s{SEED}-w{WORDS}c{CHARACTERS}"
_PACKED: Final = struct.Struct(f"<{NUMBERS}I")
_BAND: Final = struct.Struct(f"<B{ROWS}I")


def signature_of(story: str) -> Signature | None:
    """The signature of a text without its dateline; None for one of fewer than some 50 words."""
    groups = shingles(story)
    if len(groups) < FEWEST:
        return None
    sketch = RMinHash(num_perm=NUMBERS, seed=SEED)
    sketch.update(list(groups))  # it keeps the least of each hash: the order is nothing to it
    numbers = sketch.digest()
    return Signature(ALGORITHM, len(groups), _PACKED.pack(*numbers), _bands(numbers))


def likeness(one: str, other: str) -> float:
    """Which share of the smaller text's word groups stands in the other one, 0 to 1."""
    return containment(shingles(one), shingles(other))


def estimated_likeness(one: Signature, algorithm: str, groups: int, numbers: bytes) -> float:
    """The same as two signatures tell it; 0 where they cannot be compared."""
    if algorithm != one.algorithm or len(numbers) != _PACKED.size:
        return 0.0
    pairs = zip(_PACKED.unpack(one.numbers), _PACKED.unpack(numbers), strict=True)
    jaccard: float = sum(mine == its for mine, its in pairs) / NUMBERS
    shared: float = jaccard * (one.shingles + groups) / (1 + jaccard)
    return min(1.0, shared / max(1, min(one.shingles, groups)))


def is_near(
    one: str, signature: Signature, other: str | None, algorithm: str, groups: int, numbers: bytes
) -> float:
    """How much two texts have in common, 0 where that is too little for one story; `other` is None where no text is
    kept. The signatures decide whether the texts themselves are compared."""
    estimate = estimated_likeness(signature, algorithm, groups, numbers)
    if other is None:
        return estimate if estimate >= NEAR_UNSEEN else 0.0
    if estimate < WORTH_COMPARING:
        return 0.0
    exact = likeness(one, other)
    return exact if exact >= NEAR else 0.0


def _bands(numbers: list[int]) -> tuple[int, ...]:
    """A signed 32-bit hash of each band and its place."""
    return tuple(
        zlib.crc32(_BAND.pack(at // ROWS, *numbers[at : at + ROWS])) - (1 << 31)
        for at in range(0, NUMBERS - ROWS + 1, ROWS)
    )
