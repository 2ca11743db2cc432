"""A GitHub Actions workflow that crawls and hands the archive on from night to night."""

from __future__ import annotations

from newsbot.schedule.crontab import expression
from newsbot.schedule.job import HOUR, Times
from pipelines.errors import ConfigurationError

_SHORTEST = 5 * 60  # seconds; GitHub starts nothing more often


def workflow(times: Times, deadline: str | None, requirement: str) -> str:
    """The text of .github/workflows/newsbot.yml for a repository whose top level has sources.toml.

    `requirement` is what pip installs. Raises ConfigurationError for an interval that cron has no words for, or that is
    shorter than GitHub's five minutes.
    """
    if times.every is not None and times.every < _SHORTEST:
        raise ConfigurationError("GitHub starts a workflow every five minutes at most.")
    if not requirement.isprintable() or "'" in requirement:
        raise ConfigurationError(f"{requirement!r} is nothing that pip installs.")
    limit = deadline or ("5h" if times.every is None or times.every > 5 * HOUR else "50m")
    return (
        _TEXT.replace("@CRON@", expression(times, "0000000f"))
        .replace("@DEADLINE@", limit)
        .replace("@NEWSBOT@", requirement)
    )


_TEXT = """\
# newsbot on GitHub Actions. Put it into .github/workflows/newsbot.yml of a repository that has your sources.toml.
#
# Before you use it:
# - Make the repository private. The archive holds texts and pages of publishers; who may read the repository may
#   download it.
# - The archive is kept as an artifact of each run, and the next run goes on from the newest one. GitHub deletes
#   artifacts after 90 days at the latest: where no run succeeds for so long, the archive is lost. Download one now
#   and then ("Run workflow" does not need to be pressed: each run's page offers the file).
# - Every run sends the whole archive down and up. Past some gigabytes, a machine of your own is cheaper and faster.
# - Times are UTC, and GitHub starts late when it is busy. In a public repository it stops starting anything after 60
#   days without a commit.
# - The addresses of GitHub's machines are refused by many papers' bot walls: expect more "blocked" than at home.
name: newsbot

on:
  schedule:
    - cron: '@CRON@'
  workflow_dispatch:

concurrency:
  group: newsbot  # one crawl at a time: two would go on from the same archive

permissions:
  contents: read
  actions: read

jobs:
  crawl:
    runs-on: ubuntu-latest
    timeout-minutes: 355
    env:
      GH_TOKEN: ${{ github.token }}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: '3.12'
      - name: Install newsbot
        run: pip install '@NEWSBOT@'
      - name: Fetch the archive of the last run
        run: |
          newest=$(gh api "repos/$GITHUB_REPOSITORY/actions/artifacts?name=newsbot-archive&per_page=100" \\
            --jq '[.artifacts[] | select(.expired | not)] | sort_by(.created_at) | last | .workflow_run.id // empty')
          if [ -n "$newest" ]; then
            gh run download "$newest" --name newsbot-archive --dir kept
            tar -xf kept/archive.tar
          else
            echo "There is no archive yet: this run begins one."
          fi
      - name: Crawl
        run: |
          code=0
          newsbot crawl --quiet --deadline @DEADLINE@ || code=$?
          case $code in  # 1: some sources failed; 124: the deadline came; the archive is sound either way
            0 | 1 | 124) ;;
            *) exit $code ;;
          esac
          newsbot status
          tar -cf archive.tar archive.db captures
      - name: Keep the archive
        uses: actions/upload-artifact@v4
        with:
          name: newsbot-archive
          path: archive.tar
          retention-days: 90
          if-no-files-found: error
"""
