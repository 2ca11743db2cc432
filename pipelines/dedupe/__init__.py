"""Which URL is which, and what to do with a visit: pure decisions."""

from pipelines.dedupe.copies import alike
from pipelines.dedupe.decision import decide
from pipelines.dedupe.identity import content_hash, public_id, text_hash
from pipelines.dedupe.rereading import decide_reread
from pipelines.dedupe.signature import is_near, signature_of
from pipelines.dedupe.url_key import host_of, same_site, site_of, url_key

__all__ = [
    "alike",
    "content_hash",
    "decide",
    "decide_reread",
    "host_of",
    "is_near",
    "public_id",
    "same_site",
    "signature_of",
    "site_of",
    "text_hash",
    "url_key",
]
