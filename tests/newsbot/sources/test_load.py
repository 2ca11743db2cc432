"""sources.toml in: what is right comes out typed, what is wrong is one sentence with file, source and key."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsbot.sources import Expect, Source, load
from newsbot.sources.keys import KEYS
from newsbot.sources.load import parse
from pipelines.dedupe import url_key
from pipelines.errors import ConfigurationError
from pipelines.items import Found, Kind, Rules, Via

PATH = Path("papers.toml")
MINIMAL = '[[source]]\nid = "paper"\nname = "The Paper"\nhomepage = "https://paper.example/"\n'
FULL = r"""
[defaults]
contact = "editor@example.org"
delay = 5
exclude = ["/video/"]

[[source]]
id = "arabtimes"
name = "Arab Times"
homepage = "https://www.example.com"
country = "kw"
language = "en-GB"
timezone = "Asia/Kuwait"
feeds = ["https://www.example.com/feed/", "/rss.xml"]
sitemaps = ["/news-sitemap.xml"]
sections = ["/world/", "world/"]
every = "90m"
revisit = ["1h", "1d"]
max_requests = 50
max_bytes = "20MB"
max_minutes = 1.5
include = ['/20\d\d/']
strip = ["//aside"]
store = "text"
publish = "excerpt"
retain = "365d"
allow_private = true
expect = { articles_a_day = [5, 200], with_date = 0.9, with_byline = 0.5 }

[[source]]
id = "second"
name = "Second"
homepage = "http://second.example:8080/en/"
"""


def read(text: str) -> Source:
    return parse(text, PATH).sources[0]


def fault(text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        parse(text, PATH)
    return str(caught.value)


def test_every_key_arrives_typed_and_defaults_fill_the_gaps() -> None:
    sources = parse(FULL.replace(', "world/"', ""), PATH)
    first, second = sources
    assert sources.defaults.contact == "editor@example.org"
    assert (first.country, first.language, first.homepage) == ("KW", "en", "https://www.example.com/")
    assert (first.every, first.revisit, first.retain) == (5400, (3600, 86400), 365 * 86400)
    assert (first.delay, first.max_bytes, first.max_minutes) == (5.0, 20_000_000, 1.5)
    assert first.expect == Expect((5, 200), 0.9, 0.5)
    assert first.rules() == Rules("Arab Times", "en", "KW", "Asia/Kuwait", ("//aside",))
    assert (second.delay, second.feeds, second.sitemaps, second.retain) == (5.0, None, "auto", None)
    assert second.revisit == (3600, 6 * 3600, 86400, 7 * 86400, 30 * 86400)
    assert [pattern.pattern for pattern in second.exclude] == ["/video/"]


def test_sources_cross_processes() -> None:
    sources = parse(FULL.replace(', "world/"', ""), PATH)
    assert pickle.loads(pickle.dumps(sources)) == sources  # noqa: S301  (our own bytes)


def test_listings_are_absolute_each_once_with_the_homepage_where_something_is_to_be_found() -> None:
    first, second = parse(FULL.replace(', "world/"', ', "https://www.example.com/world/"'), PATH)
    assert first.listings() == (
        ("https://www.example.com/feed/", Kind.FEED),
        ("https://www.example.com/rss.xml", Kind.FEED),
        ("https://www.example.com/news-sitemap.xml", Kind.SITEMAP),
        ("https://www.example.com/world/", Kind.SECTION),
    )
    assert second.listings() == (("http://second.example:8080/en/", Kind.HOMEPAGE),)


@pytest.mark.parametrize(
    ("lines", "url", "wanted"),
    [
        pytest.param("", "https://paper.example/x", True, id="without patterns every URL is wanted"),
        pytest.param(r"include = ['/20\d\d/']", "https://paper.example/2026/x", True, id="include is searched for, not matched whole"),
        pytest.param(r"include = ['/20\d\d/']", "https://paper.example/about", False, id="what include does not have is out"),
        pytest.param("include = ['/a/', '/b/']", "https://paper.example/b/x", True, id="one include is enough"),
        pytest.param("include = ['/a/']\nexclude = ['video']", "https://paper.example/a/video-1", False, id="exclude wins over include"),
        pytest.param("", "https://paper.example/" + "x" * 3000, False, id="an endless URL is never wanted"),
    ],
)  # fmt: skip
def test_include_and_exclude(lines: str, url: str, wanted: bool) -> None:
    assert read(MINIMAL + lines).wants(url) is wanted


@pytest.mark.parametrize(
    ("lines", "kind", "via", "follows"),
    [
        pytest.param("", Kind.FEED, Via.AUTODISCOVERY, True, id="feeds left out: those of the homepage are followed"),
        pytest.param("feeds = ['/rss']", Kind.FEED, Via.AUTODISCOVERY, False, id="feeds given: no others"),
        pytest.param("", Kind.SITEMAP, Via.ROBOTS, True, id="sitemaps auto: those of robots.txt"),
        pytest.param("sitemaps = ['/s.xml']", Kind.SITEMAP, Via.ROBOTS, False, id="sitemaps given: not those of robots.txt"),
        pytest.param("sitemaps = ['/s.xml']", Kind.SITEMAP, Via.SITEMAP, True, id="sitemaps given: the maps of their index"),
        pytest.param("sitemaps = 'off'", Kind.SITEMAP, Via.SITEMAP, False, id="sitemaps off: none"),
        pytest.param("", Kind.SECTION, Via.SECTION, True, id="further pages of a section"),
        pytest.param("exclude = ['x']", Kind.ARTICLE, Via.FEED, False, id="an excluded article"),
        pytest.param("", Kind.HOMEPAGE, Via.SECTION, False, id="never a homepage"),
    ],
)  # fmt: skip
def test_which_found_links_a_source_follows(lines: str, kind: Kind, via: Via, follows: bool) -> None:
    url = "https://paper.example/x"
    assert (
        read(MINIMAL + lines).follows(Found(url, url_key(url), kind, via, "https://paper.example/"))
        is follows
    )


REFUSED = [
    ("id = 'Arab Times'", 'source "Arab Times": id must be at most 64 small letters', "an id with capitals and spaces"),
    ("id = ''", "source 1: id must be", "an empty id"),
    ("id = 7", "source 1: id must be text in quotes, not 7", "an id that is a number"),
    ("name = ''", "name must be one line of text", "an empty name"),
    ('name = "a\\nb"', "name must be one line", "a name of two lines"),
    ("homepage = 'www.paper.example'", "homepage must be a URL such as", "a homepage without http"),
    ("homepage = 'ftp://paper.example/'", "homepage must be a URL", "a homepage by ftp"),
    ("homepage = 'https://'", "homepage must be a URL", "a homepage without host"),
    ("homepage = 'https://a:b@paper.example/'", "without user name and password", "a homepage with a password"),
    ("homepage = 'https://paper.example:99999/'", "homepage must be a URL", "a port that is none"),
    ("homepage = 'https://paper.example/a b'", "homepage must be a URL", "a space in a URL"),
    ("country = 'Kuwait'", 'country must be a country code of two letters such as "KW", not "Kuwait"; did you mean "KW"?', "a country by its name"),
    ("country = 'UK'", 'did you mean "GB"?', "UK"),
    ("country = 'ZZ'", "country must be a country code", "a country code that is none"),
    ("language = 'English'", 'did you mean "en"?', "a language by its name"),
    ("language = 'xx'", "language must be a language code", "a language that is none"),
    ("timezone = 'Kuwait City'", "timezone must be a time zone", "a zone that is none"),
    ("timezone = 'Asia/Kuwayt'", 'did you mean "Asia/Kuwait"?', "a zone with a slip"),
    ("timezone = 'Kuwait'", 'did you mean "Asia/Kuwait"?', "a zone without its continent"),
    ("timezone = '../../etc/passwd'", "timezone must be a time zone", "a zone that is a path"),
    ("feeds = '/feed/'", 'feeds must be a list in square brackets, not "/feed/"', "one feed without brackets"),
    ("feeds = ['feed.xml']", "feeds (entry 1) must be a path", "a feed that is neither path nor URL"),
    ("feeds = ['/a', '//other.example/b']", "feeds (entry 2) must be a path", "a feed without scheme"),
    ("sitemaps = 'on'", 'sitemaps must be "auto", "off" or a list of URLs, not "on"', "sitemaps with another word"),
    ("sitemaps = ['x']", "sitemaps (entry 1) must be a path", "a sitemap that is no address"),
    ("sections = [7]", "sections (entry 1) must be a path", "a section that is a number"),
    ("every = '2 hours'", 'every must be a duration such as "30m", "2h" or "7d", not "2 hours"', "a duration in words"),
    ("every = 7200", "every must be a duration", "a duration without its unit"),
    ("every = '0h'", "every must be a duration", "no time at all"),
    ("revisit = ['1h', 'soon']", "revisit (entry 2) must be a duration", "one wrong duration of several"),
    ("delay = '2'", 'delay must be a number from 0 to 3600, not "2"', "a number in quotes"),
    ("delay = true", "delay must be a number from 0 to 3600, not true", "true for a number"),
    ("delay = -1", "delay must be a number", "a delay below zero"),
    ("delay = nan", "delay must be a number", "a delay that is not a number"),
    ("max_requests = 0", "max_requests must be a whole number from 1 up, not 0", "no request at all"),
    ("max_requests = 1.5", "max_requests must be a whole number", "half a request"),
    ("max_bytes = 'lots'", "max_bytes must be a number of bytes or a size", "a size in words"),
    ("max_minutes = 0", "max_minutes must be a number from 0.01", "no time for a run"),
    ("include = ['(']", "include (entry 1) must be a regular expression", "a bracket that is not closed"),
    ("include = ['(a+)+b']", "include (entry 1) has a repeat inside a repeat", "a regular expression that can take for ever"),
    ("exclude = ['(?:x|(y*)){2,}']", "exclude (entry 1) has a repeat inside a repeat", "the same in disguise"),
    ("exclude = ['']", "exclude (entry 1) must be a regular expression", "an empty pattern, which would exclude everything"),
    ("exclude = ['" + "x" * 600 + "']", "at most 500 characters", "an endless pattern"),
    ("strip = ['//div[']", "strip (entry 1) must be an XPath", "an XPath that is not closed"),
    ("strip = ['count(//div)']", "strip (entry 1) must be an XPath that selects elements", "an XPath that counts"),
    ("strip = ['x:div']", "strip (entry 1) must be an XPath", "an XPath with an unknown prefix"),
    ("noarchive = 'never'", 'noarchive must be "keep" or "skip", not "never"', "a policy for noarchive that is none"),
    ("store = 'everything'", 'store must be "full", "text" or "metadata", not "everything"', "a policy that is none"),
    ("publish = 1", 'publish must be "full", "excerpt" or "metadata", not 1', "a policy that is a number"),
    ("retain = 'always'", 'retain must be "forever" or a duration such as "365d", not "always"', "a retention in other words"),
    ("allow_private = 'yes'", 'allow_private must be true or false without quotes, not "yes"', "yes for true"),
    ("expect = 5", "expect must be a table", "expectations that are no table"),
    ("expect = { with_dat = 0.9 }", 'expect has no key "with_dat"; did you mean "with_date"?', "a slip inside of expect"),
    ("expect = { with_date = 90 }", "expect (key with_date) must be a number from 0 to 1, not 90", "a share in per cent"),
    ("expect = { articles_a_day = [200, 5] }", "expect (key articles_a_day) must be two numbers", "a span the wrong way round"),
    ("evry = '2h'", '"evry" is not a key; did you mean "every"?', "a slip in a key"),
    ("wzzk = 'red'", '"wzzk" is not a key; docs/add-a-source.md lists them.', "a key that is like none"),
    ("contact = 'a@b.example'", "contact is one for all sources; move it to [defaults]", "the contact in a source"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "sentence"), [pytest.param(line, told, id=name) for line, told, name in REFUSED]
)
def test_what_is_wrong_in_a_source_is_said_in_one_sentence(line: str, sentence: str) -> None:
    key = line.split(" =")[0]
    kept = [old for old in MINIMAL.splitlines() if not old.startswith(f"{key} ")]
    told = fault("\n".join([*kept, line]))
    assert sentence in told
    assert told.startswith("papers.toml: source ")
    assert "\n" not in told
    assert told.endswith((".", "?"))


def test_every_key_has_a_refusal_tested_here() -> None:
    assert {key.name for key in KEYS} <= {line.split(" =")[0] for line, _, _ in REFUSED}


@pytest.mark.parametrize("missing", ["id", "name", "homepage"])
def test_a_missing_key_is_named_with_an_example(missing: str) -> None:
    told = fault("\n".join(line for line in MINIMAL.splitlines() if not line.startswith(missing)))
    assert f": {missing} is missing; write {missing} = " in told
    assert ("source 1:" if missing == "id" else 'source "paper":') in told


WHOLE_FILE = [
    ("", "there is no [[source]] in it; `newsbot add URL` writes one", "an empty file"),
    ("[defaults]\n", "there is no [[source]] in it", "defaults alone"),
    ("x = \n", "this is not TOML: invalid value (at line 1", "a TOML error, with its line"),
    (f"{MINIMAL}id = 'again'\n", "this is not TOML: cannot overwrite a value (at line 5", "a key given twice"),
    (f"{MINIMAL}{MINIMAL}", 'source 2: id "paper" stands twice', "an id given twice"),
    (MINIMAL.replace("[[source]]", "[source]"), "write [[source]] with two brackets", "one bracket too few"),
    (MINIMAL.replace("[[source]]", "[[sources]]"), '"sources" is not known at the top of the file; did you mean "source"?', "a wrong table"),
    ("source = [1]", "write [[source]] with two brackets", "a list that holds no tables"),
    (f"[[defaults]]\n{MINIMAL}", "[defaults]: must be one table", "defaults as a list"),
    (f"[defaults]\nfeeds = []\n{MINIMAL}", "[defaults]: feeds belongs to a single source", "feeds for everyone"),
    (f"[defaults]\nallow_private = true\n{MINIMAL}", "[defaults]: allow_private belongs to a single source", "private addresses for everyone"),
    (f"[defaults]\ndealy = 2\n{MINIMAL}", '[defaults]: "dealy" is not a key; did you mean "delay"?', "a slip in the defaults"),
    (f"[defaults]\ndelay = 'x'\n{MINIMAL}", "[defaults]: delay must be a number", "a wrong default"),
    (f"[defaults]\ncontact = 'me'\n{MINIMAL}", "[defaults]: contact must be an e-mail address or a URL", "a contact that reaches nobody"),
    (f'[defaults]\ncontact = "a@b.example\\nX: y"\n{MINIMAL}', "[defaults]: contact must be one line", "a header smuggled into the contact"),
    ("a = " + "[" * 5000, "this is not TOML", "a file nested five thousand deep"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sentence"), [pytest.param(text, told, id=name) for text, told, name in WHOLE_FILE]
)
def test_what_is_wrong_with_the_file_is_said_in_one_sentence(text: str, sentence: str) -> None:
    told = fault(text)
    assert told.startswith("papers.toml: ")
    assert sentence.lower() in told.lower()
    assert "\n" not in told


def test_a_file_that_is_not_there_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no such file; `newsbot init` writes one"):
        load(tmp_path / "sources.toml")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load(tmp_path)


def test_a_file_in_another_charset_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_bytes(MINIMAL.encode() + 'name = "Café"\n'.encode("latin-1"))
    with pytest.raises(ConfigurationError, match="line 5 is not UTF-8"):
        load(path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_bytes(b"\xef\xbb\xbf" + MINIMAL.encode())
    assert load(path).sources[0].id == "paper"


def test_sources_are_selected_in_the_order_of_the_file() -> None:
    sources = parse(FULL.replace(', "world/"', ""), PATH)
    assert [source.id for source in sources.select(["second", "arabtimes"])] == ["arabtimes", "second"]
    assert len(sources.select()) == len(sources) == 2
    with pytest.raises(ConfigurationError, match='no source "arabtime"; did you mean "arabtimes"'):
        sources.select(["arabtime"])
    with pytest.raises(ConfigurationError, match="`newsbot sources` lists"):
        sources.select(["zzz"])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
@settings(
    deadline=None, max_examples=40
)  # for each of the keys; two cores are shared, the suite has a timeout
@given(value=VALUES)
def test_a_check_refuses_with_a_sentence_or_gives_a_value(key: object, value: object) -> None:
    try:
        key.check(value)  # type: ignore[attr-defined]
    except ValueError as error:
        assert str(error)
        assert len(str(error)) < 1000


@settings(deadline=None)  # two cores are shared; the suite has a timeout
@given(st.text(max_size=200))
@example('[[source]]\nid = "a"\nname = "\\u0000"\nhomepage = "https://a.example"')
def test_whatever_stands_in_the_file_it_loads_or_is_refused(text: str) -> None:
    try:
        parse(text, PATH)
    except ConfigurationError as error:
        assert str(error).startswith("papers.toml: ")
