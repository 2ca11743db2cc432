"""Goes out for pages and publishes the archive."""

__version__ = "0.3.0"
