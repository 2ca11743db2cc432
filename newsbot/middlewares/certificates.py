"""Which certificate authorities are trusted: the machine's own, and certifi's where it has none."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping, MutableMapping

import certifi


def trust_authorities(environment: MutableMapping[str, str] = os.environ) -> None:
    """Sets SSL_CERT_FILE, unless whoever started us has chosen: Scrapy's TLS then verifies against that file.

    The OpenSSL inside the `cryptography` wheel looks for authorities where Linux distributions keep them. It finds
    none on macOS, on Windows and in bare containers, and every https page would be refused there.
    """
    found = authorities(ssl.get_default_verify_paths(), environment)
    if found is not None:
        environment["SSL_CERT_FILE"] = found


def authorities(paths: ssl.DefaultVerifyPaths, environment: Mapping[str, str]) -> str | None:
    """The file of authorities to name to OpenSSL, or None where it finds some by itself.

    `paths` has what exists of Python's own default locations.
    """
    if "SSL_CERT_FILE" in environment or "SSL_CERT_DIR" in environment:
        return None
    if paths.cafile:
        return paths.cafile
    return None if paths.capath else certifi.where()
