"""Made-up words that behave like a language's: few are frequent, most are rare, none is anybody's name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

# Real function words first, so that texts look and search like their language; syllables for the rest.
_LANGUAGES: Final[dict[str, tuple[str, str]]] = {
    "en": (
        "the of to and in that for was on with said it by from at his as is be has were will not have they who its "
        "after had year new which would people government been are one city two more police could over this also",
        "ba con der fal gran hin lor mer nos par quil ran sted tor ven wick mar tain bur lon cas ter ral min sol dun",
    ),
    "ar": (
        "في من على إلى أن التي الذي عن مع هذا بعد وقال قال كان بين ذلك أو قد لم كما حيث منذ خلال قبل حتى لكن",
        "مد رس كت با سل نو دار حم قر شه طا في لم جر عم بر نص خط",
    ),
    "de": (
        "die der und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er "
        "hat dass sie nach wird bei einer um am sind noch wie einem über so zum war haben nur oder aber vor",
        "berg dorf hal ken lin mann nor rück schul stadt tag ver wald werk zeit brü kön mei gel hin ster rat fen",
    ),
    "es": (
        "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin "
        "sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde",
        "ca do ra men lla nor per sa tie ven gui mar lo que ter pan sol rio cas bar ción to nal der",
    ),
    "fr": (
        "de la le et les des en un du une que est pour qui a dans par plus pas au sur se ce il sont la avec ne sa "
        "son mais comme ou si leur y dont aux été cette ont fait deux ans après contre entre sous",
        "char mon ver lai beau res per tour gne lin dé mar sou ple ren val cour bre fon tal lier ger",
    ),
    "tr": (
        "bir ve bu için da de ile olarak daha çok olan gibi en sonra kadar ise olduğu göre yeni her büyük iki ancak",
        "kar de mir şe hir ba kan yol gün lar ler dağ su ev baş kent ay dın öz gür taş köy",
    ),
    "zh": (
        "的 在 了 是 和 有 对 为 将 与 中 年 月 日 上 不 人 这 他 也",
        "城 市 新 政 府 经 济 海 港 学 校 火 车 水 路 山 民 工 会 国 公 报 道 天 电 医 院 农 船 桥",
    ),
}
SHARES: Final[dict[str, float]] = {
    "en": 0.42, "ar": 0.18, "de": 0.13, "es": 0.10, "fr": 0.08, "tr": 0.05, "zh": 0.04
}  # fmt: skip
"""Share of articles by language."""

_EXPONENT: Final = 1.05  # of Zipf's law, as measured for newspapers
_SPACELESS: Final = frozenset(("zh",))


@dataclass(frozen=True)
class Vocabulary:
    """The words of one language, most frequent first, and how they are written inside a sentence."""

    language: str
    words: tuple[str, ...]
    pieces: tuple[str, ...]  # every word four times: plain, opening, closing a sentence, closing a paragraph
    chances: np.ndarray  # cumulative, by rank
    space: str

    def draw(self, random: np.random.Generator, count: int) -> np.ndarray:
        """Ranks of `count` words."""
        return np.searchsorted(self.chances, random.random(count)).clip(0, len(self.words) - 1)

    def prose(self, ranks: np.ndarray, sentence: int = 14, paragraph: int = 4) -> str:
        """A text of these words: sentences of `sentence` words, paragraphs of `paragraph` sentences."""
        size, at = len(self.words), np.arange(len(ranks))
        places = ranks.copy()
        places[at % sentence == 0] += size
        closing = at % sentence == sentence - 1
        places[closing] = ranks[closing] + 2 * size
        ending = at % (sentence * paragraph) == sentence * paragraph - 1
        places[ending] = ranks[ending] + 3 * size
        if len(ranks):
            places[-1] = ranks[-1] + 2 * size
        pieces = self.pieces
        return self.space.join([pieces[place] for place in places.tolist()]).replace("\n\n ", "\n\n")

    def phrase(self, ranks: np.ndarray) -> str:
        """A headline of these words."""
        text = self.space.join([self.words[rank] for rank in ranks.tolist()])
        return text[:1].upper() + text[1:]


@cache
def vocabulary(language: str, size: int = 40_000) -> Vocabulary:
    """The words of one language, the same every time."""
    frequent, syllables = (part.split() for part in _LANGUAGES[language])
    random = np.random.default_rng([ord(letter) for letter in language])
    words = dict.fromkeys(frequent)
    lengths = random.choice([2, 3, 4], size=2 * size, p=[0.4, 0.4, 0.2]).tolist()
    drawn = random.integers(0, len(syllables), size=(2 * size, 4)).tolist()
    for row, length in zip(drawn, lengths, strict=True):
        words["".join(syllables[place] for place in row[:length])] = None
    listed = tuple(words)[:size]
    stop = "。" if language in _SPACELESS else "."
    pieces = (
        *listed,
        *(word[:1].upper() + word[1:] for word in listed),
        *(word + stop for word in listed),
        *(word + stop + "\n\n" for word in listed),
    )
    weights = 1.0 / (np.arange(len(listed)) + 2.7) ** _EXPONENT
    return Vocabulary(
        language,
        listed,
        pieces,
        np.cumsum(weights) / weights.sum(),
        "" if language in _SPACELESS else " ",
    )
