"""From the outbox of a shared frontier into archive.db, exactly once."""
