"""What an opening is made of: places, regions, dates, credits, and the marks between them."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.dateline.printed_dates import PrintedDate


@dataclass(frozen=True, slots=True)
class Place:
    """A place as printed."""

    printed: str
    on_map: bool
    capitals: bool
    landmark: bool = False


@dataclass(slots=True)
class Opening:
    """Everything read before the story begins."""

    places: list[Place] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    dates: list[PrintedDate] = field(default_factory=list)
    bracketed_date: bool = False
    agencies: list[str] = field(default_factory=list)
    known_credit: bool = False  # at least one agency of our table, or a site's address
    bracketed_credit: bool = False
    role: bool = False  # "(Staff Reporter)"
    noise: bool = False
    date_first: bool = False  # a day stands before the place, or there is no place
    refused: bool = False  # holds what no dateline holds
    start: int = 0  # offset of the first element
    end: int = 0  # offset of the story
    marks: str = ""  # all separators in order
    terminator: str = ""  # separators between the last element and the story

    @property
    def empty(self) -> bool:
        """Nothing was read."""
        return not (self.places or self.dates or self.agencies)

    @property
    def late(self) -> bool:
        """Whether the opening could already be over: a dash, colon or bar stands behind what was read."""
        return not self.empty and any(mark in "-:|" for mark in self.terminator)
