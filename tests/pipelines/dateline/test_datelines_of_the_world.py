"""Openings as papers and agencies around the world set them, and sentences that begin like one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipelines.dateline import parse_dateline
from pipelines.items import Dateline

PUBLISHED = date(2019, 3, 4)


def read(text: str, language: str, *, url: str | None = None, body: str = "") -> Dateline | None:
    fetched = datetime(2019, 3, 5, tzinfo=UTC)
    return parse_dateline(
        text, published=PUBLISHED, fetched_at=fetched, language=language, url=url, body=body
    )


# text, language, place, country, agencies, whether the fourth of March is printed
WORLD = [
    ("NAIROBI, March 4 (Xinhua) -- The harbour line carried its first train.", "en", "Nairobi", "KE", ("Xinhua",), True),
    ("KARACHI: The harbour line carried its first train on Monday.", "en", "Karachi", "PK", (), False),
    ("SUVA (Pacnews) — The ferry sails again.", "en", "Suva", "FJ", ("Pacnews",), False),
    ("ACCRA, March 4, GNA – The bridge is open.", "en", "Accra", "GH", ("GNA",), True),
    ("Lagos (NAN) The bridge is open.", "en", "Lagos", "NG", ("NAN",), False),
    ("JOHANNESBURG - The mine opened on Monday.", "en", "Johannesburg", "ZA", (), False),
    ("São Paulo, 4 de março (Reuters) - A ponte reabriu.", "pt", "São Paulo", "BR", ("Reuters",), True),
    ("Luanda, 04 Mar (Angop) - A ponte reabriu.", "pt", "Luanda", "AO", ("ANGOP",), True),
    ("MADRID, 4 (EUROPA PRESS) - El puente reabre.", "es", "Madrid", "ES", ("Europa Press",), True),
    ("Bogotá, 4 mar. (EFE).- El puente reabre.", "es", "Bogotá", "CO", ("EFE",), True),
    ("LA PAZ, Bolivia (AP) — El puente reabre.", "es", "La Paz", "BO", ("AP",), False),
    ("Buenos Aires, 4 de marzo (Télam) – El puente reabre.", "es", "Buenos Aires", "AR", ("Télam",), True),
    ("Dakar, 4 mars (APS) - Le pont rouvre.", "fr", "Dakar", "SN", ("APS",), True),
    ("GENÈVE (ats) - Le pont rouvre.", "fr", "Genève", "CH", ("ATS",), False),
    ("Bruxelles (Belga) Le pont rouvre.", "fr", "Bruxelles", "BE", ("Belga",), False),
    ("ROMA (ITALPRESS) - Il ponte riapre.", "it", "Roma", "IT", ("Italpress",), False),
    ("Milano, 4 mar. (askanews) - Il ponte riapre.", "it", "Milano", "IT", ("askanews",), True),
    ("(AGI) - Palermo, 4 mar. - Il ponte riapre.", "it", "Palermo", "IT", ("AGI",), True),
    ("Wien (APA) - Die Brücke ist offen.", "de", "Wien", "AT", ("APA",), False),
    ("BERN (sda) - Die Brücke ist offen.", "de", "Bern", "CH", ("SDA",), False),
    ("Zürich, 4. März 2019 - Die Brücke ist offen.", "de", "Zürich", "CH", (), True),
    ("AMSTERDAM (ANP) - De brug is open.", "nl", "Amsterdam", "NL", ("ANP",), False),
    ("Rotterdam - De brug is weer open.", "nl", "Rotterdam", "NL", (), False),
    ("MALMÖ. Bron är öppen igen efter reparationen.", "sv", "Malmö", "SE", (), False),
    ("Göteborg (TT) Bron är öppen igen.", "sv", "Göteborg", "SE", ("TT",), False),
    ("BERGEN (NTB): Broen er åpnet.", "no", "Bergen", "NO", ("NTB",), False),
    ("AARHUS (Ritzau) - Broen er åben.", "da", "Aarhus", "DK", ("Ritzau",), False),
    ("Tampere (STT) - Silta on auki.", "fi", "Tampere", "FI", ("STT",), False),
    ("WARSZAWA (PAP) - Most otwarto.", "pl", "Warszawa", "PL", ("PAP",), False),
    ("Kraków, 4 marca (PAP) - Most otwarto.", "pl", "Kraków", "PL", ("PAP",), True),
    ("Praha 4. března (ČTK) - Most je otevřen.", "cs", "Praha", "CZ", ("CTK",), True),
    ("BRATISLAVA 4. marca (TASR) - Most je otvorený.", "sk", "Bratislava", "SK", ("TASR",), True),
    ("Budapest, 2019. március 4., hétfő (MTI) - A híd megnyílt.", "hu", "Budapest", "HU", ("MTI",), True),
    ("BUCUREȘTI, 4 mar – Sputnik. Podul s-a redeschis.", "ro", "București", "RO", ("Sputnik",), True),
    ("ZAGREB, 4. ožujka (Hina) - Most je otvoren.", "hr", "Zagreb", "HR", ("HINA",), True),
    ("BEOGRAD, 4. marta (Tanjug) - Most je otvoren.", "sr", "Beograd", "RS", ("Tanjug",), True),
    ("БЕОГРАД, 4. марта (Танјуг) - Мост је отворен.", "sr", "Београд", "RS", ("Tanjug",), True),
    ("Ljubljana, 4. marca (STA) - Most je odprt.", "sl", "Ljubljana", "SI", ("STA",), True),
    ("СОФИЯ, 4 март (БТА) - Мостът е отворен.", "bg", "София", "BG", ("BTA",), True),
    ("СКОПЈЕ, 4 март (МИА) - Мостот е отворен.", "mk", "Скопје", "MK", ("MIA",), True),
    ("КИЇВ, 4 березня (Укрінформ) — Міст відкрито.", "uk", "Київ", "UA", ("Ukrinform",), True),
    ("МИНСК, 4 марта /БЕЛТА/. Мост открыт.", "ru", "Минск", "BY", ("BelTA",), True),
    ("АСТАНА, 4 марта (КазТАГ) - Мост открыт.", "ru", "Астана", "KZ", ("KazTAG",), True),
    ("ΑΘΗΝΑ, 4 Μαρτίου (ΑΠΕ-ΜΠΕ) - Η γέφυρα άνοιξε.", "el", "Αθηνα", "GR", ("ANA-MPA",), True),
    ("ANKARA (AA) - Köprü açıldı.", "tr", "Ankara", "TR", ("AA",), False),
    ("İSTANBUL, 4 Mart (DHA) - Köprü açıldı.", "tr", "İstanbul", "TR", ("DHA",), True),
    ("Bakı, 4 mart, AZƏRTAC - Körpü açıldı.", "az", "Bakı", "AZ", ("AZERTAC",), True),
    ("Երևան, 4 մարտի (Արմենպրես) - Կամուրջը բացվեց։", "hy", "Երևան", "AM", ("Armenpress",), True),
    ("القاهرة - أ ش أ: أعيد فتح الجسر.", "ar", "القاهرة", "EG", ("MENA",), False),
    ("الرباط (و م ع) - أعيد فتح الجسر.", "ar", "الرباط", "MA", ("MAP",), False),
    ("دمشق-سانا: أعيد فتح الجسر.", "ar", "دمشق", "SY", ("SANA",), False),
    ("اصفهان - ایرنا - پل باز شد.", "fa", "اصفهان", "IR", ("IRNA",), False),
    ("اسلام آباد (اے پی پی) پل کھول دیا گیا۔", "ur", "اسلام آباد", "PK", ("APP",), False),
    ("नई दिल्ली, 4 मार्च (भाषा) पुल खुल गया।", "hi", "नई दिल्ली", "IN", ("PTI-Bhasha",), True),
    ("काठमाडौं, ४ मार्च (रासस) - पुल खुल्यो।", "ne", "काठमाडौं", "NP", ("RSS",), True),
    ("ঢাকা, ৪ মার্চ (বাসস) : সেতু খুলে দেওয়া হয়েছে।", "bn", "ঢাকা", "BD", ("BSS",), True),
    ("சென்னை, மார்ச் 4 (பிடிஐ) - பாலம் திறக்கப்பட்டது.", "ta", "சென்னை", "IN", ("PTI",), True),
    ("Jakarta (ANTARA) - Jembatan dibuka kembali.", "id", "Jakarta", "ID", ("ANTARA",), False),
    ("Surabaya, Kompas.com - Jembatan dibuka kembali.", "id", "Surabaya", "ID", ("Kompas.com",), False),
    ("KUALA LUMPUR, 4 Mac (Bernama) -- Jambatan dibuka semula.", "ms", "Kuala Lumpur", "MY", ("Bernama",), True),
    ("MANILA, March 4 (PNA) -- The bridge opened.", "en", "Manila", "PH", ("PNA",), True),
    ("Hà Nội (TTXVN) - Cầu mở lại.", "vi", "Hà Nội", "VN", ("TTXVN",), False),
    ("กรุงเทพฯ 4 มี.ค. - สะพานเปิดแล้ว", "th", "กรุงเทพฯ", "TH", (), True),
    ("中新社北京3月4日电 大桥重新开放。", "zh", "北京", "CN", ("中新社",), True),
    ("（中央社台北4日電）大橋重新開放。", "zh", "台北", "TW", ("CNA",), True),
    ("【ロンドン時事】橋が再開した。", "ja", "ロンドン", "GB", ("Jiji",), False),
    ("【北京＝山田太郎】橋が再開した。", "ja", "北京", "CN", (), False),
    ("(서울=뉴스1) 김철수 기자 = 다리가 열렸다.", "ko", "서울", "KR", ("News1",), False),
    ("[서울=뉴시스] 다리가 열렸다.", "ko", "서울", "KR", ("Newsis",), False),
    ("TALLINN, 4. märts (BNS) - Sild avati.", "et", "Tallinn", "EE", ("BNS",), True),
    ("Rīga, 4. marts (LETA) - Tilts atvērts.", "lv", "Rīga", "LV", ("LETA",), True),
    ("Vilnius, kovo 4 d. (BNS). Tiltas atidarytas.", "lt", "Vilnius", "LT", ("BNS",), True),
    ("DODOMA, Machi 4 - Daraja limefunguliwa.", "sw", "Dodoma", "TZ", (), True),
    ("Reykjavík (mbl.is) - Brúin var opnuð.", "is", "Reykjavík", "IS", ("mbl.is",), False),
    ("BARCELONA, 4 març (ACN) - El pont reobre.", "ca", "Barcelona", "ES", ("ACN",), True),
    ("TIRANË, 4 mars (ATSH) - Ura u hap.", "sq", "Tiranë", "AL", ("ATSH",), True),
    ("თბილისი, 4 მარტი (ინტერპრესნიუსი) - ხიდი გაიხსნა.", "ka", "თბილისი", "GE", ("InterPressNews",), True),
    ("Ulaanbaatar, March 4 (MONTSAME) – The bridge opened.", "en", "Ulaanbaatar", "MN", ("MONTSAME",), True),
    ("CAPE TOWN - Die brug is weer oop.", "af", "Cape Town", "ZA", (), False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "language", "place", "country", "agencies", "dated"),
    WORLD,
    ids=[f"{row[1]}: {row[0][:30]}" for row in WORLD],
)
def test_an_opening_of_the_world_is_read(
    text: str, language: str, place: str, country: str, agencies: tuple[str, ...], dated: bool
) -> None:
    found = read(text, language)
    assert found is not None
    assert (found.place, found.country, found.agencies) == (place, country, agencies)
    assert found.date == (PUBLISHED if dated else None)


BEGINNINGS = [
    ("Berlin, 1936. Die Spiele beginnen im Regen.", "de"),
    ("Paris, Mai 1968. Studenten bauen Barrikaden in den Straßen.", "de"),
    ("Paris, May 1968: students build barricades.", "en"),
    ("Berlin, 9 November 1989. A spokesman reads from a slip of paper.", "en"),
    ("Berlin, 9. November 1989. Ein Sprecher liest von einem Zettel.", "de"),
    ("Rom brennt. Die Feuerwehr ist im Einsatz.", "de"),
    ("Hamburg oder Köln? Die Frage bleibt offen.", "de"),
    ("Bonn: Ein Nachruf", "de"),
    ("Real Madrid - Barcelona 2:1", "es"),
    ("Nice, c'est fini pour cette année.", "fr"),
    ("Reading is fun, say the pupils.", "en"),
    ("Milano – Sanremo: la corsa più lunga", "it"),
    ("Chicago, Chicago, that toddling town", "en"),
    ("Jordan: I never thought about leaving.", "en"),
    ("PARIS HILTON: 'I am back'", "en"),
    ("London Bridge is falling down.", "en"),
    ("(Photo: Reuters) The bridge", "en"),
    ("VIENNA SAUSAGES – the recipe", "en"),
    ("MOSKAU 1941. Der Winter kommt früh.", "de"),
    ("Wien, Wien, nur du allein", "de"),
    ("Lyon. Trois lettres de trop.", "fr"),
    ("Tokyo 2020: was von den Spielen bleibt", "de"),
    ("São Paulo 2 x 1 Santos", "pt"),
    ("Roma-Lazio 2-0: le pagelle", "it"),
    ("Madrid, capital de España, celebra", "es"),
    ("Berlin, Hauptstadt der Bundesrepublik, wächst.", "de"),
    ("Oslo, Norway's capital, woke up to snow.", "en"),
    ("Москва, столица России, отмечает праздник.", "ru"),
    ("北京时间3月4日，大桥开放。", "zh"),
    ("東京都は4日、橋を公開した。", "ja"),
    ("서울 시장은 4일 다리를 열었다.", "ko"),
    ("Kairo (1922) – der Film", "de"),
    ("القاهرة مدينة كبيرة - وهي العاصمة", "ar"),
    ("Paris - Roubaix: the hardest race", "en"),
    ("Berlin – eine Stadt im Wandel", "de"),
    ("Istanbul - city of cats", "en"),
    ("NEW YORK TIMES - The best of the week", "en"),
    ("Köln, Bonn, Aachen: wo Wohnen teuer ist", "de"),
    ("London calling: the band is back", "en"),
    ("Manchester City - Arsenal: live", "en"),
    ("Frankfurt. München. Berlin. Drei Städte, ein Problem.", "de"),
    ("Hong Kong is burning. The authorities", "en"),
    ("Sydney Sweeney: the interview", "en"),
    ("Geneva Conventions: what they say", "en"),
    ("Delhi Belly: A guide", "en"),
    ("Interview: \"Wir haben Zeit\"", "de"),
    ("Update, March 4: The bridge is open.", "en"),
    ("Monday, March 4 - The bridge opens.", "en"),
    ("4 March 2019 – 12 minutes to read", "en"),
    ("March 4, 2019 | By Jane Roe", "en"),
    ("Von Jane Roe, Berlin", "de"),
    ("Jane Roe, Berlin – Korrespondentin", "de"),
    ("Kraków – Zakopane: korki na trasie", "pl"),
    ("Praha - Brno: dálnice je zavřená", "cs"),
    ("Beyrouth, ma ville. Un roman.", "fr"),
    ("Casablanca: a film that never ages", "en"),
    ("Casablanca – Michael Curtiz, 1942", "en"),
    ("Philadelphia (1993): Tom Hanks as a lawyer", "en"),
    ("Bundesliga: Köln verliert", "de"),
    ("Florence: We never knew", "en"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "language"), BEGINNINGS, ids=[row[0][:40] for row in BEGINNINGS])
def test_a_sentence_or_a_title_that_begins_like_a_dateline_is_none(text: str, language: str) -> None:
    assert read(text, language) is None


def test_the_scene_of_an_old_story_is_a_dateline_where_an_agency_signs_it() -> None:
    found = read("BERLIN, 9 November 1989 (AP) - A spokesman reads from a slip of paper.", "en")
    assert found is not None
    assert found.date == date(1989, 11, 9)


VILLAGE = "QUELLDORF. Wie die Feuerwehr mitteilt, stand am Montag eine Scheune in Flammen."


@pytest.mark.parametrize(
    ("url", "body", "place"),
    [
        pytest.param("https://paper.example/scheune-in-quelldorf-brennt/", "", "Quelldorf", id="its address says where"),
        pytest.param(None, f"{VILLAGE} Die Straße nach Quelldorf ist gesperrt.", "Quelldorf", id="its text says where"),
        pytest.param(None, "", None, id="nothing says that it is a place"),
        pytest.param(None, f"{VILLAGE} Die Quelldorfer helfen.", None, id="its people are no place"),
    ],
)  # fmt: skip
def test_a_village_that_no_map_has_is_believed_where_address_or_text_name_it_as_a_place(
    url: str | None, body: str, place: str | None
) -> None:
    found = read(VILLAGE, "de", url=url, body=body)
    assert (found.place if found else None) == place


def test_an_outlet_signs_with_the_beginning_of_its_address() -> None:
    text = "Valley News – Police are looking for witnesses."
    found = read(text, "en", url="https://www.valleynewsonline.example/2019/police")
    assert found is not None
    assert found.agencies == ("Valley News",)
    assert read(text, "en", url="https://www.other.example/2019/police") is None


def test_a_credit_glued_to_the_story_takes_no_name_for_a_place() -> None:
    found = read("(CNN)President Jane Roe, according to her office, made an unscheduled visit.", "en")
    assert found is not None
    assert (found.place, found.agencies) == (None, ("CNN",))


def test_a_second_place_may_stand_behind_the_region_of_the_first() -> None:
    found = read("Steinheim, Nordrhein-Westfalen/Stuttgart. Der Versorger hat einen Windpark gebaut.", "de")
    assert found is not None
    assert (found.place, found.country) == ("Steinheim / Stuttgart", "DE")
