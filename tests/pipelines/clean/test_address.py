"""Addresses of pages are http(s), absolute, and lead nobody into a network of their own."""

from __future__ import annotations

import pytest

from pipelines.clean.address import absolute


@pytest.mark.parametrize(
    ("page", "address", "expected"),
    [
        ("https://paper.example/a/b", "../c.jpg", "https://paper.example/c.jpg"),
        ("https://paper.example/", "https://8.8.8.8/a.jpg", "https://8.8.8.8/a.jpg"),
        ("http://127.0.0.1:8000/a", "/b.jpg", "http://127.0.0.1:8000/b.jpg"),
        ("https://paper.example/", "http://169.254.169.254/latest/", None),
        ("https://paper.example/", "http://[::1]/a.jpg", None),
        ("https://paper.example/", "http://10.0.0.1/a.jpg", None),
        ("https://paper.example/", "http://2130706433/a.jpg", None),
        ("https://paper.example/", "http://127.1/a.jpg", None),
        ("https://paper.example/", "javascript:alert(1)", None),
        ("https://paper.example/", "http://[broken/a.jpg", None),
    ],
    ids=[
        "a relative address is made absolute",
        "a public address by number is kept",
        "a page on a private address may name its own host",
        "the metadata service of clouds is none",
        "loopback in IPv6 is none",
        "a private network is none",
        "loopback as one number is none",
        "loopback in short is none",
        "a script is none",
        "a broken one is none",
    ],
)
def test_an_address_is_absolute_and_public_or_none(page: str, address: str, expected: str | None) -> None:
    assert absolute(page, address) == expected
