"""The tables of the shared frontier: made once, used by others, and refused where they cannot be used."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest

from pipelines.shared import schema
from pipelines.shared.faults import FrontierUnusable


def prepared(dsn: str) -> str:
    with psycopg.connect(dsn, autocommit=True) as connection:
        return schema.prepare(connection)


def test_several_that_begin_at_once_make_one_frontier(dsn: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        ids = set(threads.map(prepared, [dsn] * 4))
    assert len(ids) == 1
    assert prepared(dsn) in ids


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param("UPDATE newsbot.about SET value = '2' WHERE name = 'version'", "made by a newer newsbot", id="newer"),
        pytest.param("DELETE FROM newsbot.about WHERE name = 'id'", "no frontier of newsbot's", id="another schema newsbot"),
        pytest.param("UPDATE newsbot.about SET value = 'x' WHERE name = 'version'", "no frontier of newsbot's", id="no number"),
    ],
)  # fmt: skip
def test_tables_of_others_are_left_alone(dsn: str, change: str, says: str) -> None:
    prepared(dsn)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(cast(Any, change))
        with pytest.raises(FrontierUnusable, match=says):
            schema.prepare(connection)


def test_a_user_without_rights_may_use_tables_that_are_there(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as owner:
        role = f"guest_{owner.info.dbname}"
        owner.execute(cast(Any, f"CREATE ROLE {role}"))
        owner.execute(cast(Any, f"SET ROLE {role}"))
        with pytest.raises(FrontierUnusable, match="GRANT CREATE ON DATABASE"):
            schema.prepare(owner)
        owner.execute("RESET ROLE")
        made = schema.prepare(owner)
        owner.execute(cast(Any, f"GRANT USAGE ON SCHEMA newsbot TO {role}"))
        owner.execute(cast(Any, f"GRANT SELECT ON newsbot.about TO {role}"))
        owner.execute(cast(Any, f"SET ROLE {role}"))
        assert schema.prepare(owner) == made
        owner.execute("RESET ROLE")


@pytest.mark.parametrize(
    ("version", "encoding", "says"),
    [
        pytest.param(120_022, "UTF8", "needs PostgreSQL 13 or newer; this server is 12.22", id="PostgreSQL 12"),
        pytest.param(90_624, "UTF8", "this server is 9.6.24", id="PostgreSQL 9.6"),
        pytest.param(150_000, "LATIN1", "keeps its texts in LATIN1", id="not every letter"),
    ],
)  # fmt: skip
def test_a_server_that_cannot_do_is_refused(version: int, encoding: str, says: str) -> None:
    info = SimpleNamespace(server_version=version, dbname="news", parameter_status=lambda _: encoding)
    with pytest.raises(FrontierUnusable, match=says):
        schema.prepare(cast(Any, SimpleNamespace(info=info)))
