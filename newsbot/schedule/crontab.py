"""A line in the person's crontab, between two lines of ours; whatever else stands there stays as it is."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess

from newsbot.schedule.job import DAY, HOUR, MINUTE, Job, Times
from pipelines.errors import ConfigurationError, NothingDone

_BY = "`newsbot schedule install` wrote this, `newsbot schedule remove` takes it away"


class Crontab:
    """The crontab of whoever runs this, through the program `crontab`."""

    name = "cron"

    @staticmethod
    def works() -> bool:
        """Whether there is such a program; whether a daemon runs it cannot be asked."""
        return shutil.which("crontab") is not None

    def install(self, job: Job) -> list[str]:
        """Puts the job in, in place of an older one of the same archive; gives sentences on what was done."""
        before = self.read()
        after = with_block(before, job.id, block(job))
        if after == before:
            return [f"The crontab has this line already: it crawls {job.times.told()}."]
        self.write(after)
        return [f"The crontab now crawls {job.times.told()} (`crontab -l` shows it)."]

    def remove(self, id: str) -> list[str]:
        """Takes the job of an archive out; no sentence where there is none."""
        before = self.read()
        after = with_block(before, id, [])
        if after == before:
            return []
        self.write(after)
        return ["The line was taken out of the crontab."]

    def shown(self, id: str) -> list[str]:
        """The lines of an archive's job; none where there is none."""
        begin, end = marks(id)
        lines = self.read().splitlines()
        if begin not in lines or end not in lines[lines.index(begin) :]:
            return []
        return lines[lines.index(begin) + 1 : lines.index(end, lines.index(begin))]

    def read(self) -> str:
        """The whole crontab; empty where there is none. Raises NothingDone where it cannot be read: nothing is
        written over what nobody has seen."""
        done = _run("-l")
        if done.returncode == 0:
            return done.stdout
        if "no crontab" in done.stderr.lower():
            return ""
        raise NothingDone(
            f"The crontab cannot be read ({done.stderr.strip() or 'no reason given'}): nothing was changed."
        )

    def write(self, text: str) -> None:
        """The whole crontab anew. Raises NothingDone where cron refuses it; it then keeps the old one."""
        done = _run("-", text=text)
        if done.returncode:
            raise NothingDone(f"cron refused the crontab ({done.stderr.strip()}): it is as it was.")


def marks(id: str) -> tuple[str, str]:
    """The lines before and after ours."""
    return f"# newsbot {id} begin: {_BY}", f"# newsbot {id} end"


def block(job: Job) -> list[str]:
    """Our lines for a job."""
    begin, end = marks(job.id)
    return [begin, line(job), end]


def line(job: Job) -> str:
    """The one line that cron runs. In it, % would end the command, and spaces in paths would part it."""
    command = f"cd {shlex.quote(str(job.folder))} && {shlex.join(job.command)}"
    return f"{expression(job.times, job.id)} {command.replace('%', chr(92) + '%')}"


def expression(times: Times, id: str) -> str:
    """The five fields. An interval begins at a minute that differs from archive to archive, so that not all the world's
    crawls begin on the hour. Raises ConfigurationError for one that cron has no words for."""
    if times.every is None:
        return f"{times.minute} {times.hour} * * *"
    offset = int(id, 16)
    if times.every < HOUR and HOUR % times.every == 0 and times.every % MINUTE == 0:
        step = times.every // MINUTE
        return (
            f"{','.join(str(minute) for minute in range(offset % step, 60, step))} * * * *"
            if step > 1
            else "* * * * *"
        )
    if times.every % HOUR == 0 and DAY % times.every == 0:
        step = times.every // HOUR
        hours = ",".join(str(hour) for hour in range(offset // 60 % step, 24, step)) if step > 1 else "*"
        return f"{offset % 60} {hours} * * *"
    raise ConfigurationError(
        f"cron has no words for {times.told()}: take an interval that divides an hour or a day (15m, 1h, 6h, 1d), or systemd."
    )


def with_block(text: str, id: str, lines: list[str]) -> str:
    """A crontab with our lines in place of those it has of this archive, at its end where it has none."""
    begin, end = marks(id)
    kept = text.splitlines()
    at = len(kept)
    if begin in kept:
        at = kept.index(begin)
        last = (
            kept.index(end, at) if end in kept[at:] else at
        )  # a person took our last line away: only the first goes
        del kept[at : last + 1]
    kept[at:at] = lines
    return "\n".join(kept) + "\n" if kept else ""


def _run(*arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603  arguments of ours, and no shell
            ["crontab", *arguments],  # noqa: S607  the machine's own, wherever it lies
            input=text,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            env={**os.environ, "LC_ALL": "C"},  # its sentences are read
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NothingDone(f"The program crontab does not answer ({error}): nothing was changed.") from error
