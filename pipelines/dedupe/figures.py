"""Numbers in running text: where they stand, and what they are worth in the text's language."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol

MOST_PAIRS: Final = 50_000  # equal words between two passages: past that no figure is looked for
_HOLE: Final = "\x00"

# Digits of any script, grouped by comma, full stop, apostrophe, a space or the Arabic marks; what is tied to a word
# ("COVID-19", "B2B") is part of a name.
_DIGITS: Final = re.compile(
    r"(?<!\d)(?<![^\W\d_])(?<![^\W\d_]-)"
    r"(?:\d{1,3}(?:[\u00a0\u202f\u2009 ]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,٫٬'’]\d+)*)"
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_TOKEN: Final = re.compile(r"\S+")

# Small numbers are spelled out by most style books (AP and Guardian below 10, Duden and Le Monde up to 12 and more).
_SPELLED: Final[dict[str, str]] = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen twenty",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn"
    " siebzehn achtzehn neunzehn zwanzig",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept"
    " dix-huit dix-neuf vingt",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis"
    " diecisiete dieciocho diecinueve veinte",
    "pt": "zero um dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze dezesseis"
    " dezessete dezoito dezenove vinte",
    "it": "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici"
    " sedici diciassette diciotto diciannove venti",
    "nl": "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien"
    " zeventien achttien negentien twintig",
    "da": "nul en to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten tyve",
    "sv": "noll en två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton arton nitton tjugo",
    "nb": "null en to tre fire fem seks sju åtte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten tjue",
}
_MORE: Final[dict[str, dict[str, int]]] = {
    "en": {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
           "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "lakh": 10**5, "crore": 10**7},
    "de": {"ein": 1, "eine": 1, "einen": 1, "einem": 1, "einer": 1, "dreißig": 30, "vierzig": 40, "fünfzig": 50,
           "hundert": 100, "tausend": 10**3, "million": 10**6, "millionen": 10**6, "milliarde": 10**9, "milliarden": 10**9, "mio": 10**6, "mrd": 10**9},
    "fr": {"une": 1, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "cent": 100, "mille": 10**3,
           "million": 10**6, "millions": 10**6, "milliard": 10**9, "milliards": 10**9},
    "es": {"un": 1, "una": 1, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "cien": 100, "ciento": 100, "mil": 10**3,
           "millón": 10**6, "millones": 10**6},
    "pt": {"uma": 1, "dezasseis": 16, "dezassete": 17, "dezanove": 19, "duas": 2, "trinta": 30, "quarenta": 40, "cem": 100, "mil": 10**3, "milhão": 10**6,
           "milhões": 10**6, "bilhão": 10**9, "bilhões": 10**9},
    "it": {"un": 1, "una": 1, "trenta": 30, "quaranta": 40, "cinquanta": 50, "cento": 100, "mille": 10**3, "mila": 10**3,
           "milione": 10**6, "milioni": 10**6, "miliardo": 10**9, "miliardi": 10**9},
    "nl": {"één": 1, "dertig": 30, "veertig": 40, "vijftig": 50, "honderd": 100, "duizend": 10**3, "miljoen": 10**6, "miljard": 10**9},
    "da": {"et": 1, "én": 1, "tredive": 30, "million": 10**6, "millioner": 10**6, "milliarder": 10**9},
    "sv": {"ett": 1, "trettio": 30, "miljon": 10**6, "miljoner": 10**6, "miljarder": 10**9},
    "nb": {"et": 1, "én": 1, "tretti": 30, "million": 10**6, "millioner": 10**6, "milliarder": 10**9},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with a hole where each number stood, and the numbers' values in their order."""

    text: str
    values: tuple[Decimal, ...]


def masked(text: str, language: str | None) -> Masked:
    """`text` with its numbers taken out; `language` (BCP 47) says what "1.234" means and which words are numbers."""
    decimal, words = _decimal_mark(language), _words(language)
    values: list[Decimal] = []

    def digits(found: re.Match[str]) -> str:
        values.append(value_of(found[0], decimal))
        return _HOLE

    pieces: list[str] = []
    at = 0
    for found in re.finditer(rf"{_DIGITS.pattern}|{_WORD.pattern}", text):
        if found[0][0].isdigit():
            hole = digits(found)
        elif (value := words.get(found[0].casefold())) is not None:
            values.append(value)
            hole = _HOLE
        else:
            continue
        pieces += (text[at : found.start()], hole)
        at = found.end()
    return Masked("".join((*pieces, text[at:])), tuple(values))


def value_of(printed: str, decimal: str = ".") -> Decimal:
    """The value of digits with their marks, e.g. "1.234,5"; `decimal` decides where one mark alone could be either."""
    ascii_digits = "".join(
        str(unicodedata.digit(letter)) if letter.isdigit() else letter for letter in printed
    )
    plain = re.sub(r"[\u00a0\u202f\u2009 '’٬]", "", ascii_digits).replace("٫", "\x01")
    marks = re.findall(r"[.,\x01]", plain)
    last = marks[-1] if marks else ""
    single = marks.count(last) == 1
    if not marks:
        fraction = False
    elif last == "\x01" or len(set(marks)) > 1:
        fraction = single
    else:
        before, _, after = plain.partition(last)
        groups = len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0")
        fraction = single and (last == decimal or not groups)
    whole, _, rest = plain.rpartition(last) if fraction else (plain, "", "")
    return Decimal(re.sub(r"[^0-9]", "", whole) + ("." + rest if rest else ""))


def only_figures_differ(old: str, new: str, language: str | None) -> bool:
    """Whether the two texts are the same but for what their numbers are worth."""
    one, other = masked(old, language), masked(new, language)
    return one.text == other.text and one.values != other.values


def a_figure_differs(old: Sequence[str], new: Sequence[str], language: str | None) -> bool:
    """Whether a number stands in the place of another number, between two lists of paragraphs.

    False, too, where the passages that differ are so long and so monotonous that comparing them would take seconds.
    """
    return any(
        _replaced(" ".join(before), " ".join(after), language) for before, after in _replacements(old, new)
    )


def _replaced(old: str, new: str, language: str | None) -> bool:
    for before, after in _replacements(_TOKEN.findall(old), _TOKEN.findall(new)):
        one, other = masked(" ".join(before), language), masked(" ".join(after), language)
        if one.values and other.values and one.values != other.values:
            return True
    return False


def _replacements(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """What stands in the place of what; none where there are too many ways to lay the one over the other."""
    start = next((at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return
    old, new = old[start:], new[start:]
    pairs = Counter(old)
    if sum(pairs[word] for word in new) > MOST_PAIRS:
        return
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "replace":
            yield old[a:b], new[c:d]


@lru_cache(maxsize=64)
def _decimal_mark(language: str | None) -> str:
    try:
        return get_decimal_symbol(Locale.parse(language or "en", sep="-"))
    except (UnknownLocaleError, ValueError):
        return "."


@lru_cache(maxsize=64)
def _words(language: str | None) -> dict[str, Decimal]:
    primary = (language or "").split("-")[0].casefold()
    primary = "nb" if primary in ("no", "nn") else primary
    spelled = {word: Decimal(value) for value, word in enumerate(_SPELLED.get(primary, "").split())}
    return spelled | {word: Decimal(value) for word, value in _MORE.get(primary, {}).items()}
