"""What agencies print in front of a story, and what we read of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipelines.dateline import parse_dateline
from pipelines.items import Dateline

FETCHED = datetime(2019, 3, 5, 6, tzinfo=UTC)
PUBLISHED = date(2019, 3, 4)


def read(text: str, language: str = "en", **known: object) -> Dateline | None:
    return parse_dateline(
        text,
        published=known.get("published", PUBLISHED),  # type: ignore[arg-type]
        fetched_at=known.get("fetched_at", FETCHED),  # type: ignore[arg-type]
        language=language,
        url=known.get("url"),  # type: ignore[arg-type]
        country=known.get("country"),  # type: ignore[arg-type]
        body=str(known.get("body", "")),
    )


# text, language, place, country, agencies, date as (month, day) or whole or None
FORMS = [
    ("BAGHDAD, March 4, (Agencies): Engineers reopened the bridge.", "en", "Baghdad", "IQ", ("Agencies",), "2019-03-04"),
    ("OSLO, March 4 (Reuters) - The fund sold its shares.", "en", "Oslo", "NO", ("Reuters",), "2019-03-04"),
    ("LIMA (AP) — A court heard the appeal.", "en", "Lima", "PE", ("AP",), None),
    ("AMMAN, March 3, (AP/AFP): Teachers returned to class.", "en", "Amman", "JO", ("AP", "AFP"), "2019-03-03"),
    ("DUBLIN, Ohio (AP) — A plant will close.", "en", "Dublin", "US", ("AP",), None),
    ("VIENNA, Ga. — The county votes today.", "en", "Vienna", "US", (), None),
    ("Mumbai [India], Mar 4 (ANI): Trains ran late.", "en", "Mumbai", "IN", ("ANI",), "2019-03-04"),
    ("HARBOUR GATE, Jamaica — The ferry stayed in port.", "en", "Harbour Gate", "JM", (), None),
    ("MOSCOW, March 4. /TASS/. The ministry named a date.", "en", "Moscow", "RU", ("TASS",), "2019-03-04"),
    ("ST. PETERSBURG, March 4. /TASS/. The yard launched a tug.", "en", "St. Petersburg", "RU", ("TASS",), "2019-03-04"),
    ("(ANSA) - NAPOLI, 4 MAR - Il porto riapre.", "it", "Napoli", "IT", ("ANSA",), "2019-03-04"),
    ("Sevilla, 4 mar (EFE).- La feria abrió sus puertas.", "es", "Sevilla", "ES", ("EFE",), "2019-03-04"),
    ("Porto, 04 mar 2019 (Lusa) - A ponte reabriu.", "pt", "Porto", "PT", ("Lusa",), "2019-03-04"),
    ("Hamburg (dpa/lno) - Die Fähre fährt wieder.", "de", "Hamburg", "DE", ("dpa",), None),
    ("Brno 4. března (ČTK) - Město otevřelo most.", "cs", "Brno", "CZ", ("CTK",), "2019-03-04"),
    ("Kassel. Die Stadt baut eine Brücke über die Fulda.", "de", "Kassel", "DE", (), None),
    ("LYON, 4 mars (AFP) - Le marché rouvre.", "fr", "Lyon", "FR", ("AFP",), "2019-03-04"),
    ("КАЗАНЬ, 4 марта. /ТАСС/. Мост открыт.", "ru", "Казань", "RU", ("TASS",), "2019-03-04"),
    ("İZMİR (AA) - Feribot seferleri başladı.", "tr", "İzmir", "TR", ("AA",), None),
    ("بيروت 4 آذار (أ ف ب) - أعيد فتح الجسر.", "ar", "بيروت", "LB", ("AFP",), "2019-03-04"),
    ("تهران، ۱۳ اسفند ۱۳۹۷ (ایرنا) - پل باز شد.", "fa", "تهران", "IR", ("IRNA",), "2019-03-04"),
    ("Jeddah, Jumada al-Thani 27, 1440, March 4, 2019, SPA -- The port opened.", "en", "Jeddah", "SA", ("SPA",), "2019-03-04"),
    ("เชียงใหม่ 4 มี.ค. – สะพานเปิดแล้ว", "th", "เชียงใหม่", "TH", (), "2019-03-04"),
    ("新华社上海3月4日电 大桥重新开放。", "zh", "上海", "CN", ("Xinhua",), "2019-03-04"),
    ("（中央社記者林小華高雄4日電）大橋重新開放。", "zh", "高雄", "TW", ("CNA",), "2019-03-04"),
    ("【パリ共同】橋が再開した。", "ja", "パリ", "FR", ("Kyodo",), None),
    ("(부산=연합뉴스) 김철수 기자 = 다리가 열렸다.", "ko", "부산", "KR", ("Yonhap",), None),
    ("BERN and GENEVA, March 4, 2019 /PRNewswire/ -- Two firms merge.", "en", "BERN / GENEVA", "CH", ("PRNewswire",), "2019-03-04"),
    ("TURIN--(BUSINESS WIRE)--March 4, 2019--The maker named a chief.", "en", "Turin", "IT", ("BUSINESS WIRE",), "2019-03-04"),
    ("DENVER (03/04/2019) — The school opens.", "en", "Denver", "US", (), "2019-03-04"),
    ("SUVA, Monday – The ferry sails again.", "en", "Suva", "FJ", (), "2019-03-04"),
    ("(Adds quotes)\nRIGA, March 4 (LETA) - The bridge opened.", "en", "Riga", "LV", ("LETA",), "2019-03-04"),
    ("By Jane Roe\nTUNIS (Reuters) - The port opened.", "en", "Tunis", "TN", ("Reuters",), None),
    ("(Reuters) - The maker named a chief.", "en", None, None, ("Reuters",), None),
    ("Perth, 04/03/2019 – The port lifted its ban.", "en", "Perth", "AU", (), "2019-03-04"),
    ("Harian.com, Bandung - Jembatan dibuka.", "id", "Bandung", "ID", ("Harian.com",), None),
    ("BANDUNG, Harian.co.id -- Jembatan dibuka.", "id", "Bandung", "ID", ("Harian.co.id",), None),
    ("VEGA via JTA — The bridge opened.", "en", None, None, ("JTA",), None),
    ("TAIPEI (Island News) — The bridge opened.", "en", "Taipei", "TW", ("Island News",), None),
    ("O'FALLON, Mo. (KBRG) — The bridge opened.", "en", "O'Fallon", "US", ("KBRG",), None),
    ("Halle (Saale) (dpa/sa) - Die Brücke ist offen.", "de", "Halle", "DE", ("dpa",), None),
    ("(Leipzig) - Die Brücke ist offen.", "de", "Leipzig", "DE", (), None),
    ("Nantes, le 4 mars 2019 - Le pont rouvre.", "fr", "Nantes", "FR", (), "2019-03-04"),
    ("Hà Nội, ngày 4/3 - Cầu mở lại.", "vi", "Hà Nội", "VN", (), "2019-03-04"),
    ("МОСКВА, 4 мар – РИА Новости. Мост открыт.", "ru", "Москва", "RU", ("RIA Novosti",), "2019-03-04"),
    ("الدوحة في 4 مارس /قنا/ أعيد فتح الجسر.", "ar", "الدوحة", "QA", ("QNA",), "2019-03-04"),
    ("عواصم - وكالات: أعيد فتح الجسر.", "ar", None, None, ("Agencies",), None),
    ("MULTAN (Staff Reporter): The bridge opened.", "en", "Multan", "PK", (), None),
    ("Our Correspondent, Sylhet\n\nThe bridge opened.", "en", "Sylhet", "BD", (), None),
    ("Pressemitteilung vom 4. März 2019 | Bonn – Die Brücke ist offen.", "de", "Bonn", "DE", (), "2019-03-04"),
    ("PALM VALLEY COUNTY, Calif. (KBRG) -- The bridge opened.", "en", "Palm Valley County", "US", ("KBRG",), None),
    ("VANCOUVER, British Columbia--(Newsfile Corp. - March 4, 2019) - The mine opened.", "en", "Vancouver", "CA", ("Newsfile Corp.",), "2019-03-04"),
    ("MUSCAT (Oman) - The bridge opened.", "en", "Muscat", "OM", (), None),
    ("नई दिल्ली। पुल फिर से खुल गया और यातायात शुरू हुआ।", "hi", "नई दिल्ली", "IN", (), None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "language", "place", "country", "agencies", "day"), FORMS, ids=[row[0][:40] for row in FORMS]
)
def test_an_opening_is_read(text, language, place, country, agencies, day):
    found = read(text, language)
    assert found is not None
    assert (found.place or "").casefold() == (place or "").casefold()
    assert found.country == country
    assert found.agencies == agencies
    assert (found.date.isoformat() if found.date else None) == day
    assert found.confidence >= 0.5
    assert text[found.end :].strip()[:3].strip() != ""
    assert text[: found.end].strip() != ""


LOOK_ALIKES = [
    ("Halle. Turnhalle. Umkleide. Mehr Räume hat die Schule nicht.", "de"),
    ("Analysis: why the bridge matters", "en"),
    ("ENGINEERS FROM FIVE COUNTRIES MET ON MONDAY to talk about bridges.", "en"),
    ("WATCH: The bridge opens", "en"),
    ("EXCLUSIVE: Minister knew of cracks", "en"),
    ("LYON - Nantes: follow the match from eight.", "en"),
    ("LYON, LYON: the fans sang until the gates shut.", "en"),
    ("Vienna (and much of the valley) woke to fog.", "en"),
    ("BEIRUT (1999) — still the best album?", "en"),
    ("MADRID (AP Photo) A crowd gathers.", "en"),
    ("OTTAWA's mayor said on Monday that she would go.", "en"),
    ("March 4, 1941, was the day the bridge fell.", "en"),
    ("Rome. The very word sounds like a bell.", "en"),
    ("Published March 4, 2019", "en"),
    ("The bridge over the Tigris was reopened on Monday.", "en"),
    ("Startet am 4. März: Der neue Fahrplan", "de"),
    ("May Carter, 22, from Leeds, won the draw.", "en"),
    ("3月4日，记者从市政府获悉，大桥开放。", "zh"),
    ("【写真＝共同】橋を渡る人たち", "ja"),
    ("[속보] 다리 열려", "ko"),
    ("", "en"),
    ("—", "en"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "language"), LOOK_ALIKES, ids=[row[0][:40] or "nothing" for row in LOOK_ALIKES]
)
def test_what_only_looks_like_a_dateline_is_left_alone(text, language):
    assert read(text, language) is None


def test_coordinates_come_with_a_place_on_the_map():
    found = read("BAGHDAD, March 4 (Reuters) - The bridge opened.")
    assert found is not None
    assert found.latitude == pytest.approx(33.34, abs=0.1)
    assert found.longitude == pytest.approx(44.4, abs=0.1)


def test_the_publisher_s_country_decides_between_towns_of_one_name():
    text = "HAMILTON (Staff Reporter): The bridge opened."
    assert read(text, country="NZ").country == "NZ"  # type: ignore[union-attr]
    assert read(text, country="CA").country == "CA"  # type: ignore[union-attr]


def test_the_story_begins_where_the_dateline_ends():
    text = "OSLO, March 4 (Reuters) - The fund sold its shares."
    found = read(text)
    assert found is not None
    assert text[found.end :] == "The fund sold its shares."
    assert found.printed == "OSLO, March 4 (Reuters) -"


def test_an_agency_does_not_make_a_village_a_place_on_the_map():
    found = read("NOWHERE JUNCTION (AP) — The bridge opened.")
    assert found is not None
    assert (found.place, found.country, found.latitude) == ("Nowhere Junction", None, None)
