"""Whom we read: sources.toml in and out."""

from newsbot.sources.load import load
from newsbot.sources.source import Defaults, Expect, Source, Sources

__all__ = ["Defaults", "Expect", "Source", "Sources", "load"]
