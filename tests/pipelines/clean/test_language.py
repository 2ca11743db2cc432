"""The language as a table: what the page states, what its words tell, what the source knows -> one code."""

from __future__ import annotations

import pytest

from pipelines.items import Rules

from .made_page import read

ARABIC = "".join(
    f"<p>{n}. صوت مجلس المرفأ في وقت متأخر من مساء الأحد على إعادة بناء الرصيف الشمالي بعد عاصفة الشتاء.</p>"
    for n in range(6)
)


GERMAN = "".join(
    f"<p>{n}. Der Rat hat in der Nacht auf Montag mit neun zu vier Stimmen für den Bau der Mole gestimmt, die seit dem Sturm fehlt.</p>"
    for n in range(6)
)
NUMBERS = "".join(
    f"<p>Rockledge Palmetto {n} Melbourne Westshore Bayside Cocoa Titusville Astronaut.</p>"
    for n in range(20)
)
HINDI = (
    "<p>परिषद ने रविवार की देर रात को उत्तरी घाट को फिर से बनाने के पक्ष में मतदान किया है और यह काम सितंबर में शुरू होगा।</p>"
    * 4
)
KOREAN = "<p>항만 위원회는 일요일 밤 늦게 폭풍으로 무너진 북쪽 부두를 다시 짓기로 의결했다고 밝혔다.</p>" * 6


@pytest.mark.parametrize(
    ("lang", "head", "body", "rules", "language"),
    [
        pytest.param(' lang="de-AT"', "", f"<h1>x</h1>{NUMBERS}", Rules(), "de", id="the html element"),
        pytest.param(' lang="nb_NO"', "", f"<h1>x</h1>{NUMBERS}", Rules(), "no", id="Bokmål is Norwegian"),
        pytest.param(
            "",
            '<meta http-equiv="content-language" content="fr, en">',
            f"<h1>x</h1>{NUMBERS}",
            Rules(),
            "fr",
            id="a meta",
        ),
        pytest.param(
            "",
            '<meta property="og:locale" content="es_MX">',
            f"<h1>x</h1>{NUMBERS}",
            Rules(),
            "es",
            id="og:locale",
        ),
        pytest.param(
            ' lang="{{lang}}"',
            "",
            f"<h1>x</h1>{NUMBERS}",
            Rules(language="it"),
            "it",
            id="a template's hole; the source knows",
        ),
        pytest.param(
            ' lang="en"', "", f"<h1>x</h1>{ARABIC}", Rules(), "ar", id="a theme left at en over Arabic text"
        ),
        pytest.param(
            "", "", f"<h1>x</h1>{ARABIC}", Rules(language="en"), "ar", id="the text, before the source's own"
        ),
        pytest.param("", "", f"<h1>x</h1>{GERMAN}", Rules(language="ar"), "de", id="words tell, unstated"),
        pytest.param(
            ' lang="en-US"',
            "",
            f"<h1>x</h1>{GERMAN}",
            Rules(),
            "de",
            id="a theme left at en over German text",
        ),
        pytest.param(
            "",
            "",
            f"<h1>x</h1>{NUMBERS}",
            Rules(language="ar"),
            None,
            id="the source never against the script",
        ),
        pytest.param(
            "",
            "",
            f"<h1>x</h1>{NUMBERS}",
            Rules(language="sv"),
            "sv",
            id="the source where words do not tell",
        ),
        pytest.param(
            ' lang="fa"', "", f"<h1>x</h1>{ARABIC[:400]}", Rules(), "fa", id="few words overrule nobody"
        ),
        pytest.param("", "", f"<h1>x</h1>{HINDI}", Rules(), "hi", id="one of several in its script"),
        pytest.param("", "", f"<h1>x</h1>{KOREAN}", Rules(), "ko", id="a script of its own"),
        pytest.param("", "", f"<h1>x</h1>{NUMBERS}", Rules(), None, id="nothing said"),
    ],
)
def test_language(lang: str, head: str, body: str, rules: Rules, language: str | None) -> None:
    assert read(lang=lang, head=head, body=body, rules=rules).language == language
