"""Whom we read: sources.toml in and out."""

from newsbot.sources.load import load
from newsbot.sources.source import Alerts, Defaults, Expect, Search, Source, Sources

__all__ = ["Alerts", "Defaults", "Expect", "Search", "Source", "Sources", "load"]
