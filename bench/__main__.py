"""`make bench`: what is measured, and how to ask for it."""

from __future__ import annotations

import sys

from bench import crawl, quality

BENCHES = {"crawl": crawl.main, "quality": quality.main}


def main() -> None:
    """Run the bench that was named."""
    name = sys.argv[1] if len(sys.argv) > 1 else "crawl"
    if name not in BENCHES:
        sys.exit(f"There is no bench {name!r}; there are: {', '.join(BENCHES)}.")
    BENCHES[name](sys.argv[2:])


if __name__ == "__main__":
    main()
