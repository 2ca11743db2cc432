"""The frontier that several machines share: PostgreSQL tables, leases, and the outbox on the way to archive.db."""
