"""What a reader types into a search, as FTS5 is asked, and the passages that were found: pure functions."""
