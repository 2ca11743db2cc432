"""`python -m bench read`: which figures it prints, and what it says where there are no pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import read
from bench.read import Cost


def test_without_pages_it_says_which_folder_is_meant(tmp_path: Path):
    with pytest.raises(SystemExit, match="No pages to read"):
        read.main(["--corpora", str(tmp_path / "none")])


def test_each_set_and_all_of_them_get_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = tmp_path / "scrapinghub+article-extraction-benchmark"
    (folder / "html").mkdir(parents=True)
    (folder / "ground-truth.json").write_text(json.dumps({"one": {"articleBody": "", "url": ""}}))
    (folder / "html" / "one.html.gz").write_bytes(b"<html><body><p>A bridge was opened.</p></body></html>")
    read.main(["--corpora", str(tmp_path)])
    _, benchmark, everything = capsys.readouterr().out.splitlines()
    assert benchmark.split()[:2] == ["benchmark", "1"]
    assert everything.split()[:2] == ["all", "1"]


def test_totals_and_medians_are_told_apart():
    costs = [Cost(0.010, 0.020), Cost(0.020, 0.020), Cost(0.060, 0.080)]
    assert read.told("news", costs).split() == ["news", "3", "30.0", "40.0", "0.75", "20.0", "20.0", "1.00"]


def test_of_several_readings_of_a_page_the_least_counts():
    assert read.least([Cost(0.03, 0.02), Cost(0.01, 0.04)]) == Cost(0.01, 0.02)
