"""What `newsbot doctor` looks at in captures/, and whether what was to be erased is."""

from __future__ import annotations

from collections.abc import Iterator

from newsbot.care import orphans, tombstones
from newsbot.cli.checks import Check, Finding, Level, Patient
from pipelines.capture import Erased, read_capture
from pipelines.errors import ConfigurationError
from pipelines.store import erasures
from pipelines.store.captures import place_column

_REPAIR = "`newsbot doctor --repair` does."


def captures(patient: Patient) -> Iterator[Finding]:
    """WARC records that rows name, read back and compared with the digest that the row keeps."""
    total = patient.db.execute("select count(*) from captures").fetchone()[0]
    some = f"order by random() limit {patient.sample}" if patient.sample else "order by file, offset"
    rows = patient.db.execute(
        f"select file, offset, length, {place_column(patient.db)}, url, digest, erased_at from captures {some}"  # noqa: S608  of ours
    ).fetchall()
    wrong = [fault for row in rows if (fault := _fault(patient, *row))]
    read = f"{len(rows):,} of {total:,} captures were looked at"
    if wrong:
        told = f"{read}, {len(wrong):,} cannot be read; the first: {wrong[0]}"
        yield Finding(Level.PROBLEM, "captures", told)
    else:
        yield Finding(Level.OK, "captures", f"{read}, and every one is whole.")


def _fault(
    patient: Patient,
    file: str,
    offset: int,
    length: int,
    place: str | None,
    url: str,
    digest: str,
    erased_at: str | None,
) -> str:
    """What is wrong with a capture; an erased one has to be gone, any other has to be as its row says."""
    try:
        page = read_capture(patient.captures, file, offset, length, place)
    except Erased as error:
        return "" if erased_at else f"{url}: {error}"
    except Exception as error:  # noqa: BLE001 - the seam: whatever a record does to its reader is a finding
        return f"{url} in {file}: {error}"
    if erased_at:
        return f"{url} in {file} at {offset} was to be erased and is there."
    if page.digest != digest:
        return f"{url} in {file} at {offset} is another page than its row says (digest)."
    return ""


def unnamed(patient: Patient) -> Iterator[Finding]:
    """Records that no row names: they could not be found, nor erased. Looked for where every capture is read."""
    if patient.sample or not patient.captures.is_dir():
        return
    found, unread = orphans.all_orphans(patient.db, patient.captures)
    for sentence in unread:
        yield Finding(Level.PROBLEM, "files", sentence)
    if found:
        told = (
            f"{len(found):,} captured pages have no row (a killed crawl left them); give them one: {_REPAIR}"
        )
        yield Finding(Level.PROBLEM, "files", told)
    elif not unread:
        yield Finding(Level.OK, "files", "Every captured page in the files has its row.")


def takedowns(patient: Patient) -> Iterator[Finding]:
    """What was taken down is gone from the files, and stays out when a backup comes back."""
    waiting, urgent = len(erasures.pending(patient.db)), False
    if waiting:
        told = f"{waiting:,} captures of what was taken down are not erased yet: {_REPAIR}"
        yield Finding(Level.PROBLEM, "takedowns", told)
    elif urgent := erasures.sweep_urgent(patient.db, patient.now):
        told = f"Freed pages may still hold what was erased; the next crawl sweeps them, or {_REPAIR}"
        yield Finding(Level.PROBLEM, "takedowns", told)
    stones = tombstones.in_archive(patient.db)
    file = tombstones.file_of(patient.archive)
    try:
        missing = tombstones.missing_in_file(patient.archive, stones)
        lost = tombstones.missing_in_archive(patient.archive, stones)
    except ConfigurationError as error:
        yield Finding(Level.PROBLEM, "takedowns", str(error))
        return
    if lost:
        told = f"{len(lost):,} addresses that {file.name} says were taken down are not; to take them down again: {_REPAIR}"
        yield Finding(Level.PROBLEM, "takedowns", told)
    if missing:
        told = f"{len(missing):,} tombstones are not in {file.name}, which a restored backup needs: {_REPAIR}"
        yield Finding(Level.PROBLEM, "takedowns", told)
    elif not waiting and not urgent and not lost:
        yield Finding(Level.OK, "takedowns", f"{len(stones):,} addresses were taken down, and nothing waits.")


CHECKS: tuple[Check, ...] = (captures, unnamed, takedowns)
