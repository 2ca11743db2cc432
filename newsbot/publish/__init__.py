"""The archive in a browser: Datasette with our pages in front."""

from __future__ import annotations

from newsbot.publish.config import build
from newsbot.publish.server import serve

__all__ = ["build", "serve"]
