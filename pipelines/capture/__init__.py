"""Article pages as received: WARC records in and out, repair, and what has to be erased."""

from pipelines.capture.erasing import erase_capture
from pipelines.capture.places import Erased, Unreadable
from pipelines.capture.reader import Captured, read_capture, read_record
from pipelines.capture.records import records_of
from pipelines.capture.repair import Repaired, repair
from pipelines.capture.writer import OPEN, CaptureWriter, check_folder

__all__ = [
    "OPEN",
    "CaptureWriter",
    "Captured",
    "Erased",
    "Repaired",
    "Unreadable",
    "check_folder",
    "erase_capture",
    "read_capture",
    "read_record",
    "records_of",
    "repair",
]
