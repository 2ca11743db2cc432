"""Looking after an archive: what is taken down or kept for a time only, backup, restore, merge."""
