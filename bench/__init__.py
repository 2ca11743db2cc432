"""Speed beside a baseline of the same run; quality on pages with known answers, which lie outside the project."""
