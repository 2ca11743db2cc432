"""The files that the pages load, read once, under addresses that change with their content."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Asset:
    """One file."""

    name: str
    body: str
    media_type: str
    version: str

    @property
    def digest(self) -> str:
        """The content as Subresource Integrity and a Content Security Policy name it."""
        return "sha256-" + b64encode(sha256(self.body.encode()).digest()).decode()

    @property
    def address(self) -> str:
        """Where pages ask for it."""
        return f"/assets/{self.name}?v={self.version}"


def _load(path: Path) -> Asset:
    body = path.read_text("utf-8")
    return Asset(path.name, body, _TYPES[path.suffix], sha256(body.encode()).hexdigest()[:12])


ASSETS: dict[str, Asset] = {path.name: _load(path) for path in sorted(_FOLDER.iterdir())}
