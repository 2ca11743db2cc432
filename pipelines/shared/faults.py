"""What the shared frontier raises: a sentence for people, and never a password in it."""

from __future__ import annotations

from pipelines.errors import ArchiveUnusable


class FrontierUnusable(ArchiveUnusable):
    """The shared frontier cannot be reached, or not be used (raised before any fetch, or when it stays away)."""


class Undecodable(ValueError):
    """What came out of the frontier is not what newsbot puts into it; its text is a sentence."""


class FromNewer(Undecodable):
    """A newer newsbot wrote it: nothing is wrong with it, and a newer one will read it."""
