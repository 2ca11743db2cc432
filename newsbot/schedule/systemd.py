"""A timer of the person's own systemd: two small files, and the word to read them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from newsbot.schedule.job import Job, Times
from newsbot.whole_file import write_whole
from pipelines.errors import NothingDone


class Systemd:
    """Units in the person's folder, through `systemctl --user`."""

    name = "systemd"

    @staticmethod
    def works() -> bool:
        """Whether a systemd of this person answers."""
        try:
            return _run("show-environment").returncode == 0
        except NothingDone:
            return False

    def install(self, job: Job) -> list[str]:
        """Writes the units, in place of older ones of the same archive, and starts the timer."""
        folder = unit_folder()
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in units(job).items():
            write_whole(folder / name, [text.encode("utf-8", "surrogateescape")])
        _told("daemon-reload")
        _told("enable", "--now", f"{unit(job.id)}.timer")
        _told("restart", f"{unit(job.id)}.timer")  # an older one goes by its new times at once
        return [
            f"The timer {unit(job.id)}.timer now crawls {job.times.told()}.",
            "It runs while you are logged in; `loginctl enable-linger` lets it run when you are not.",
            f"`journalctl --user -u {unit(job.id)}` shows what the crawls said.",
        ]

    def remove(self, id: str) -> list[str]:
        """Stops the timer and takes the units away; no sentence where there are none."""
        files = [path for path in (_path(id, "timer"), _path(id, "service")) if path.exists()]
        if not files:
            return []
        _run("disable", "--now", f"{unit(id)}.timer")
        for path in files:
            path.unlink()
        _told("daemon-reload")
        return [f"The timer {unit(id)}.timer was stopped and taken away."]

    def shown(self, id: str) -> list[str]:
        """What is installed, and when it runs next; nothing where nothing is."""
        if not _path(id, "timer").exists():
            return []
        listed = _run("list-timers", "--all", "--no-pager", f"{unit(id)}.timer").stdout.strip().splitlines()
        return [f"{_path(id, 'timer')}", f"{_path(id, 'service')}", *listed[:2]]


def unit(id: str) -> str:
    """The name of an archive's units."""
    return f"newsbot-{id}"


def unit_folder() -> Path:
    """Where a person's own units lie."""
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "systemd" / "user"


def _path(id: str, kind: str) -> Path:
    return unit_folder() / f"{unit(id)}.{kind}"


def units(job: Job) -> dict[str, str]:
    """The two files by name."""
    return {f"{unit(job.id)}.service": _service(job), f"{unit(job.id)}.timer": _timer(job)}


def _service(job: Job) -> str:
    return f"""# `newsbot schedule install` wrote this, `newsbot schedule remove` takes it away.
[Unit]
Description=newsbot: crawl {_unpercented(str(job.folder))}

[Service]
Type=oneshot
WorkingDirectory={_unpercented(str(job.folder))}
ExecStart={" ".join(_quoted(part) for part in job.command)}
# No faults of the service: some sources failed, the last crawl still runs, the deadline came. `newsbot status` tells.
SuccessExitStatus=1 75 124
Nice=5
TimeoutStopSec=120
"""


def _timer(job: Job) -> str:
    return f"""# `newsbot schedule install` wrote this, `newsbot schedule remove` takes it away.
[Unit]
Description=newsbot: crawl {_unpercented(str(job.folder))} {job.times.told()}

[Timer]
{_when(job.times)}

[Install]
WantedBy=timers.target
"""


def _when(times: Times) -> str:
    if times.every is None:
        # Persistent: a machine that slept through the night catches up when it wakes.
        return f"OnCalendar=*-*-* {times.hour:02}:{times.minute:02}:00\nPersistent=true\nAccuracySec=1min"
    return f"OnActiveSec=1min\nOnUnitActiveSec={times.every}s\nAccuracySec=10s"


def _unpercented(text: str) -> str:
    """% begins a specifier in a unit (systemd.unit(5))."""
    return text.replace("%", "%%")


def _quoted(part: str) -> str:
    """One argument of a command line in a unit (systemd.service(5)): in quotes, with what would be expanded escaped."""
    for character, escaped in (("\\", "\\\\"), ('"', '\\"'), ("$", "$$"), ("%", "%%")):
        part = part.replace(character, escaped)
    return f'"{part}"'


def _told(*arguments: str) -> None:
    done = _run(*arguments)
    if done.returncode:
        said = done.stderr.strip() or f"exit code {done.returncode}"
        raise NothingDone(f"systemctl --user {' '.join(arguments)} failed ({said}).")


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603  arguments of ours, and no shell
            ["systemctl", "--user", *arguments],  # noqa: S607  the machine's own, wherever it lies
            capture_output=True,
            text=True,
            errors="replace",
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NothingDone(f"systemctl --user does not answer ({error}).") from error
