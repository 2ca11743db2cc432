"""Who starts a crawl while nobody is there: systemd timers, crontab lines, a GitHub workflow, a loop of our own."""

from newsbot.schedule.crontab import Crontab
from newsbot.schedule.github import workflow
from newsbot.schedule.job import Job, Times
from newsbot.schedule.systemd import Systemd

__all__ = ["Crontab", "Job", "Systemd", "Times", "workflow"]
