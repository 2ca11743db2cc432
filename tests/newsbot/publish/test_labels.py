"""Words and numbers as a reader wants them."""

from __future__ import annotations

import pytest

from newsbot.publish import labels


@pytest.mark.parametrize(
    ("printed", "day", "instant", "clock"),
    [
        pytest.param("2014-06-22", "22 June 2014", "22 June 2014", "", id="a day"),
        pytest.param("2014-06", "June 2014", "June 2014", "", id="a month"),
        pytest.param(
            "2014-06-22T10:05:00Z", "22 June 2014", "22 June 2014, 10:05 UTC", "10:05 UTC", id="an instant"
        ),
        pytest.param(None, "", "", "", id="nothing"),
        pytest.param("not a date", "not a date", "not a date", "", id="no date stays as printed"),
        pytest.param(
            "2014-99-99T10:05:00Z", "2014-99-99", "2014-99-99T10:05:00Z", "", id="an impossible one"
        ),
    ],
)
def test_dates(printed, day, instant, clock) -> None:
    assert (labels.day(printed), labels.instant(printed), labels.clock(printed)) == (day, instant, clock)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.example/x", True),
        ("http://a.example", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("//a.example/x", False),
        ("https:///x", False),
        ("https://a.example/\nx", False),
        (" https://a.example", False),
        ("http://[::1", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(address, expected) -> None:
    assert bool(labels.web_address(address)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Arab Times", "ltr"),
        ("«الصباح»", "rtl"),
        ("2014 الصباح", "rtl"),
        ("123", "ltr"),
        (None, "ltr"),
        ("שלום", "rtl"),
    ],
)
def test_direction_by_the_first_letter(text, expected) -> None:
    assert labels.direction(text) == expected


def test_cut_keeps_short_text_and_ends_long_text() -> None:
    assert labels.cut("short", 10) == "short"
    assert labels.cut("x" * 1_000_000, 10) == "x" * 9 + "…"
    assert labels.cut("a\u202eb\x00c", 10) == "abc"
    assert labels.cut(None, 10) == ""


def test_names_of_places_and_languages() -> None:
    assert (labels.country("IQ"), labels.country("iq"), labels.country("??")) == ("Iraq", "Iraq", "??")
    assert (labels.language("ar"), labels.language("xx-unknown")) == ("Arabic", "xx-unknown")


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 bytes"), (999, "999 bytes"), (40_000, "40.0 KB"), (5 * 10**12, "5000.0 GB")]
)
def test_sizes(count, text) -> None:
    assert labels.size(count) == text
