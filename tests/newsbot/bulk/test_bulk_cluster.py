"""The workers of a Dask scheduler as an engine; the death of both is in test_soak_bulk.py."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial

import pytest
from distributed import LocalCluster

from newsbot.bulk import cluster as clusters
from newsbot.bulk import slice as slices
from newsbot.bulk.engine import Batch, Unit, engine_of
from pipelines.errors import ConfigurationError, NothingDone

from .counting import count, expected, torn

SIZE = 120  # pieces of a unit: some slices


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0", protocol="tcp"
    ) as cluster:
        yield cluster.scheduler_address


def units(*names: str) -> list[Unit]:
    return [Unit(name, f"{name}.warc.gz", 0, SIZE) for name in names]


def pieces(batches: list[Batch]) -> list[tuple[object, ...]]:
    return [result for batch in batches for result in batch.results]


def test_results_come_in_the_order_of_the_units_and_a_bad_page_costs_only_itself(address: str) -> None:
    bad = {("b", 70): "die"}
    with engine_of(address) as engine:
        assert (engine.workers, engine.remote) == (2, True)
        assert engine.dashboard is not None and engine.dashboard.startswith("http://")
        batches = list(engine.run(partial(count, bad), units(*"abcdefgh")))
    assert pieces(batches) == [piece for name in "abcdefgh" for piece in expected(bad, name, SIZE)]
    assert [batch.unit.name for batch in batches if batch.done] == list("abcdefgh")
    assert all(len(batch.results) <= 50 and batch.fault is None for batch in batches)


def test_a_unit_is_given_up_where_nobody_can_go_on(address: str) -> None:
    with engine_of(address) as engine:
        batches = list(engine.run(torn, units("a"), ordered=False))
    assert pieces(batches) == list(range(60))
    fault = batches[-1].fault
    assert fault is not None and fault.at == 60 and "torn" in fault.detail


def test_other_versions_are_refused_with_the_place_and_the_versions(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = slices.versions()
    monkeypatch.setattr(clusters, "versions", lambda: {**theirs, "lxml": "9.9"})
    with pytest.raises(ConfigurationError, match=r"tcp://.* has lxml .* instead of 9\.9: a page would"):
        engine_of(address)
    monkeypatch.setattr(clusters.ClusterEngine, "_check", lambda _: None)  # as for a worker that comes later
    with (
        engine_of(address) as engine,
        pytest.raises(ConfigurationError, match=r"came later has lxml .* 9\.9"),
    ):
        list(engine.run(torn, units("a")))


@pytest.mark.parametrize(
    ("name", "workers", "error", "said"),
    [
        pytest.param(
            "spark", None, ConfigurationError, "no engine 'spark'", id="an engine that there is not"
        ),
        pytest.param("tcp://127.0.0.1:1", None, NothingDone, "No Dask scheduler answers", id="nobody there"),
        pytest.param("mqtt://h:1", None, ConfigurationError, "no address", id="an address of something else"),
        pytest.param(
            "tcp://127.0.0.1:1", 3, ConfigurationError, "--workers is for", id="workers of a cluster"
        ),
    ],
)
def test_engines_that_cannot_be_had(
    name: str, workers: int | None, error: type[Exception], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "ANSWER", 0.5)
    with pytest.raises(error, match=said):
        engine_of(name, workers)


def test_a_scheduler_without_workers_says_how_to_start_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "ANSWER", 0.5)
    with (
        LocalCluster(n_workers=0, processes=False, dashboard_address=":0", protocol="tcp") as empty,
        pytest.raises(NothingDone, match=r"has no workers\. Start some: dask worker tcp://"),
    ):
        engine_of(empty.scheduler_address)


def test_without_dask_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "newsbot.bulk.cluster", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'newsbot\[dask\]'"):
        engine_of("tcp://127.0.0.1:1")
