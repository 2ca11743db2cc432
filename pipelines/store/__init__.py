"""archive.db: schema, migrations, the one writer, the frontier, and what is read back."""

from pipelines.store.about import read_about, write_about
from pipelines.store.archive import Archive
from pipelines.store.ledger import RunSummary, SourceSummary, run_summary
from pipelines.store.lock import RunLock
from pipelines.store.opening import open_readonly
from pipelines.store.planning import PlannedSource
from pipelines.store.story import Story, story
from pipelines.store.summary import SourceStatus, status

__all__ = [
    "Archive",
    "PlannedSource",
    "RunLock",
    "RunSummary",
    "SourceStatus",
    "SourceSummary",
    "Story",
    "open_readonly",
    "read_about",
    "run_summary",
    "status",
    "story",
    "write_about",
]
