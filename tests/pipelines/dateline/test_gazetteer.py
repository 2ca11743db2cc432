"""The map: what it knows, how it decides, what it costs."""

from __future__ import annotations

import pytest

from pipelines.dateline import parse_dateline
from pipelines.dateline.folding import fold
from pipelines.dateline.gazetteer import Region, gazetteer

CAPITALS = [
    ("Baghdad", "IQ"), ("بغداد", "IQ"), ("巴格达", "IQ"), ("バグダード", "IQ"), ("Багдад", "IQ"), ("Bagdad", "IQ"), ("WIEN", "AT"),
    ("Kairo", "EG"), ("Pékin", "CN"), ("КИЇВ", "UA"), ("Αθήνα", "GR"), ("서울", "KR"), ("Washington", "US"), ("São Paulo", "BR"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "country"), CAPITALS, ids=[name for name, _ in CAPITALS])
def test_a_city_is_known_by_its_names_in_many_scripts(name, country):
    spot = gazetteer().best(name)
    assert spot is not None
    assert spot.country == country


def test_the_region_after_the_comma_decides():
    assert gazetteer().best("Paris", regions=(Region("US", "TX"),)).country == "US"  # type: ignore[union-attr]
    assert gazetteer().best("London", regions=(Region("CA", "08"),)).country == "CA"  # type: ignore[union-attr]
    assert gazetteer().best("Paris", regions=(Region("JP"),)) is None


def test_the_larger_town_wins_and_the_publisher_s_country_outweighs_it():
    assert gazetteer().best("Valencia").country == "ES"  # type: ignore[union-attr]
    assert gazetteer().best("Valencia", country="VE").country == "VE"  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["", " ", "\x00", "zzzzzz", "\uffff", "-", "the government of the day"])
def test_what_is_no_place_is_not_found(name):
    assert gazetteer().find(name) == []
    assert not gazetteer().knows(name)


@pytest.mark.parametrize("part", ["_own", "_other"])
def test_the_file_is_sorted_so_that_halving_finds_every_name(part):
    lines = getattr(gazetteer(), part).rstrip(b"\n").split(b"\n")
    names = [line.split(b"\t")[0] for line in lines]
    assert names == sorted(names)
    for name in names[:: max(1, len(names) // 500)]:
        assert gazetteer().find(name.decode())


def test_folding_keeps_vowel_signs_and_drops_accents():
    assert fold("São Tomé") == "sao tome"
    assert fold("İSTANBUL") == fold("istanbul")
    assert fold("กรุงเทพฯ") != fold("กรงเทพ")
    assert fold("ԵՐԵՎԱՆ") == fold("Երևան")


def test_a_landmark_of_many_towns_has_a_country_and_no_point_on_the_map():
    """Tennis is played in Flushing Meadows, New York; the towns of that name on the map are in other places."""
    text = "FLUSHING MEADOWS (AP) — The sixth Briton reached the second round."
    found = parse_dateline(text, published=None, fetched_at=None, language="en", url=None)
    assert found is not None
    assert (found.place, found.country, found.latitude, found.longitude) == (
        "Flushing Meadows",
        "US",
        None,
        None,
    )
