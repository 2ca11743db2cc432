"""Article pages as received: WARC records in and out, and repair."""

from pipelines.capture.reader import Captured, Unreadable, read_capture
from pipelines.capture.repair import Repaired, repair
from pipelines.capture.writer import CaptureWriter, check_folder

__all__ = ["CaptureWriter", "Captured", "Repaired", "Unreadable", "check_folder", "read_capture", "repair"]
