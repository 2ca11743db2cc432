"""`newsbot schedule` with programs of ours in the place of crontab and systemctl: what they are given, and what stays."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsbot.cli import main
from newsbot.schedule.crontab import expression, with_block
from newsbot.schedule.job import Times, identity
from pipelines.errors import ConfigurationError

OTHERS = "# my lines\nMAILTO=me@example.org\n\n0 4 * * *  backup --all   # newsbot is not ours\n"
CRONTAB = """#!/bin/sh
case "$1" in
  -l) if [ -f "$FAKE/broken" ]; then echo "crontab: cannot chdir" >&2; exit 1; fi
      if [ -f "$FAKE/crontab" ]; then cat "$FAKE/crontab"; else echo "no crontab for me" >&2; exit 1; fi ;;
  -)  if [ -f "$FAKE/refuses" ]; then echo "bad minute" >&2; exit 1; fi
      cat > "$FAKE/crontab"; echo written >> "$FAKE/writes" ;;
esac
"""
SYSTEMCTL = """#!/bin/sh
echo "$@" >> "$FAKE/systemctl"
"""


class Machine:
    """A folder with a project (its name is hard to quote), and the programs of a machine."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.programs, self.home = folder / "bin", folder / "home"
        self.project = folder / 'my papers\' 100% "news" $HOME'
        for place in (self.programs, self.home, self.project):
            place.mkdir()
        (self.project / "sources.toml").write_text(
            '[defaults]\ncontact = "me@example.org"\n[[source]]\nid = "a"\nname = "A"\nhomepage = "https://a.example/"\n'
        )
        monkeypatch.setenv("FAKE", str(self.home))
        monkeypatch.setenv("PATH", f"{self.programs}:/usr/bin:/bin")
        monkeypatch.setenv("XDG_CONFIG_HOME", str(self.home / "config"))
        monkeypatch.chdir(self.project)

    def has(self, name: str, script: str) -> None:
        program = self.programs / name
        program.write_text(script)
        program.chmod(0o755)

    @property
    def crontab(self) -> str:
        file = self.home / "crontab"
        return file.read_text() if file.exists() else ""

    def newsbot(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["schedule", *arguments])


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path, monkeypatch)
    made.has("systemctl", "#!/bin/sh\nexit 1\n")  # no systemd of this person, wherever the tests run
    return made


def ours(machine: Machine) -> str:
    """The line that cron would run, after making sure that it is the one between our marks."""
    lines = machine.crontab.splitlines()
    (begin,) = [
        number for number, line in enumerate(lines) if line.startswith("# newsbot ") and " begin: " in line
    ]
    assert lines[begin + 2].endswith(" end")
    return lines[begin + 1]


def test_a_line_of_ours_is_added_and_theirs_stay(machine: Machine) -> None:
    machine.has("crontab", CRONTAB)
    (machine.home / "crontab").write_text(OTHERS)
    done = machine.newsbot("install", "--at", "04:30", "--deadline", "90m")
    assert (done.exit_code, done.output) == (
        0,
        "The crontab now crawls each day at 04:30 (`crontab -l` shows it).\n",
    )
    assert machine.crontab.startswith(OTHERS)
    assert ours(machine).startswith("30 4 * * * cd ")
    again = machine.newsbot("install", "--at", "04:30", "--deadline", "90m")
    assert again.output.startswith("The crontab has this line already")
    assert (machine.home / "writes").read_text() == "written\n"
    machine.newsbot("install", "--every", "2h")
    assert "*/" not in ours(machine) and machine.crontab.startswith(OTHERS)
    assert machine.crontab.count("crawl --quiet") == 1
    assert machine.newsbot("show").output.strip() == ours(machine)
    assert machine.newsbot("remove").output == "The line was taken out of the crontab.\n"
    assert machine.crontab == OTHERS
    assert machine.newsbot("remove").output.startswith("Nothing was installed")
    shown = machine.newsbot("show")
    assert (shown.exit_code, "newsbot schedule install" in shown.output) == (3, True)


def test_the_shell_that_cron_starts_finds_folder_and_program(machine: Machine) -> None:
    """As cron does it: an unescaped % ends the command, an escaped one is a %; the rest is sh's."""
    machine.has("crontab", CRONTAB)
    missing = machine.newsbot("install", "--sources", "all papers.toml")
    assert (missing.exit_code, machine.crontab) == (2, "")
    (machine.project / "all papers.toml").write_text((machine.project / "sources.toml").read_text())
    machine.newsbot("install", "--every", "15m", "--deadline", "10m", "--sources", "all papers.toml")
    command = ours(machine).split(" ", 5)[5]
    assert "%" not in command.replace("\\%", "")
    directory, program = command.replace("\\%", "%").split(" && ", 1)
    echo = subprocess.run(
        ["/bin/sh", "-c", f"{directory} && pwd && printf '%s\\n' {program}"],
        capture_output=True,
        text=True,
        env={"HOME": "/nowhere"},
        cwd="/",
    )
    folder, newsbot, *arguments = echo.stdout.splitlines()
    assert folder == str(machine.project.resolve())
    assert Path(newsbot).is_absolute() and os.access(newsbot, os.X_OK)
    assert arguments == ["crawl", "--quiet", "--sources", f"{folder}/all papers.toml", "--deadline", "10m"]


def test_two_archives_have_a_line_each(machine: Machine) -> None:
    machine.has("crontab", CRONTAB)
    machine.newsbot("install")
    machine.newsbot("install", "--db", "other.db", "--at", "05:00")
    assert machine.crontab.count("crawl --quiet") == 2
    machine.newsbot("remove", "--db", "other.db")
    assert machine.crontab.count("crawl --quiet") == 1 and ours(machine).startswith("15 3 ")


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("broken", "cannot be read (crontab: cannot chdir): nothing was changed"),
        ("refuses", "refused the crontab (bad minute)"),
    ],
)
def test_a_crontab_that_cannot_be_read_or_written_is_left_alone(
    machine: Machine, trouble: str, said: str
) -> None:
    machine.has("crontab", CRONTAB)
    (machine.home / "crontab").write_text(OTHERS)
    (machine.home / trouble).touch()
    done = machine.newsbot("install")
    assert (done.exit_code, said in done.output) == (3, True)
    assert machine.crontab == OTHERS


def test_a_dry_run_shows_and_writes_nothing(machine: Machine) -> None:
    machine.has("crontab", CRONTAB)
    done = machine.newsbot("install", "--dry-run")
    assert "15 3 * * * cd " in done.output and "crawl --quiet" in done.output
    assert machine.crontab == ""


def test_a_timer_is_written_where_systemd_works(machine: Machine) -> None:
    machine.has("crontab", CRONTAB)
    machine.newsbot("install")  # by cron, when systemd was not there yet
    machine.has("systemctl", SYSTEMCTL)
    done = machine.newsbot("install", "--every", "2h")
    assert done.exit_code == 0, done.output
    name = f"newsbot-{identity(machine.project / 'archive.db')}"
    assert f"The timer {name}.timer now crawls every 2 hours." in done.output
    assert "loginctl enable-linger" in done.output
    assert "The line was taken out of the crontab." in done.output and "newsbot" not in machine.crontab
    units = machine.home / "config/systemd/user"
    timer, service = (units / f"{name}.timer").read_text(), (units / f"{name}.service").read_text()
    assert "OnUnitActiveSec=7200s" in timer and "WantedBy=timers.target" in timer
    (start,) = [line for line in service.splitlines() if line.startswith("ExecStart=")]
    assert start.endswith('/newsbot" "crawl" "--quiet"')
    (folder,) = [line for line in service.splitlines() if line.startswith("WorkingDirectory=")]
    assert folder == f"WorkingDirectory={str(machine.project.resolve()).replace('%', '%%')}"
    calls = (machine.home / "systemctl").read_text().splitlines()
    assert [call for call in calls if call.startswith("--user enable")] == [
        f"--user enable --now {name}.timer"
    ]
    assert f"{name}.timer" in machine.newsbot("show").output
    assert "stopped and taken away" in machine.newsbot("remove").output
    assert list(units.iterdir()) == []


def test_a_path_in_a_unit_is_one_argument(machine: Machine) -> None:
    machine.has("systemctl", SYSTEMCTL)
    done = machine.newsbot("install", "--dry-run", "--db", "all news.db", "--at", "3:05")
    (start,) = [line for line in done.output.splitlines() if line.startswith("ExecStart=")]
    parts = shlex.split(start.removeprefix("ExecStart=").replace("%%", "%").replace("$$", "$"))
    assert parts[1:] == ["crawl", "--quiet", "--db", f"{machine.project.resolve()}/all news.db"]
    assert "OnCalendar=*-*-* 03:05:00" in done.output


def test_where_nothing_can_start_it_that_is_said(machine: Machine) -> None:
    machine.programs.joinpath("systemctl").unlink()
    os.environ["PATH"] = str(machine.programs)
    done = machine.newsbot("install")
    assert (done.exit_code, "newsbot crawl --every 2h" in done.output) == (3, True)
    assert machine.newsbot("install", "--with", "cron").exit_code == 3


def test_the_workflow_of_github_is_honest_and_hands_the_archive_on(machine: Machine) -> None:
    text = machine.newsbot("print", "github", "--at", "02:40", "--deadline", "2h").output
    assert "cron: '40 2 * * *'" in text and "--deadline 2h" in text
    for word in ("private", "90 days", "60", "UTC", "upload-artifact", "gh run download", "concurrency"):
        assert word in text
    assert "@" not in text.replace("actions/checkout@v4", "").replace("actions/setup-python@v5", "").replace(
        "actions/upload-artifact@v4", ""
    )
    assert machine.newsbot("print", "github", "--every", "2m").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--at", "25:00"), "'25:00' is no time of day"),
        (("--at", "3"), "is no time of day"),
        (("--every", "30s"), "a minute or more"),
        (("--every", "90m", "--with", "cron"), "cron has no words for every 90 minutes"),
        (("--every", "soon"), "it must be a duration"),
        (("--at", "03:00", "--every", "2h"), "exclude each other"),
    ],
)
def test_times_that_are_none_are_usage_errors(
    machine: Machine, arguments: tuple[str, ...], said: str
) -> None:
    machine.has("crontab", CRONTAB)
    done = machine.newsbot("install", *arguments)
    assert done.exit_code == 2 and said in done.output
    assert machine.crontab == ""


def test_without_a_contact_nothing_is_installed(machine: Machine) -> None:
    machine.has("crontab", CRONTAB)
    file = machine.project / "sources.toml"
    file.write_text(file.read_text().replace("contact", "# contact"))
    done = machine.newsbot("install")
    assert (done.exit_code, "contact" in done.output, machine.crontab) == (2, True, "")


@pytest.mark.parametrize(
    ("every", "fields"),
    [
        (60, "* * * * *"),
        (900, "7,22,37,52 * * * *"),
        (3600, "37 * * * *"),
        (7200, "37 1,3,5,7,9,11,13,15,17,19,21,23 * * *"),
        (86_400, "37 5 * * *"),
    ],
)
def test_intervals_in_the_words_of_cron(every: int, fields: str) -> None:
    assert expression(Times(every=every), f"{37 + 60 * 5:08x}") == fields


def test_intervals_that_cron_has_no_words_for() -> None:
    for every in (420, 5400, 18_000, 172_800, 90):
        with pytest.raises(ConfigurationError):
            expression(Times(every=every), "00000000")


def test_a_block_whose_last_line_a_person_took_away_costs_no_line_of_theirs() -> None:
    whole = with_block("a\n", "12345678", ["# newsbot 12345678 begin: x", "job", "# newsbot 12345678 end"])
    begin = with_block("", "12345678", []).strip()
    assert begin == ""
    from newsbot.schedule.crontab import marks

    first, last = marks("12345678")
    torn = f"a\n{first}\njob\nb\n"
    assert with_block(torn, "12345678", []) == "a\njob\nb\n"
    assert whole.startswith("a\n") and last in whole
