"""What of a text a reader would notice when it changes."""

from __future__ import annotations

from pipelines.dedupe.noise import is_noise
from pipelines.dedupe.spelling import folded


def paragraphs(text: str | None) -> tuple[str, ...]:
    """The lines of a text, spelling folded, without those that change by themselves (see `noise`)."""
    lines = (folded(line) for line in (text or "").splitlines())
    return tuple(line for line in lines if line and not is_noise(line))


def material(text: str | None) -> str:
    """The same on one line: where a text breaks into lines is no change."""
    return " ".join(paragraphs(text))
