"""Nights on a site that changes: every edit and removal found once, and nothing that was none."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.changing import ChangingSite
from bench.month import DAY, Truth, asked, month, observe


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "noise", [False, True], ids=["with validators", "a page that differs at every fetch"]
)
def test_every_edit_and_removal_is_found_once(tmp_path: Path, noise: bool) -> None:
    with ChangingSite(noise=noise) as site:
        nights, found = month(site.url, tmp_path, 7, again=False)
    assert found["edits"] > 8 and found["removals"] >= 2
    assert found["edits_found"] == found["edits"]
    assert found["edits_outside_the_article"] == 0
    assert not found["edits_missed"] and not found["false_revisions"]
    assert found["removals_found"] == found["removals"]
    assert not found["false_removals"] and not found["removed_twice"]
    told = found["revisions_by_kind"]
    assert all("figure" in kind or "text" in kind or kind == "removed" for kind in told), told
    later = nights[1:]
    unchanged = sum(night.codes.get("304", 0) for night in later)
    by_frame = len(later) * 2  # robots.txt and the homepage, which never change
    assert (unchanged > by_frame) is not noise


def test_the_site_tells_what_it_changed(tmp_path: Path) -> None:
    with ChangingSite() as site:
        before = site.page(0)
        assert b"Corrected version" in before  # the first article is ten days old
        asked(f"{site.url}_clock?advance={2 * DAY}")
        assert site.page(0) != before
        assert site.revision(0) > 0 and not site.revision(1)
        assert site.answer("/story-6")[0] == 410
        assert asked(site.url + "_manifest").count(b"\n") == site.out() == 24


def test_only_what_changed_after_it_was_stored_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = Truth()
    with ChangingSite(noise=False) as site:
        monkeypatch.setattr(
            "bench.month.stored",
            lambda _: {f"https://{site.url[7:]}story-{number}": number for number in range(20)},
        )
        observe(site.url, tmp_path, truth)
        assert not truth.edits
        asked(f"{site.url}_clock?advance={2 * DAY}")
        observe(site.url, tmp_path, truth)
        assert truth.edits.total() == sum(not site.removed(n) for n in range(0, 20, 4))
        observe(site.url, tmp_path, truth)
        assert truth.edits.total() == sum(not site.removed(n) for n in range(0, 20, 4))
