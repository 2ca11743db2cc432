"""Article pages as received: WARC records in and out, repair, and what has to be erased."""

from pipelines.capture.erasing import erase_capture
from pipelines.capture.foreign import SHARED, Head, NoWarc, Record, records_in
from pipelines.capture.http import NoAnswer
from pipelines.capture.page import ForeignPage, kept_record, page_in
from pipelines.capture.places import Erased, Unreadable
from pipelines.capture.reader import Captured, read_capture, read_record
from pipelines.capture.records import records_of
from pipelines.capture.repair import Repaired, repair
from pipelines.capture.unpacking import NotUnpacked
from pipelines.capture.writer import OPEN, CaptureWriter, Packed, check_folder, pack

__all__ = [
    "OPEN",
    "SHARED",
    "CaptureWriter",
    "Captured",
    "Erased",
    "ForeignPage",
    "Head",
    "NoAnswer",
    "NoWarc",
    "NotUnpacked",
    "Packed",
    "Record",
    "Repaired",
    "Unreadable",
    "check_folder",
    "erase_capture",
    "kept_record",
    "pack",
    "page_in",
    "read_capture",
    "read_record",
    "records_in",
    "records_of",
    "repair",
]
