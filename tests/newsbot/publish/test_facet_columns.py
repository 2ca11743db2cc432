"""Columns count what SQL counts: on random filters, and after everything that may happen to an archive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.archive import build
from bench.stories import Press
from newsbot.publish.columns import arrays, chosen, keeper, reading, saved, several
from newsbot.publish.columns.chosen import Chosen
from newsbot.publish.columns.counting import ColumnCounting
from newsbot.publish.columns.names import Ids, Names
from newsbot.publish.columns.orders import day_number
from newsbot.publish.columns.several import Several
from newsbot.publish.columns.store import Store
from newsbot.publish.config import build as build_room
from newsbot.publish.connections import Connections, Snapshot
from newsbot.publish.counting import counting
from newsbot.publish.paging import page
from newsbot.publish.query import FACETS, ORDERS, Query, parse
from newsbot.publish.search import Words, understand
from newsbot.publish.sql_counting import SqlCounting
from pipelines.store import fulltext
from pipelines.store.sqlite import sqlite3

ARTICLES = 700
MOST = 12


@pytest.fixture(autouse=True, scope="module")
def _small_pieces() -> Iterator[None]:
    """Columns are gone through in pieces; here in some that these archives are longer than."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (arrays, chosen, several):
            patch.setattr(module, "CHUNK", 64)
        patch.setattr(several, "_LOOKED_UP", 16)
        yield


class Archive:
    """An archive with columns of it, and what a writer does to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connections = Connections(path, threads=1)
        with closing(self.connections.open()) as connection:
            connection.row_factory = None
            self.store = reading.read_all(connection)

    def write(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            for statement in statements:
                connection.execute(statement)

    def read(self, what: Any) -> Any:
        return self.connections.read_now(what)

    def follow(self) -> Store:
        self.read(lambda snapshot: keeper._follow(self.store, snapshot, keeper._last(snapshot)))
        return self.store

    def close(self) -> None:
        self.connections.close()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    path = tmp_path_factory.mktemp("columns") / "archive.db"
    build(path, Press(5, ARTICLES, words=40))
    archive = Archive(path)
    yield archive
    archive.close()


def everything(counts: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"total": counts.total(), "days": counts.days()}
    for facet in FACETS:
        told[facet] = counts.top(facet, MOST)
        told[f"every {facet}"] = counts.every(facet)
        told[f"holding {facet}"] = counts.holding(facet, "Ar", 5)
        told[f"number {facet}"] = counts.holding(facet, "", 3)
        told[f"of {facet}"] = counts.of(facet, [value for value, _ in told[facet][:2]] + ["no such value"])
    return told


def check(archive: Archive, store: Store, query: Query) -> None:
    def compare(snapshot: Snapshot) -> None:
        asked = replace(query, words=understand(snapshot, query.words))
        by_sql = everything(SqlCounting(snapshot, asked))
        by_columns = everything(ColumnCounting(store, snapshot, asked))
        assert by_columns == by_sql

    archive.read(compare)


def values_of(archive: Archive) -> dict[str, list[str]]:
    def read(snapshot: Snapshot) -> dict[str, list[str]]:
        counts = SqlCounting(snapshot, Query())
        return {facet: [value for value, _ in counts.every(facet)][:40] for facet in FACETS}

    return archive.read(read)  # type: ignore[no-any-return]


@st.composite
def queries(draw: st.DrawFn, values: dict[str, list[str]]) -> Query:
    picked: dict[str, tuple[str, ...]] = {}
    for facet in draw(st.lists(st.sampled_from(FACETS), max_size=3, unique=True)):
        known = st.sampled_from([*values[facet], "nobody's"])
        picked[facet] = tuple(draw(st.lists(known, min_size=1, max_size=3, unique=True)))
    for bound in draw(st.sets(st.sampled_from(("published_day__gte", "published_day__lte")))):
        picked[bound] = (draw(st.sampled_from([*values["published_day"], "2019-06-01", "1000"])),)
    if draw(st.integers(0, 9)) == 0:
        picked["state"] = (draw(st.sampled_from(("published", "gone", "withheld"))),)
    words = draw(st.sampled_from(("", "", "government", "said", "nonsensical")))
    return Query(words=Words(words), picked=picked)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_columns_and_sql_count_alike(built: Archive, data: st.DataObject) -> None:
    check(built, built.store, data.draw(queries(values_of(built))))


WRITES = {
    "a takedown": ["UPDATE articles SET state = 'withheld' WHERE id IN (3, 4)"],
    "a takedown taken back": ["UPDATE articles SET state = 'published' WHERE id IN (3, 4)"],
    "a revision": ["UPDATE articles SET revisions = 1, changed_at = '2026-11-21T00:00:00Z' WHERE id = 10"],
    "another place, section and day": [
        "UPDATE articles SET place = 'Neu', country = 'XX', section = 'New', published_day = '1850-01-01',"
        " published_year = 1850, published_month = '1850-01', published_sort = '1850-01-01' WHERE id = 11"
    ],
    "fields emptied": [
        "UPDATE articles SET place = NULL, section = '', language = NULL, paywalled = NULL WHERE id = 12"
    ],
    "authors, tags and agencies replaced": [
        "DELETE FROM article_authors WHERE article = 13",
        "INSERT INTO article_authors VALUES (13, 'Ä New Name', 0), (13, 'Another', 1), (14, 'Another', 9)",
        "DELETE FROM article_tags WHERE article BETWEEN 10 AND 20",
        "INSERT INTO article_tags VALUES (13, 'zz'), (13, 'ZZ'), (15, 'zz')",
        "INSERT OR IGNORE INTO article_agencies VALUES (13, 'AAA')",
    ],
    "the same once more, otherwise": [
        "DELETE FROM article_tags WHERE article = 13",
        "INSERT INTO article_tags VALUES (13, 'aa'), (14, 'zz')",
    ],
    "new articles": [
        "INSERT INTO articles (id, public_id, url, source, published_sort, published_day, first_seen_at, cluster)"
        " SELECT id + 5000, 'new' || id, url || '-new', source, published_sort, published_day, first_seen_at, 1"
        " FROM articles WHERE id < 40",
        "INSERT INTO article_tags SELECT article + 5000, tag || 'x' FROM article_tags WHERE article < 40",
        "INSERT INTO article_authors SELECT id, 'One of Many ' || value, value FROM articles, generate_numbers"
        " WHERE id = 5001",
    ],
    "an article deleted": [
        "DELETE FROM article_tags WHERE article = 21",
        "DELETE FROM article_authors WHERE article = 21",
        "DELETE FROM article_agencies WHERE article = 21",
        "DELETE FROM articles WHERE id = 21",
    ],
}


def test_columns_follow_whatever_is_written(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    build(path, Press(6, 300, narrow=True))
    archive = Archive(path)
    narrowed = [
        Query(),
        Query(picked={"tag": ("zz", "ZZ")}),
        Query(picked={"author": ("Another",), "published_day__gte": ("1840-01-01",)}),
        Query(picked={"source": ("s000", "s001"), "published_year": ("2024", "2025", "1850")}),
        Query(picked={"cluster": ("1",)}),
    ]
    archive.write(
        "CREATE TABLE generate_numbers AS WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 300) SELECT value FROM n"
    )
    for name, statements in WRITES.items():
        archive.write(*statements)
        store = archive.follow()
        for query in narrowed:
            try:
                check(archive, store, query)
            except AssertionError as error:
                raise AssertionError(f"after {name}: {query.picked}") from error
        saved.save(store, tmp_path / "facets", [])
        again, _ = saved.load(tmp_path / "facets")
        check(archive, again, narrowed[0])
        check(archive, again, narrowed[1])
        if name == "authors, tags and agencies replaced":
            archive.store = again  # and on from the file
    archive.close()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_pages_by_columns_are_those_of_sql_in_both_directions(built: Archive, data: st.DataObject) -> None:
    query = data.draw(queries(values_of(built)))
    query = replace(
        query, order=data.draw(st.sampled_from([order for order in ORDERS if order != "relevance"]))
    )
    size = data.draw(st.integers(1, 60))

    def walk(snapshot: Snapshot) -> None:
        asked = replace(query, words=understand(snapshot, query.words))
        where, parameters = asked.where()
        nulls = f"{asked.column} IS NULL, {asked.column} DESC, id DESC"
        expected = [
            row[0]
            for row in snapshot.rows(
                f"SELECT id FROM articles WHERE {where} ORDER BY {nulls}",  # noqa: S608
                parameters,
            )
        ]
        found: list[int] = []
        firsts = []
        turn = asked
        while True:
            items, more = page(snapshot, turn, size)
            found += [item.id for item in items]
            if items:
                firsts.append(items[0])
            if not more or len(found) > 5 * size:
                break
            turn = replace(asked, after=items[-1].position(asked.column))
        assert found == expected[: len(found)]
        if len(found) <= 5 * size:
            assert found == expected
        if len(firsts) > 2:
            back, more = page(snapshot, replace(asked, before=firsts[2].position(asked.column)), size)
            assert [item.id for item in back] == expected[size : 2 * size]
            assert more

    connections = Connections(built.path, threads=1)
    connections.keep_columns(Fixed(built))  # type: ignore[arg-type]
    try:
        connections.read_now(walk)
    finally:
        connections.close()


class Fixed:
    """A keeper whose columns are there from the start."""

    preparing = False

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def start(self) -> None: ...
    def close(self) -> None: ...

    def columns(self, snapshot: Snapshot) -> Store:
        return self._archive.store


@given(
    st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)),
    st.text(max_size=4),
)
def test_names_have_numbers_in_the_order_of_their_bytes(strings: list[str], other: str) -> None:
    names = Names.of(strings[: len(strings) // 2])
    for string in strings:
        assert names.string(names.add(string)) == string
    assert len(names) == len(set(strings))
    assert names.number(other) == 0 or other in strings
    known = names.strings()
    assert sorted(known[: names.sorted], key=str.encode) == known[: names.sorted]


@given(st.lists(st.dates(), min_size=2, max_size=2), st.booleans())
def test_day_numbers_never_go_against_the_order_of_strings(days: list[Any], instant: bool) -> None:
    first, second = sorted(day.isoformat() + ("T23:59:59Z" if instant else "") for day in days)
    assert day_number(first) <= day_number(second)


@pytest.mark.parametrize("odd", ["2020-02-31", "2020-13-01", "2020-00-09", "99", "~", "0000-01-01"])
def test_days_that_no_calendar_has_still_stand_between_their_neighbours(odd: str) -> None:
    for other in ("1999-01-01", "2020-02-28", "2020-03-01", "2020-12-31", "2021-01-01", "2078-01-01"):
        assert (
            (day_number(odd) <= day_number(other)) if odd < other else (day_number(odd) >= day_number(other))
        )


@pytest.mark.parametrize("harm", ["nothing", "cut", "other", "older", "newer"])
def test_a_saved_store_is_taken_for_its_own_archive_only(tmp_path: Path, harm: str) -> None:
    path = tmp_path / "archive.db"
    build(path, Press(6, 120, narrow=True))
    archive = Archive(path)
    file = tmp_path / "archive.db-facets"
    newest = archive.read(lambda snapshot: reading.newest(snapshot.rows, archive.store.position))
    saved.save(archive.store, file, newest)
    if harm == "cut":
        file.write_bytes(file.read_bytes()[:5000])
    elif harm == "other":
        archive.close()
        path.unlink()
        build(path, Press(8, 150, narrow=True))
    elif harm == "older":
        archive.store.position += 10
        saved.save(archive.store, file, newest)
    elif harm == "newer":
        archive.write("UPDATE articles SET place = 'Moved' WHERE id < 50")
    connections = Connections(path, threads=1)
    kept = keeper.Keeper(path, connections)
    loaded = kept._loaded(file)
    connections.close()
    archive.close()
    assert (loaded is not None) is (harm in ("nothing", "newer"))
    assert (loaded.total if loaded else 120) == connections_total(path) if harm == "nothing" else True


def connections_total(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM articles WHERE state <> 'withheld'").fetchone()
    return int(count)


def test_the_keeper_makes_columns_beside_the_archive_follows_and_takes_them_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "LEAST", 100)
    path = tmp_path / "archive.db"
    build(path, Press(6, 150, narrow=True))
    for turn in range(2):
        connections = Connections(path, threads=1)
        kept = keeper.Keeper(path, connections)
        connections.keep_columns(kept)
        assert kept.wait(30)
        assert (tmp_path / "archive.db-facets").exists()
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE articles SET place = ? WHERE id <= 2", (f"Here {turn}",))

        def look(snapshot: Snapshot, turn: int = turn) -> None:
            with counting(snapshot, Query(picked={"place": (f"Here {turn}",)})) as counts:
                assert isinstance(counts, ColumnCounting)
                assert counts.total() == 2

        connections.read_now(look)
        connections.close()


def test_without_numpy_or_with_few_articles_sql_counts(
    built: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "LEAST", 10)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    kept = keeper.Keeper(built.path, built.connections)
    kept.start()
    assert not kept.preparing
    assert not kept.wait(0.1)


def test_the_index_of_words_knows_what_the_columns_know(built: Archive) -> None:
    with closing(sqlite3.connect(built.path)) as connection:
        assert fulltext.sound(connection)


@pytest.mark.parametrize(
    "share_of_rows", [pytest.param(0.5, id="packed"), pytest.param(0.02, id="of a few rows only, not packed")]
)
def test_a_mask_of_many_values_and_blocks_finds_every_row(share_of_rows: float) -> None:
    random = np.random.default_rng(1)
    lengths = random.choice([1, 1, 2, 300], size=2000) * (random.random(2000) < share_of_rows)
    if share_of_rows < 0.1:
        lengths = lengths.clip(0, 2)
    rows = np.repeat(np.arange(2000), lengths)
    numbers = random.integers(1, 50, len(rows)).astype(np.uint32)
    facet = Several(Ids(np.arange(1, 50)))
    facet.pack(rows, numbers, 2000)
    assert bool(len(facet.lengths)) is (share_of_rows > 0.1)
    for number in (1, 7, 49):
        assert facet.mask([number], 2000).nonzero()[0].tolist() == sorted(
            set(rows[numbers == number].tolist())
        )
    for share in (0.01, 0.5):
        mask = random.random(2000) < share
        expected = np.bincount(numbers[mask[rows]], minlength=50)
        assert facet.counts(Chosen(mask))[:50].tolist() == expected.tolist()


@given(st.lists(st.integers(0, 10**9 - 1), max_size=20), st.text("0123456789-٣ ", max_size=11))
def test_ids_have_numbers_in_the_order_of_their_size(numbers: list[int], other: str) -> None:
    ids = Ids.of(map(str, numbers[: len(numbers) // 2]))
    for number in numbers:
        assert ids.string(ids.add(str(number))) == str(number)
    assert len(ids) == len(set(numbers))
    assert [int(string) for string in ids.strings()[: ids.sorted]] == sorted(
        set(numbers[: len(numbers) // 2])
    )
    assert ids.number(other) == 0 or int(other) in numbers


def test_what_a_url_says_of_facets_comes_back() -> None:
    query = parse(
        [
            ("facet", "author"),
            ("holding", "kar"),
            ("revised", "1"),
            ("order", "changed"),
            ("tag", "a"),
            ("tag", "b&c"),
        ]
    )
    assert query is not None
    assert (query.facet, query.holding, query.column) == ("author", "kar", "changed_at")
    assert parse(query.pairs()) == query
    assert query.adding("tag", "/x")("ü &") == query.with_value("tag", "ü &").address("/x")


def test_an_older_newsbots_archive_is_brought_up_to_date_before_it_is_served(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    old = Path(__file__).parents[2] / "pipelines" / "store" / "archive_m001.sql"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(old.read_text())
    said: list[str] = []
    room = build_room(path, say=said.append).room
    try:
        assert room.connections.read_now(lambda snapshot: SqlCounting(snapshot, Query()).every("form")) == [
            ("article", 1)
        ]
        assert len(said) == 1
    finally:
        room.connections.close()
    again = build_room(path, say=said.append).room
    again.connections.close()
    assert len(said) == 1
