"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def write_whole(file: Path, pieces: Iterable[bytes]) -> None:
    """Puts `pieces` in the place of a file, or of the file that a link points at, in one step.

    They are written beside it, synced and then renamed: a full disk or Ctrl-C leaves what was there before. The
    permissions of a file that is replaced are kept. Raises OSError, and whatever `pieces` raise.
    """
    target = file.resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as out:
            out.writelines(pieces)
            out.flush()
            os.fsync(out.fileno())
        if target.exists():
            part.chmod(target.stat().st_mode & 0o777)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
