"""Where and when: the dateline of an article, and the resolver of its publication date."""

from __future__ import annotations

from pipelines.dateline.article import Dated, date_article
from pipelines.dateline.parser import parse_dateline

__all__ = ["Dated", "date_article", "parse_dateline"]
