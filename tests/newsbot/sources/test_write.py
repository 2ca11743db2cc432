"""sources.toml out: nothing that stands in the file is lost, and what is written loads."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from newsbot.sources import load
from newsbot.sources.keys import KEYS, key_table
from newsbot.sources.load import parse
from newsbot.sources.write import append_source, entry_of, entry_text, example_text, init_text, write_text
from pipelines.errors import ConfigurationError

ENTRY = {
    "id": "paper",
    "name": 'The "Paper" — الجريدة',
    "homepage": "https://paper.example/",
    "feeds": ["/rss"],
}


def test_the_file_of_init_is_toml_and_waits_for_a_source(tmp_path: Path) -> None:
    assert tomllib.loads(init_text()) == {"defaults": {}}
    path = tmp_path / "sources.toml"
    path.write_text(init_text())
    with pytest.raises(ConfigurationError, match="newsbot add URL"):
        load(path)


def test_the_example_of_init_loads_when_uncommented() -> None:
    lines = init_text().splitlines()
    start = lines.index("# [[source]]")
    uncommented = "\n".join([*lines[:start], *(line.removeprefix("# ") for line in lines[start:])])
    uncommented = uncommented.replace("# contact", "contact")
    sources = parse(uncommented, Path("sources.toml"))
    assert sources.sources[0].id == "arabtimes"
    assert sources.defaults.contact == "editor@example.org"
    assert parse(example_text(), Path("x")).sources == sources.sources


def test_the_examples_of_the_key_table_are_values_that_load() -> None:
    for key in KEYS:
        key.check(tomllib.loads(f"x = {key.takes}")["x"])


def test_the_key_table_has_a_row_for_each_key() -> None:
    rows = list(key_table())
    assert len(rows) == len(KEYS) + 2
    assert all(row.count("|") - row.count("\\|") == 6 for row in rows)


def test_an_entry_is_appended_and_every_comment_stays(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    before = f"# my papers\r\n\n{example_text()}  # the last line, without an end"
    path.write_bytes(before.encode())
    source = append_source(path, ENTRY)
    assert path.read_bytes().decode().startswith(before)
    assert [each.id for each in load(path)] == ["arabtimes", "paper"]
    assert load(path).sources[1] == source


def test_a_file_that_is_not_there_is_begun_with_comments(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    append_source(path, ENTRY)
    assert path.read_text(encoding="utf-8").startswith(init_text().rstrip())
    assert load(path).sources[0].name == ENTRY["name"]
    assert [left.name for left in tmp_path.iterdir()] == ["sources.toml"]


def test_an_id_that_is_taken_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    append_source(path, ENTRY)
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match='id "paper" stands twice'):
        append_source(path, ENTRY)
    assert path.read_bytes() == before


def test_a_wrong_entry_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    with pytest.raises(ConfigurationError, match="every must be a duration"):
        append_source(path, {**ENTRY, "every": "often"})
    assert not path.exists()


def test_a_broken_file_is_not_made_longer(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text("[[source\n")
    with pytest.raises(ConfigurationError, match="not TOML"):
        append_source(path, ENTRY)
    assert path.read_text() == "[[source\n"


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be written"):
        write_text(tmp_path / "no" / "folder" / "sources.toml", "x")


def test_the_entry_of_a_loaded_source_loads_to_the_same_source() -> None:
    source = parse(
        entry_text({**ENTRY, "sitemaps": ["/s.xml"], "sections": ["/a/"], "country": "KW"}), Path("x")
    ).sources[0]
    assert parse(entry_text(entry_of(source)), Path("x")).sources[0] == source
