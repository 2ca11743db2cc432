"""archive.db: schema, migrations, the one writer, the frontier, and what is read back."""

from pipelines.store.archive import Archive
from pipelines.store.ledger import SourceSummary
from pipelines.store.lock import RunLock
from pipelines.store.opening import open_readonly
from pipelines.store.planning import PlannedSource

__all__ = ["Archive", "PlannedSource", "RunLock", "SourceSummary", "open_readonly"]
