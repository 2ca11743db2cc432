"""`make bench`: what is measured, and how to ask for it."""

from __future__ import annotations

import sys
from importlib import import_module

BENCHES = ("archive", "bulk", "collect", "crawl", "frontier", "month", "publish", "quality", "read", "warc")
"""Modules of this package with a `main(arguments)`; each is imported when asked for, with what it needs."""


def main() -> None:
    """Run the bench that was named."""
    name = sys.argv[1] if len(sys.argv) > 1 else "crawl"
    if name not in BENCHES:
        sys.exit(f"There is no bench {name!r}; there are: {', '.join(BENCHES)}.")
    import_module(f"bench.{name}").main(sys.argv[2:])


if __name__ == "__main__":
    main()
