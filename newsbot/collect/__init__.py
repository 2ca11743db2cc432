"""From the outbox of a shared frontier into archive.db, exactly once."""

from newsbot.collect.collecting import CollectOrder, CollectReport, collect

__all__ = ["CollectOrder", "CollectReport", "collect"]
