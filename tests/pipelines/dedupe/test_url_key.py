"""One page, one key; two pages, two keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dedupe import host_of, same_site, url_key

KEY = "https://herald.example/world/story"


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://herald.example/world/story", id="http is https"),
        pytest.param("HTTPS://Herald.EXAMPLE/world/story", id="scheme and host in capitals"),
        pytest.param("https://www.herald.example/world/story", id="a leading www is dropped"),
        pytest.param("https://herald.example:443/world/story", id="the default port of https"),
        pytest.param("http://herald.example:80/world/story", id="the default port of http"),
        pytest.param("https://herald.example./world/story", id="a dot at the end of the host"),
        pytest.param("https://me:secret@herald.example/world/story", id="user and password"),
        pytest.param("https://herald.example/world/story/", id="a slash at the end"),
        pytest.param("https://herald.example/world/story?", id="an empty query"),
        pytest.param("https://herald.example/world/story#comments", id="a fragment"),
        pytest.param("https://herald.example/world/story?utm_source=x&utm_medium=rss", id="utm parameters"),
        pytest.param("https://herald.example/world/story?fbclid=1&gclid=2&mc_cid=3", id="click ids"),
        pytest.param("https://herald.example/world/story;jsessionid=0A1B?PHPSESSID=abc", id="session ids"),
        pytest.param(
            "https://herald.example/world/story?sid=9f8e7d6c5b4a39281706ab", id="a sid that is a session"
        ),
        pytest.param("https://herald.example/world/%73tory", id="a letter that was escaped for nothing"),
        pytest.param("https://herald.example/world/./x/../story", id="dot segments"),
        pytest.param("  https://herald.example/world/sto\nry ", id="white space around, a line break inside"),
        pytest.param("https:\\\\herald.example\\world\\story", id="backslashes, as browsers read them"),
    ],
)
def test_one_page_has_one_key(url: str) -> None:
    assert url_key(url) == KEY


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param("https://x.example/?b=2&a=1", "https://x.example/?a=1&b=2", id="order of the query"),
        pytest.param("https://x.example/caf%c3%a9", "https://x.example/café", id="escapes and letters"),
        pytest.param("https://x.example/?q=a+b", "https://x.example/?q=a%20b", id="plus and %20 in a query"),
        pytest.param("https://bücher.example/", "https://xn--bcher-kva.example", id="IDN and punycode"),
        pytest.param("https://www.www.x.example/", "https://x.example/", id="www twice"),
        pytest.param("https://[2001:DB8::0:1]/a", "https://[2001:db8::1]/a", id="IPv6 in two spellings"),
    ],
)
def test_two_spellings_have_one_key(a: str, b: str) -> None:
    assert url_key(a) == url_key(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param("https://x.example/a", "https://x.example/A", id="case of the path"),
        pytest.param(
            "https://x.example/?id=1", "https://x.example/?id=2", id="an article number in the query"
        ),
        pytest.param(
            "https://x.example/a.php?sid=123", "https://x.example/a.php?sid=124", id="a sid that is a number"
        ),
        pytest.param(
            "https://x.example/?sid=the-story", "https://x.example/?sid=other", id="a sid that is a slug"
        ),
        pytest.param("https://x.example/?a=1&a=2", "https://x.example/?a=2&a=1", id="order of equal names"),
        pytest.param("https://x.example:8080/", "https://x.example/", id="another port"),
        pytest.param("https://m.x.example/", "https://x.example/", id="another host name"),
        pytest.param("https://x.example/a%2Fb", "https://x.example/a/b", id="an escaped slash"),
        pytest.param("https://www.example/", "https://example/", id="www that is the name itself"),
    ],
)
def test_two_pages_have_two_keys(a: str, b: str) -> None:
    assert url_key(a) != url_key(b)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("ftp://x.example/", "not http"),
        ("javascript:alert(1)", "not http"),
        ("/world/story", "not http"),
        ("", "not http"),
        ("https:///story", "names no host"),
        ("https://x.example:99999/", "no port"),
        ("https://x..example/", "no valid name"),
        ("https://a b.example/", "no valid name"),
        ("https://[::zz]/", "malformed|IPv6"),
        ("https://xn--\udcff.example/", "valid|malformed"),
        ("https://x.example/" + "a" * 5000, "5,018 characters"),
    ],
)
def test_what_is_no_web_address_is_refused_in_a_sentence(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        url_key(url)
    assert str(caught.value).endswith(".")


_PIECES = st.lists(
    st.sampled_from(
        [
            "a",
            "B",
            "/",
            "..",
            ".",
            "%41",
            "%2f",
            "%",
            "%%",
            "?",
            "&",
            "=",
            "+",
            ";",
            "é",
            "中",
            "utm_x=1",
            "sid=",
            "#",
            " ",
        ]
    )
    | st.characters(),
    max_size=30,
).map("".join)


@given(
    st.sampled_from(["http://", "https://"]),
    st.sampled_from(["x.example", "www.www.x.example", "bücher.example:80"]),
    _PIECES,
)
def test_the_key_of_a_key_is_itself(scheme: str, host: str, rest: str) -> None:
    try:
        key = url_key(f"{scheme}{host}/{rest}")
    except ValueError:
        return
    assert url_key(key) == key
    assert key.isascii()


@given(st.text(max_size=80))
def test_any_string_gives_a_key_or_a_value_error(printed: str) -> None:
    for url in (printed, "https://" + printed):
        try:
            key = url_key(url)
        except ValueError:
            continue
        assert url_key(key) == key


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.X.example/a", "www.x.example"),
        ("http://x.example:80/", "x.example"),
        ("http://x.example:443/", "x.example:443"),
        ("http://127.0.0.1:8123/a", "127.0.0.1:8123"),
        ("https://[::1]:8443/", "[::1]:8443"),
    ],
)
def test_host_of_names_whom_a_request_goes_to(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        pytest.param(
            "https://www.bbc.co.uk/a", "http://news.bbc.co.uk/b", True, id="two hosts of one domain"
        ),
        pytest.param("https://a.co.uk/", "https://b.co.uk/", False, id="a public suffix is no site"),
        pytest.param("https://a.blogspot.com/", "https://b.blogspot.com/", False, id="two blogs of one host"),
        pytest.param(
            "https://www.x.example/", "https://x.example/", True, id="a top-level domain no list knows"
        ),
        pytest.param("https://x.example/", "https://y.example/", False, id="two names under such a domain"),
        pytest.param("http://127.0.0.1:1/", "http://127.0.0.1:1/", True, id="one address, one port"),
        pytest.param("http://127.0.0.1:1/", "http://127.0.0.1:2/", False, id="one address, two ports"),
        pytest.param("http://10.0.0.1/", "http://20.0.0.1/", False, id="two addresses"),
        pytest.param("http://x.example:8080/", "http://x.example/", False, id="one name, two ports"),
        pytest.param(
            "https://bücher.example/", "https://www.xn--bcher-kva.example/", True, id="IDN and punycode"
        ),
        pytest.param("mailto:a@x.example", "https://x.example/", False, id="no web address"),
    ],
)
def test_same_site(a: str, b: str, same: bool) -> None:
    assert same_site(a, b) is same
