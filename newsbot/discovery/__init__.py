"""From the bytes of feeds, sitemaps and pages to the links in them: pure functions."""

from newsbot.discovery.dispatch import discover
from newsbot.discovery.judge import Place, Verdict, judge
from newsbot.discovery.listing import Listing
from newsbot.discovery.traps import trap

__all__ = ["Listing", "Place", "Verdict", "discover", "judge", "trap"]
