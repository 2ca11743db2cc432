"""Page to headline, byline, lede, text, and what was removed and why."""

from pipelines.clean.article import Cleaned, clean

__all__ = ["Cleaned", "clean"]
